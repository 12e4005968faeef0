/**
 * Ends what is left of a trial whose guard was killed. The processes of a trial have its variable in their
 * environment, also those that its program started. Only Linux shows the environment of other processes:
 * elsewhere nothing is found.
 */

import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { isSameTrial, readTrialVariables, type TrialEnvironment, VARIABLE } from "./trial-environment.ts";

/** How long a trial may take to save what it has, ms. Then it is killed. */
export const GRACE_MS = 60_000;
/** How often is looked whether they have ended, ms. */
const LOOK_MS = 50;

/**
 * Asks the processes of a trial on this machine to end, and kills them after a minute.
 *
 * @param isLeft Whether an attempt with this token is one of those to end.
 */
export async function endLeftProcesses(
  trial: TrialEnvironment,
  isLeft: (token: string) => boolean,
): Promise<void> {
  const deadline = performance.now() + GRACE_MS;
  const asked = new Set<number>();
  for (;;) {
    const left = processesOf(trial, isLeft);
    if (left.length === 0) return;
    const isOver = performance.now() >= deadline;
    for (const pid of left) {
      if (isOver) send(pid, "SIGKILL");
      else if (!asked.has(pid)) send(pid, "SIGTERM");
      asked.add(pid);
    }
    await Bun.sleep(LOOK_MS);
  }
}

function processesOf(trial: TrialEnvironment, isLeft: (token: string) => boolean): number[] {
  if (process.platform !== "linux") return [];
  const own = { ...trial, folder: realPath(trial.folder) };
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const found = trialOf(pid);
    if (found === null || !isLeft(found.token)) return [];
    return isSameTrial({ ...found, folder: realPath(found.folder) }, own) ? [pid] : [];
  });
}

/** Null for a process of no trial, one that has ended, and one of another user. */
function trialOf(pid: number): TrialEnvironment | null {
  try {
    const words = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    const word = words.find((each) => each.startsWith(`${VARIABLE}=`));
    return readTrialVariables({ [VARIABLE]: word?.slice(VARIABLE.length + 1) });
  } catch {
    return null;
  }
}

/** Agents may name one folder by different paths. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
