/** Reads what a table of runs shows of a run, from its folder. */

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { parseDocument } from "yaml";
import { isRecord } from "../base/plain-object.ts";
import { RUN_FILES } from "../base/run-folder-names.ts";
import type { RunRecord } from "../base/run-record.ts";
import { readEnd, readStart } from "../files/file-ends.ts";
import { isFolderHeld } from "../files/folder-lock.ts";
import { METRIC_AXES } from "./metric-columns.ts";
import { readRunRecord } from "./read-run-record.ts";
import { readRemarks } from "./remarks.ts";
import type { RunRow, RunStanding } from "./run-data.ts";
import { flatSettings } from "./settings.ts";

const ENDINGS = ["finished", "stopped", "interrupted", "failed"] as const;
/** A configuration is shorter. */
const MOST_CONFIG_BYTES = 2 ** 20;
/** A row of metrics is shorter. */
const TAIL_BYTES = 1 << 16;

/** True for a folder that looks like that of a run. */
export function isRunFolder(path: string): boolean {
  const names = [RUN_FILES.record, RUN_FILES.config, RUN_FILES.checkpoints];
  return names.some((name) => existsSync(join(path, name)));
}

/**
 * The row of a run. It throws for nothing in the folder: what is missing is null, and `problems` says so.
 *
 * @param path The run's folder.
 * @param id What the row is called. @default the folder's name
 */
export function readRunRow(path: string, id: string = basename(path)): RunRow {
  const { record, problem } = readRunRecord(path);
  const row = record === null ? rowWithoutRecord(path, id) : rowOf(record, path, id);
  const remarks = readRemarks(path);
  return {
    ...row,
    ...(remarks ?? {}),
    problems: problem === null ? row.problems : [problem, ...row.problems],
  };
}

function rowOf(record: RunRecord, path: string, id: string): RunRow {
  const { status, facts, summary, best } = record;
  const standing = standingOf(status, path);
  const live = standing === "running" || standing === "crashed" ? lastRow(path) : null;
  const settings = flatSettings(record.config);
  return {
    id,
    name: record.name || id,
    status: standing,
    reason: record.reason,
    started: record.starts[0]?.at ?? startInName(id),
    durationSeconds: Math.max(record.seconds, live?.seconds ?? 0),
    steps: Math.max(record.step, live?.step ?? 0),
    totalSteps: facts.totalSteps ?? null,
    epochs: record.epoch,
    maxEpochs: facts.maxEpochs ?? null,
    bestF1: best?.metrics.f1 ?? null,
    bestEpoch: best?.epoch ?? null,
    device: record.device || null,
    settings,
    summary: { ...summary, ...live?.values },
    ...tagsAndNotes(record.config, settings),
    problems: [],
  };
}

/** What the configuration says of a run that an older version trained, or without the plugin `history`. */
function rowWithoutRecord(path: string, id: string): RunRow {
  const { config, problem } = readConfig(path);
  const settings = flatSettings(config);
  const { "training.max_epochs": maxEpochs, "experiment.name": name } = settings;
  return {
    id,
    name: typeof name === "string" ? name : id,
    status: isFolderHeld(path) ? "running" : "unknown",
    reason: null,
    started: startInName(id),
    durationSeconds: null,
    steps: null,
    totalSteps: null,
    epochs: null,
    maxEpochs: typeof maxEpochs === "number" ? maxEpochs : null,
    bestF1: null,
    bestEpoch: null,
    device: null,
    settings,
    summary: {},
    ...tagsAndNotes(config, settings),
    problems: problem === null ? [] : [problem],
  };
}

function standingOf(status: string, path: string): RunStanding {
  const ending = ENDINGS.find((each) => each === status);
  if (ending !== undefined) return ending;
  return isFolderHeld(path) ? "running" : "crashed";
}

function readConfig(path: string): { config: unknown; problem: string | null } {
  let text: string;
  try {
    text = readStart(join(path, RUN_FILES.config), MOST_CONFIG_BYTES).toString("utf8");
  } catch {
    return { config: {}, problem: `${RUN_FILES.config} is missing or cannot be read.` };
  }
  const document = parseDocument(text, { logLevel: "error" });
  const damaged = { config: {}, problem: `${RUN_FILES.config} is damaged.` };
  if (document.errors.length > 0) return damaged;
  try {
    return { config: document.toJS({ maxAliasCount: 100 }), problem: null };
  } catch {
    return damaged; // aliases that grow without end
  }
}

function tagsAndNotes(config: unknown, settings: RunRow["settings"]): Pick<RunRow, "tags" | "notes"> {
  const experiment = isRecord(config) && isRecord(config.experiment) ? config.experiment : {};
  const tags = Array.isArray(experiment.tags) ? experiment.tags : [];
  const { "experiment.notes": notes } = settings;
  return {
    tags: tags.filter((tag) => typeof tag === "string"),
    notes: typeof notes === "string" ? notes : "",
  };
}

/** The time in the name of a run's folder, which is local: `{name} YYYY-MM-DD HH:MM`. */
function startInName(id: string): string | null {
  const named = / (\d{4}-\d\d-\d\d) (\d\d)[:-](\d\d)(?: \(\d+\))?$/.exec(id);
  if (named === null) return null;
  const [, day, hours, minutes] = named;
  const at = new Date(`${day}T${hours}:${minutes}:00`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

interface LastRow {
  readonly step: number;
  readonly seconds: number;
  readonly values: Readonly<Record<string, number>>;
}

/** The last whole row of `metrics.jsonl`; null if there is none. */
function lastRow(path: string): LastRow | null {
  try {
    const tail = readEnd(join(path, RUN_FILES.metrics), TAIL_BYTES).toString("utf8");
    const end = tail.lastIndexOf("\n");
    if (end < 0) return null;
    const row: unknown = JSON.parse(tail.slice(tail.lastIndexOf("\n", end - 1) + 1, end));
    if (!isRecord(row) || typeof row.global_step !== "number") return null;
    const values = Object.entries(row).filter(
      (entry): entry is [string, number] => typeof entry[1] === "number" && !METRIC_AXES.has(entry[0]),
    );
    const seconds = typeof row._time === "number" ? row._time : 0;
    return { step: row.global_step, seconds, values: Object.fromEntries(values) };
  } catch {
    return null;
  }
}
