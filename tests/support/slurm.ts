/**
 * A Slurm of one node for a test: munged, slurmctld and slurmd in the foreground, with their own socket,
 * ports and state, on the loopback address. Nothing of a Slurm of this machine is used or changed.
 */

import { chmodSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { type ProgramResult, runProgram } from "../../core/base/run-program.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

/** What Slurm needs here: `apt-get install slurm-wlm munge`, and root for its daemons. */
const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "squeue"];

/** Why a test cannot start Slurm here; null if it can. */
export function whyNoSlurm(): string | null {
  if (process.getuid?.() !== 0) return "the daemons of Slurm need root";
  const missing = PROGRAMS.find((name) => Bun.which(name, { PATH: SEARCHED }) === null);
  return missing === undefined ? null : `no ${missing}: apt-get install slurm-wlm munge`;
}

/** Where the daemons lie is not on every PATH. */
const SEARCHED = `${process.env.PATH}:/usr/sbin:/sbin`;
/** Between two looks, ms. */
const PAUSE = 100;
/**
 * A node refuses a job that starts again in the second in which it ended ("Job already killed, do not launch
 * batch job"), ms.
 */
const RESTART_PAUSE = 2000;
/** How long the node may take until it is idle, in looks. */
const MOST_LOOKS = 600;

/** States that a job does not leave by itself. */
const ENDED = new Set([
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "TIMEOUT",
  "NODE_FAIL",
  "BOOT_FAIL",
  "OUT_OF_MEMORY",
]);

/** A job, or one task of an array, and how it stands. */
export interface JobState {
  /** `7` for a job, `7_3` for a task of an array. */
  readonly id: string;
  /** As Slurm says it: `COMPLETED`, `FAILED`, `NODE_FAIL`, `CANCELLED`. */
  readonly state: string;
}

export class Slurm implements AsyncDisposable {
  readonly #folder: TemporaryFolder;
  readonly #daemons: Bun.Subprocess[] = [];
  /** For programs that call Slurm themselves. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
    this.env = { SLURM_CONF: folder.join("slurm.conf"), PATH: SEARCHED };
  }

  /**
   * Starts the three daemons and waits until the node takes jobs.
   *
   * @param options.cpus How many CPUs the node says it has; tasks take one each. @default 8
   */
  static async start({ cpus = 8 }: { readonly cpus?: number } = {}): Promise<Slurm> {
    const slurm = new Slurm(new TemporaryFolder("slurm"));
    try {
      await slurm.#start(cpus);
      return slurm;
    } catch (error) {
      await slurm[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #start(cpus: number): Promise<void> {
    const folder = this.#folder;
    // munged refuses a socket in a folder that others may write into.
    chmodSync(folder.path, 0o755);
    for (const name of ["ctld", "d"]) mkdirSync(folder.join(name));
    writeFileSync(folder.join("munge.key"), crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o600 });
    const [controllerPort, nodePort] = await Promise.all([freePort(), freePort()]);
    folder.write("slurm.conf", slurmConf(folder, { cpus, controllerPort, nodePort }));
    folder.write("cgroup.conf", "CgroupAutomount=no\n");
    const munge = ["key", "pid", "log", "seed"].map(
      (name) => `--${name}-file=${folder.join(`munge.${name}`)}`,
    );
    const socket = folder.join("munge.socket");
    this.#daemon("munged", ["--foreground", "--force", "--num-threads=2", `--socket=${socket}`, ...munge]);
    this.#daemon("slurmctld", ["-D", "-f", this.env.SLURM_CONF!]);
    this.#daemon("slurmd", ["-D", "-f", this.env.SLURM_CONF!, "-N", hostname()]);
    for (let look = 0; look < MOST_LOOKS; look++) {
      if (this.#daemons.some(({ exitCode }) => exitCode !== null)) break;
      const { output } = await this.run(["sinfo", "-h", "-o", "%T"]);
      if (output.trim() === "idle") return;
      await setTimeout(PAUSE);
    }
    throw new Error(`Slurm does not start:\n${await this.#logs()}`);
  }

  #daemon(name: string, args: readonly string[]): void {
    const log = openSync(this.#folder.join(`${name}.out`), "a");
    const command = [Bun.which(name, { PATH: SEARCHED })!, ...args];
    const env = { ...process.env, ...this.env };
    this.#daemons.push(Bun.spawn(command, { env, stdin: "ignore", stdout: log, stderr: log }));
  }

  async #logs(): Promise<string> {
    const names = ["munged", "slurmctld", "slurmd"];
    const texts = names.map(async (name) => {
      const text = await Bun.file(this.#folder.join(`${name}.out`)).text();
      return `${name}:\n${text.slice(-2000)}`;
    });
    return (await Promise.all(texts)).join("\n");
  }

  /** Runs a program of Slurm, such as `["srun", "-n", "2", "hostname"]`, to its end. */
  run(command: readonly string[], options: { readonly cwd?: string } = {}): Promise<ProgramResult> {
    return runProgram(command, { ...options, env: this.env });
  }

  /**
   * Submits a job script.
   *
   * @param args As `sbatch` has them; the script's path and its arguments last.
   * @returns The number of the job.
   */
  async submit(args: readonly string[], options: { readonly cwd?: string } = {}): Promise<string> {
    const { code, output } = await this.run(["sbatch", "--parsable", ...args], options);
    if (code !== 0) throw new Error(`sbatch ${args.join(" ")}: ${output}`);
    return output.trim();
  }

  /** The state of a job, or of each task of an array, as Slurm says it now. */
  async states(job: string): Promise<JobState[]> {
    const { output } = await this.run(["scontrol", "--oneliner", "show", "job", job]);
    return output.split("\n").flatMap((line) => {
      const [number, state] = [/\bJobId=(\d+)/.exec(line), /\bJobState=(\w+)/.exec(line)].map(
        (each) => each?.[1],
      );
      const task = /\bArrayTaskId=(\d+)\b/.exec(line)?.[1];
      const isKnown = number !== undefined && state !== undefined;
      return isKnown ? [{ id: task === undefined ? job : `${job}_${task}`, state }] : [];
    });
  }

  /** Waits until a job, with all tasks of an array, is neither pending nor running. */
  async ended(job: string): Promise<JobState[]> {
    for (;;) {
      const { output } = await this.run(["squeue", "-h", "-j", job, "-o", "%T"]);
      if (output.trim() === "" || output.includes("Invalid job id")) return await this.states(job);
      await setTimeout(PAUSE);
    }
  }

  /** Starts a requeued job now; Slurm itself lets it wait two minutes. */
  async startRequeued(job: string): Promise<void> {
    await setTimeout(RESTART_PAUSE);
    // Slurm changes no job that still ends.
    for (;;) {
      const { code, output } = await this.run(["scontrol", "update", `JobId=${job}`, "StartTime=now"]);
      if (code === 0) return;
      const [state] = await this.states(job);
      if (state?.state !== "COMPLETING" && state?.state !== "PENDING") {
        throw new Error(`job ${job} is ${state?.state}, not requeued: ${output}\n${await this.#logs()}`);
      }
      await setTimeout(PAUSE);
    }
  }

  /**
   * Waits for what a job has to bring about.
   *
   * @throws {Error} If the job ends and the condition still does not hold.
   */
  async until(condition: () => boolean | Promise<boolean>, job: string): Promise<void> {
    while (!(await condition())) {
      const [state] = await this.states(job);
      if (state !== undefined && ENDED.has(state.state) && !(await condition())) {
        throw new Error(`job ${job} ended (${state.state}) before that\n${await this.#logs()}`);
      }
      await setTimeout(PAUSE);
    }
  }

  /** Cancels all jobs, ends the daemons and removes their folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.run(["scancel", "--signal=KILL", "--user=root"]);
    for (const daemon of this.#daemons.toReversed()) daemon.kill();
    await Promise.all(this.#daemons.map(({ exited }) => exited));
    this.#folder.remove();
  }
}

function slurmConf(
  folder: TemporaryFolder,
  ports: { readonly cpus: number; readonly controllerPort: number; readonly nodePort: number },
): string {
  const host = hostname();
  const { cpus, controllerPort, nodePort } = ports;
  return `${[
    "ClusterName=test",
    `SlurmctldHost=${host}(127.0.0.1)`,
    "SlurmUser=root",
    "SlurmdUser=root",
    "AuthType=auth/munge",
    `AuthInfo=socket=${folder.join("munge.socket")}`,
    "CredType=cred/munge",
    `SlurmctldPort=${controllerPort}`,
    `SlurmdPort=${nodePort}`,
    `SlurmctldPidFile=${folder.join("slurmctld.pid")}`,
    `SlurmdPidFile=${folder.join("slurmd.pid")}`,
    `StateSaveLocation=${folder.join("ctld")}`,
    `SlurmdSpoolDir=${folder.join("d")}`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "JobAcctGatherType=jobacct_gather/none",
    "AccountingStorageType=accounting_storage/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_CPU",
    "SchedulerType=sched/backfill",
    "SchedulerParameters=sched_interval=1,bf_interval=1",
    "MpiDefault=none",
    "ReturnToService=2",
    "KillWait=5",
    "MinJobAge=3600",
    "SlurmctldParameters=enable_configless",
    // A node may say that it has more CPUs than the machine: tasks of a test wait for each other.
    "SlurmdParameters=config_overrides",
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=${Math.max(cpus, availableParallelism())} State=UNKNOWN`,
    `PartitionName=all Nodes=${host} Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO`,
  ].join("\n")}\n`;
}

/** A port that nothing listens on at this moment. */
function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? done(address.port) : fail()));
    });
  });
}
