/** Reads `run.json` of a run's folder. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../base/plain-object.ts";
import { RUN_FILES } from "../base/run-folder-names.ts";
import { RUN_RECORD_VERSION, type RunRecord, type RunStart } from "../base/run-record.ts";
import { readStart } from "../files/file-ends.ts";

/** A record of this project is a few kilobytes long. */
const MOST_BYTES = 16 * 2 ** 20;

/** The record, or a sentence that says why there is none. Values of a wrong type count as missing. */
export function readRunRecord(folder: string): { record: RunRecord | null; problem: string | null } {
  const fail = (problem: string) => ({ record: null, problem: `${RUN_FILES.record} ${problem}` });
  const path = join(folder, RUN_FILES.record);
  if (!existsSync(path)) {
    return fail("is missing: the run is older than it, or the plugin history was off. There are no curves.");
  }
  let bytes: Buffer;
  try {
    bytes = readStart(path, MOST_BYTES + 1);
  } catch (error) {
    return fail(`cannot be read: ${(error as Error).message}.`);
  }
  if (bytes.length > MOST_BYTES) return fail("is too large to be the record of a run.");
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    return fail("is damaged: it is not JSON.");
  }
  if (!isRecord(value) || typeof value.version !== "number") return fail("is not the record of a run.");
  if (value.version > RUN_RECORD_VERSION) {
    return fail("was written by a newer version of this program; read it with that one.");
  }
  return { record: recordOf(value, value.version), problem: null };
}

function recordOf(value: Readonly<Record<string, unknown>>, version: number): RunRecord {
  const best = isRecord(value.best) && typeof value.best.epoch === "number" ? value.best : null;
  return {
    version,
    id: textOf(value.id) ?? "",
    name: textOf(value.name) ?? "",
    status: textOf(value.status) ?? "",
    reason: textOf(value.reason),
    device: textOf(value.device) ?? "",
    config: isRecord(value.config) ? (value.config as RunRecord["config"]) : {},
    facts: entriesOf(value.facts, isNumber),
    environment: entriesOf(value.environment, isText),
    commit: textOf(value.commit),
    starts: Array.isArray(value.starts) ? value.starts.filter(isStart) : [],
    step: isNumber(value.step) ? value.step : 0,
    epoch: isNumber(value.epoch) ? value.epoch : 0,
    seconds: isNumber(value.seconds) ? value.seconds : 0,
    best: best && { epoch: best.epoch as number, metrics: entriesOf(best.metrics, isNumber) },
    summary: entriesOf(value.summary, isNumber),
    checkpoints: entriesOf(value.checkpoints, isPlace),
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isStart(value: unknown): value is RunStart {
  return isRecord(value) && isText(value.at) && !Number.isNaN(Date.parse(value.at)) && isNumber(value.step);
}

function isPlace(value: unknown): value is { step: number; epoch: number } {
  return isRecord(value) && isNumber(value.step) && isNumber(value.epoch);
}

function textOf(value: unknown): string | null {
  return isText(value) ? value : null;
}

/** The entries of an object whose values are of a type; `__proto__` is a key like any other. */
function entriesOf<T>(value: unknown, isOf: (value: unknown) => value is T): Record<string, T> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, T] => isOf(entry[1])));
}
