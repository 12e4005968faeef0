/** The columns that a table of runs can have: facts of a run, its settings, the last values of metrics. */

import type { RunRow } from "../../api.ts";
import { duration, figure, metricFigure, moment, score } from "../parts/figures.ts";

export interface RunColumn {
  /** `bestF1`, `settings.training.lr`, `summary.val/loss`. */
  readonly key: string;
  readonly title: string;
  readonly isNumber: boolean;
  /** What sorts and groups; null if the run has none. */
  value(run: RunRow): string | number | null;
  text(run: RunRow): string;
}

const SETTING = "settings.";
const SUMMARY = "summary.";

const fact = (
  key: string,
  title: string,
  isNumber: boolean,
  value: RunColumn["value"],
  text: (run: RunRow) => string = (run) => String(value(run) ?? "–"),
): RunColumn => ({ key, title, isNumber, value, text });

/** The columns for what is known of every run. */
const FACT_COLUMNS: readonly RunColumn[] = [
  fact("name", "name", false, (run) => run.name),
  fact("status", "status", false, (run) => run.status),
  fact(
    "started",
    "started",
    true,
    (run) => run.started,
    (run) => moment(run.started),
  ),
  fact(
    "duration",
    "duration",
    true,
    (run) => run.durationSeconds,
    (run) => duration(run.durationSeconds),
  ),
  fact(
    "epochs",
    "epochs",
    true,
    (run) => run.epochs,
    ({ epochs, maxEpochs }) => (maxEpochs === null ? String(epochs ?? "–") : `${epochs ?? 0} / ${maxEpochs}`),
  ),
  fact(
    "bestF1",
    "best F1",
    true,
    (run) => run.bestF1,
    (run) => (run.bestF1 === null ? "–" : score(run.bestF1)),
  ),
  fact("bestEpoch", "at epoch", true, (run) => run.bestEpoch),
  fact(
    "steps",
    "steps",
    true,
    (run) => run.steps,
    (run) => figure(run.steps),
  ),
  fact(
    "device",
    "device",
    false,
    (run) => run.device,
    (run) => shortDevice(run.device),
  ),
  fact(
    "tags",
    "tags",
    false,
    (run) => run.tags.join(", ") || null,
    (run) => run.tags.join(", "),
  ),
  fact(
    "notes",
    "notes",
    false,
    (run) => run.notes || null,
    (run) => run.notes,
  ),
  fact("id", "folder", false, (run) => run.id),
];

/** What the table shows at first, before the settings that differ. */
const USUAL = ["name", "status", "started", "duration", "epochs", "bestF1", "bestEpoch", "device", "tags"];
/** Settings that differ in every run and say nothing about it. */
const TELLING_NOTHING = ["experiment.name", "experiment.notes", "experiment.tags"];
const MOST_SETTINGS = 4;

/** The column of a key. */
export function runColumn(key: string): RunColumn {
  const known = FACT_COLUMNS.find((column) => column.key === key);
  if (known !== undefined) return known;
  if (key.startsWith(SETTING)) {
    const name = key.slice(SETTING.length);
    const value = (run: RunRow) => {
      const setting = run.settings[name];
      return typeof setting === "boolean" ? String(setting) : (setting ?? null);
    };
    const text = (run: RunRow) => {
      const setting = value(run);
      return typeof setting === "number" ? figure(setting) : (setting ?? "–");
    };
    return { key, title: lastParts(name), isNumber: true, value, text };
  }
  const name = key.slice(SUMMARY.length);
  const value = (run: RunRow) => run.summary[name] ?? null;
  return { key, title: name, isNumber: true, value, text: (run) => metricFigure(name, value(run)) };
}

/** The keys of all columns that these runs can fill. */
export function columnKeys(runs: readonly RunRow[]): string[] {
  const settings = new Set(runs.flatMap((run) => Object.keys(run.settings)));
  const metrics = new Set(runs.flatMap((run) => Object.keys(run.summary)));
  return [
    ...FACT_COLUMNS.map(({ key }) => key),
    ...[...settings].sort().map((name) => SETTING + name),
    ...[...metrics].sort().map((name) => SUMMARY + name),
  ];
}

/** The columns that the page chooses: the facts, and the first settings in which the runs differ. */
export function usualColumns(runs: readonly RunRow[]): string[] {
  const differing = differingSettings(runs).filter((name) => !TELLING_NOTHING.includes(name));
  return [...USUAL, ...differing.slice(0, MOST_SETTINGS).map((name) => SETTING + name)];
}

/** The settings that are not the same in all of these runs; `training` and `model` first. */
export function differingSettings(runs: readonly RunRow[]): string[] {
  const values = new Map<string, Set<unknown>>();
  for (const { settings } of runs) for (const name of Object.keys(settings)) values.set(name, new Set());
  for (const { settings } of runs) for (const [name, seen] of values) seen.add(settings[name]);
  return [...values]
    .filter(([, seen]) => seen.size > 1)
    .map(([name]) => name)
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function rank(name: string): number {
  const at = ["training.", "model.", "data."].findIndex((section) => name.startsWith(section));
  return at < 0 ? 99 : at;
}

/** "wasm (TensorFlow.js 4.22.0, SIMD kernels), 2 workers" → "wasm, 2 workers". */
function shortDevice(device: string | null): string {
  return device === null ? "–" : device.replaceAll(/\s*\([^)]*\)/g, "");
}

/** `model.backbone.base_width` → `backbone.base_width`. */
function lastParts(name: string): string {
  return name.split(".").slice(-2).join(".");
}
