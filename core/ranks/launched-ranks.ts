/** Finds out from the environment whether mpirun or srun has started this process as one of many. */

import { availableParallelism } from "node:os";

/** The place of this process among those that one launcher has started. */
export interface LaunchedRank {
  /** 0 … size − 1. */
  readonly rank: number;
  readonly size: number;
  /** How many of the ranks run on this machine, 1 where the launcher does not say it. */
  readonly onThisMachine: number;
  /** The implementation of MPI whose launcher it was, as far as the environment tells. */
  readonly launcher: "mpich" | "openmpi" | "unknown";
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Only variables of a launcher count that speaks MPI's own protocols (PMI, PMIx). Slurm's variables alone do
 * not: they also stand in the environment of a job script that starts a single process.
 *
 * @returns Null for an ordinary process, and for the only rank of a launcher.
 */
export function launchedRank(env: Environment): LaunchedRank | null {
  const openMpi = pair(env.OMPI_COMM_WORLD_RANK, env.OMPI_COMM_WORLD_SIZE);
  const pmi = pair(env.PMI_RANK, env.PMI_SIZE);
  const pmix = pair(env.PMIX_RANK, env.SLURM_STEP_NUM_TASKS ?? env.SLURM_NTASKS);
  const found = openMpi ?? pmi ?? pmix;
  if (found === null || found.size < 2) return null;
  const launcher = openMpi !== null || pmi === null ? "openmpi" : "mpich";
  const local =
    wholeNumber(env.OMPI_COMM_WORLD_LOCAL_SIZE) ?? wholeNumber(env.MPI_LOCALNRANKS) ?? mostTasks(env) ?? 1;
  return {
    ...found,
    onThisMachine: Math.max(1, local),
    launcher: env.SLURM_STEP_ID === undefined ? launcher : "unknown",
  };
}

/** An environment for a process that is no rank itself, though a launcher may have started this one. */
export function withoutRank(env: Environment): Environment {
  const isOfLauncher = (name: string) => /^(PMI|PMIX|OMPI|MPI)_/.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOfLauncher(name)));
}

/**
 * The threads of one rank for `training.workers: auto`: the cores that Slurm has allocated to the task, or
 * else this rank's share of the machine.
 */
export function workersOfRank(
  { onThisMachine }: Pick<LaunchedRank, "onThisMachine">,
  env: Environment,
  cores: number = availableParallelism(),
): number {
  const allocated = wholeNumber(env.SLURM_CPUS_PER_TASK);
  return Math.max(1, allocated ?? Math.floor(cores / onThisMachine));
}

/** The most tasks that srun starts on a machine: 2 in `SLURM_STEP_TASKS_PER_NODE=2(x3),1`. */
function mostTasks({ SLURM_STEP_TASKS_PER_NODE: tasks }: Environment): number | null {
  const counts = tasks?.split(",").map((each) => wholeNumber(each.replace(/\(x\d+\)$/, ""))) ?? [];
  return counts.reduce((most, each) => (each !== null && each > (most ?? 0) ? each : most), null);
}

function pair(rank: string | undefined, size: string | undefined): { rank: number; size: number } | null {
  const [one, all] = [wholeNumber(rank), wholeNumber(size)];
  return one === null || all === null || one >= all ? null : { rank: one, size: all };
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
