/** The local logs of a run: one for every process that trained it. */

import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { readRecords } from "../log/log-reader.ts";
import type { RunRecord } from "../log/records_pb.ts";
import { seconds } from "../log/timestamp.ts";

/** `run-{id}.wandb` files below `{run folder}/wandb/`, grouped by run id, each group in the order of time. */
export function findRunLogs(runFolder: string): string[][] {
  const groups = new Map<string, { path: string; startTime: number; folder: string }[]>();
  const root = join(runFolder, "wandb");
  for (const folder of entries(root)) {
    if (!/^(offline-)?run-/.test(folder)) continue; // not latest-run, which is one of them
    for (const file of entries(join(root, folder))) {
      const id = /^run-(.+)\.wandb$/.exec(file)?.[1];
      if (id === undefined) continue;
      const path = join(root, folder, file);
      const group = groups.get(id) ?? [];
      const startTime = seconds(findRunRecord(path)?.startTime);
      group.push({ path, startTime, folder: folder.replace(/^offline-/, "") });
      groups.set(id, group);
    }
  }
  return [...groups.values()].map((group) =>
    group.sort((a, b) => a.startTime - b.startTime || (a.folder < b.folder ? -1 : 1)).map(({ path }) => path),
  );
}

/** Like `findRunLogs`, for the one run that a log belongs to: the logs up to and with it. */
export function logsUpTo(runFolder: string, logPath: string): string[] {
  for (const group of findRunLogs(runFolder)) {
    const at = group.indexOf(logPath);
    if (at >= 0) return group.slice(0, at + 1);
  }
  // The log has not been created yet: what stands of the run comes before it.
  const id = basename(logPath);
  const earlier = findRunLogs(runFolder).find((group) => basename(group[0]!) === id) ?? [];
  return [...earlier, logPath];
}

/** A log's run record, which is among its first; null where there is none, or no log yet. */
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

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
