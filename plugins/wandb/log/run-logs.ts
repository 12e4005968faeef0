/** Finds the logs of a run. There is one for every process that trained it. */

import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { RUN_FILES } from "../../../core/plugin.ts";
import { readRecords } from "./log-reader.ts";
import type { RunRecord } from "./records_pb.ts";
import { seconds } from "./timestamp.ts";

/**
 * The files `run-{id}.wandb` below `{run folder}/wandb/`, grouped by run id. Within a group they are in the
 * order of their steps. Times decide only between logs that begin at one step: the clock of a machine may be
 * wrong. A log that cannot be read comes first: whoever reads it next says what is wrong with it.
 */
export function findRunLogs(runFolder: string): string[][] {
  const groups = new Map<string, RunLogFile[]>();
  const root = join(runFolder, RUN_FILES.wandb);
  for (const folder of entries(root)) {
    if (!/^(offline-)?run-/.test(folder)) continue; // latest-run is a link to one of the others
    for (const file of entries(join(root, folder))) {
      const id = /^run-(.+)\.wandb$/.exec(file)?.[1];
      if (id === undefined) continue;
      const path = join(root, folder, file);
      const group = groups.get(id) ?? [];
      const record = runRecordIfReadable(path);
      const startTime = seconds(record?.startTime);
      const firstStep = Number(record?.startingStep ?? 0n);
      group.push({ path, firstStep, startTime, folder: folder.replace(/^offline-/, "") });
      groups.set(id, group);
    }
  }
  return [...groups.values()].map((group) => group.sort(inOrder).map(({ path }) => path));
}

interface RunLogFile {
  readonly path: string;
  /** The step at which the log begins, as its run record states it. */
  readonly firstStep: number;
  /** In seconds since 1970. */
  readonly startTime: number;
  readonly folder: string;
}

function inOrder(a: RunLogFile, b: RunLogFile): number {
  return a.firstStep - b.firstStep || a.startTime - b.startTime || (a.folder < b.folder ? -1 : 1);
}

/** The logs of the run to which a log belongs, from the oldest to this one. */
export function logsUpTo(runFolder: string, logPath: string): string[] {
  for (const group of findRunLogs(runFolder)) {
    const at = group.indexOf(logPath);
    if (at >= 0) return group.slice(0, at + 1);
  }
  // The log has not been created yet: it comes after those that are there.
  const id = basename(logPath);
  const earlier = findRunLogs(runFolder).find((group) => basename(group[0]!) === id) ?? [];
  return [...earlier, logPath];
}

/**
 * The run record of a log; null if it is not among the first ten records, or if there is no log yet.
 *
 * @throws The system's error if there is a log and it cannot be read.
 */
export function findRunRecord(path: string): RunRecord | null {
  let count = 0;
  try {
    for (const { record } of readRecords(path)) {
      if (record.recordType.case === "run") return record.recordType.value;
      if (++count === 10) break;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return null;
}

function runRecordIfReadable(path: string): RunRecord | null {
  try {
    return findRunRecord(path);
  } catch {
    return null;
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
