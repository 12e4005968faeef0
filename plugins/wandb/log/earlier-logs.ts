/**
 * Reads what earlier processes of a run have logged: the process that resumes the run goes on from there.
 */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { RUN_FILES } from "../../../core/plugin.ts";
import { readRecords } from "./log-reader.ts";
import type { HistoryItem, SummaryItem } from "./records_pb.ts";

export interface EarlierLogs {
  /** The number of logs. */
  readonly count: number;
  /** The last step whose row is in one of the logs; 0 if there is none. */
  readonly lastStep: number;
  /** How long the run had been running at the last row, in seconds. */
  readonly runtime: number;
  /** The latest values of the summary as JSON, by name. */
  readonly summary: ReadonlyMap<string, string>;
  /** A line for each log that could not be read to its end. */
  readonly notes: readonly string[];
}

/** Reads the logs of a run id below `{run folder}/wandb/`. A damaged log counts up to the damage. */
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
          // Not `_step`: the row of images that came after the last step has a `_step` of its own.
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

/** The paths of the logs, the oldest first: the names of their folders begin with the time. */
function logsOf(runFolder: string, runId: string): string[] {
  const root = join(runFolder, RUN_FILES.wandb);
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

/** The name of a value; null if the value is part of a larger one. */
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
