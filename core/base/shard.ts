/** Which part of a list of work is this process's: `--shard 3/100`, or what a scheduler says of its tasks. */

import { type UserError, usageError } from "./problem.ts";

/** One of `count` parts; `number` is 1 … count. */
export interface Shard {
  readonly number: number;
  readonly count: number;
  /** The variables that it comes from; null if the user gave it. */
  readonly source: string | null;
}

/** What `--shard` takes, for the help of commands. */
export const SHARD_ARGUMENT = {
  type: "string",
  valueHint: "n/count",
  description: "Do this part of the workbooks alone: 3/100, or auto for what the scheduler says",
} as const;

/** A name that sorts as the number does: `shard-003-of-100`. */
export function shardName({ number, count }: Shard): string {
  return `shard-${String(number).padStart(String(count).length, "0")}-of-${count}`;
}

/** `shard 3 of 100 (SLURM_ARRAY_TASK_ID, SLURM_ARRAY_TASK_COUNT)`. */
export function describeShard({ number, count, source }: Shard): string {
  return `shard ${number} of ${count}${source === null ? "" : ` (${source})`}`;
}

/**
 * Reads the value of `--shard`.
 *
 * @param text `3/100`, or `auto`; undefined: null is returned.
 * @param env The variables of the process, which `auto` looks at.
 * @throws {UserError} Exit code 2, if it is neither, or no scheduler or several say different things.
 */
export function shardOption(
  text: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Shard | null {
  if (text === undefined) return null;
  if (text === "auto") return shardOfTask(env);
  const [, number, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (number !== undefined && count !== undefined && number >= 1 && number <= count) {
    return { number, count, source: null };
  }
  throw refused("Cannot use --shard", text, "a number and their count, 1/8 … 8/8, or auto", "--shard 1/8");
}

/** How a scheduler numbers its tasks. */
interface Numbering {
  readonly number: string;
  readonly count: string;
  /** The variables of the first number and of the step between two; the numbers begin at 0 otherwise. */
  readonly first?: string;
  readonly step?: string;
}

const NUMBERINGS: readonly Numbering[] = [
  {
    number: "SLURM_ARRAY_TASK_ID",
    count: "SLURM_ARRAY_TASK_COUNT",
    first: "SLURM_ARRAY_TASK_MIN",
    step: "SLURM_ARRAY_TASK_STEP",
  },
  // Kubernetes gives the number alone: the manifest has to give the count.
  { number: "JOB_COMPLETION_INDEX", count: "JOB_COMPLETIONS" },
  { number: "OMPI_COMM_WORLD_RANK", count: "OMPI_COMM_WORLD_SIZE" },
  { number: "PMI_RANK", count: "PMI_SIZE" },
  { number: "SLURM_PROCID", count: "SLURM_STEP_NUM_TASKS" },
  { number: "RANK", count: "WORLD_SIZE" },
];

function shardOfTask(env: Readonly<Record<string, string | undefined>>): Shard {
  const found = NUMBERINGS.flatMap((numbering) => shardBy(numbering, env) ?? []);
  const expected = `variables of a scheduler: ${NUMBERINGS.map(({ number }) => number).join(", ")}`;
  if (found.length === 0) throw refused("Cannot tell which shard this is", "none", expected, "--shard 1/8");
  // One process alone is no part of anything, where another scheduler counts several.
  const several = found.filter(({ count }) => count > 1);
  const [shard = found[0]!] = several;
  const other = several.find(({ number, count }) => number !== shard.number || count !== shard.count);
  if (other === undefined) return shard;
  const got = `${describeShard(shard)} and ${describeShard(other)}`;
  throw refused(
    "Cannot tell which shard this is: two schedulers number the tasks",
    got,
    "one",
    "--shard 1/8",
  );
}

/** Null if this scheduler did not start the process. */
function shardBy(
  { number, count, first, step }: Numbering,
  env: Readonly<Record<string, string | undefined>>,
): Shard | null {
  const given = env[number];
  if (given === undefined || given === "") return null;
  const source = `${number}, ${count}`;
  if (!env[count]) {
    // Only Kubernetes leaves the count to the user; a shell of Slurm or MPI may keep one of the two.
    if (number !== "JOB_COMPLETION_INDEX") return null;
    const expected = `${count}, the Job's completions, in the environment of the container`;
    throw refused(
      "Cannot tell how many shards there are",
      `${number}=${given} alone`,
      expected,
      `${count}=8`,
    );
  }
  const from = first === undefined ? 0 : Number(env[first] ?? 0);
  const index = (Number(given) - from) / (step === undefined ? 1 : Number(env[step] ?? 1));
  const all = Number(env[count]);
  if (Number.isInteger(index) && Number.isInteger(all) && index >= 0 && index < all) {
    return { number: index + 1, count: all, source };
  }
  const expected = "numbers without gaps, such as --array=0-7 or --array=1-8";
  const got = `${number}=${given} with ${count}=${env[count]}`;
  throw refused("Cannot tell which shard this is", got, expected, "give --shard n/count");
}

function refused(message: string, got: string, expected: string, fix: string): UserError {
  return usageError({ where: "command line", message, expected, got, fix });
}
