/** What earlier processes of a run have logged, so that the one that resumes it goes on from there. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readRecords } from "./log-reader.ts";
import type { HistoryItem, SummaryItem } from "./records_pb.ts";

export interface EarlierLogs {
  /** How many there are. */
  readonly count: number;
  /** The highest step that stands whole in one of them; 0 without any. */
  readonly lastStep: number;
  /** Seconds that the run had been running at the last row. */
  readonly runtime: number;
  /** The latest JSON text of every value in the summary, by name. */
  readonly summary: ReadonlyMap<string, string>;
  /** What could not be read. */
  readonly notes: readonly string[];
}

/** Reads the run's logs below `{run folder}/wandb/`, those of other run ids left out. A damaged one counts as far as it reads. */
export function readEarlierLogs(runFolder: string, runId: string): EarlierLogs {
  const summary = new Map<string, string>();
  const notes: string[] = [];
  let [count, lastStep, runtime] = [0, 0, 0];
  for (const path of logsOf(runFolder, runId)) {
    count++;
    try {
      const records = readRecords(path);
      let next = records.next();
      for (; !next.done; next = records.next()) {
        const { case: kind, value } = next.value.record.recordType;
        if (kind === "history") {
          // Not `_step`: images that came after a run's last step have one of their own.
          lastStep = Math.max(lastStep, Number(jsonOf(value.item, "global_step") ?? 0));
          runtime = Math.max(runtime, Number(jsonOf(value.item, "_runtime") ?? 0));
        } else if (kind === "summary") {
          for (const one of value.update) if (nameOf(one) !== null) summary.set(nameOf(one)!, one.valueJson);
        }
      }
      if (next.value.damage)
        notes.push(`${path} is damaged behind byte ${next.value.end}: ${next.value.damage}`);
    } catch (error) {
      notes.push(`${path} cannot be read: ${(error as Error).message}`);
    }
  }
  return { count, lastStep, runtime, summary, notes };
}

/** Their folders' names begin with the time, so their order is that of time, online and offline ones alike. */
function logsOf(runFolder: string, runId: string): string[] {
  const root = join(runFolder, "wandb");
  return namesIn(root)
    .filter((name) => /^(offline-)?run-\d{8}_\d{6}-/.test(name))
    .sort((a, b) => (a.replace(/^offline-/, "") < b.replace(/^offline-/, "") ? -1 : 1))
    .flatMap((name) => {
      const file = `run-${runId}.wandb`;
      return namesIn(join(root, name)).includes(file) ? [join(root, name, file)] : [];
    });
}

function jsonOf(items: readonly HistoryItem[], name: string): string | undefined {
  return items.find((one) => nameOf(one) === name)?.valueJson;
}

/** The name of a value that is not part of a larger one. */
function nameOf({ key, nestedKey }: HistoryItem | SummaryItem): string | null {
  if (nestedKey.length === 0) return key;
  return nestedKey.length === 1 ? nestedKey[0]! : null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
