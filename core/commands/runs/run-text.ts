/** Runs as text for a terminal: their list, one of them, what distinguishes several. */

import { fittingTable, type TableColumn } from "../../base/fitting-table.ts";
import { labelledRows } from "../../base/labelled-rows.ts";
import { formatMetric } from "../../base/metrics.ts";
import { columnName } from "../../base/range.ts";
import { counted, formatBytes, formatDuration, table } from "../../base/text-layout.ts";
import { CONFIG } from "../../config/schema.ts";
import type { Compared, RunComparison } from "../../runs/compare-runs.ts";
import type { RunDetails, RunRow, Setting } from "../../runs/run-data.ts";
import { flatSettings } from "../../runs/settings.ts";

/** What stands where a run has no value. */
const NONE = "–";
const PLUGINS = "plugins.";

/** A name is not shortened below this. */
const SHORTEST_NAME = 20;

/**
 * The table of runs, as many columns as fit. Where the names are too long for the terminal, their middle is
 * left out: the end has the time by which `runs show` finds a run.
 *
 * @param more Settings and metrics that have columns of their own, whatever the width.
 * @param width The length of a line in characters.
 */
export function listText(rows: readonly RunRow[], more: readonly string[], width: number): string {
  const text = tableText(rows, more, width, Number.POSITIVE_INFINITY);
  const excess = Math.max(...text.split("\n").map((line) => line.length)) - (width - 1);
  if (excess <= 0) return text;
  const longest = Math.max(...rows.map(({ id }) => plain(id).length));
  return tableText(rows, more, width, Math.max(SHORTEST_NAME, longest - excess));
}

function tableText(
  rows: readonly RunRow[],
  more: readonly string[],
  width: number,
  nameWidth: number,
): string {
  const columns: TableColumn<RunRow>[] = [
    { head: "run", cell: ({ id }) => withoutMiddle(plain(id), nameWidth), rank: 0 },
    { head: "status", cell: ({ status }) => status, rank: 0 },
    { head: "f1", cell: ({ bestF1 }) => formatMetric(bestF1, 3), rank: 0 },
    ...more.map((name) => ({ head: name, cell: (row: RunRow) => valueText(namedValue(row, name)), rank: 0 })),
    { head: "epoch", cell: ({ epochs, maxEpochs }) => share(epochs, maxEpochs), rank: 1 },
    { head: "time", cell: ({ durationSeconds }) => duration(durationSeconds), rank: 2 },
    { head: "val loss", cell: ({ summary }) => formatMetric(summary["val/loss"]), rank: 3 },
    { head: "device", cell: ({ device }) => plain(device?.split(" ")[0] ?? NONE), rank: 4 },
    { head: "tags", cell: ({ tags }) => plain(tags.join(", ")), rank: 5 },
  ];
  return fittingTable(columns, rows, width, 2);
}

function withoutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const end = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
}

/** A setting, a metric's last value, or a field of a run; null if it has none of that name. */
export function namedValue(row: RunRow, name: string): Setting {
  const { id, status, started, durationSeconds, epochs, bestF1, bestEpoch, device } = row;
  const own: Readonly<Record<string, Setting>> = {
    ...{ id, status, started, epochs, device },
    ...{ duration: durationSeconds, f1: bestF1, "best epoch": bestEpoch },
  };
  return own[name] ?? row.settings[name] ?? row.summary[name] ?? null;
}

/** Everything that a terminal shows of one run. */
export function showText(run: RunDetails, columns: number): string {
  const { started, durationSeconds, device, commit, reason, tags, notes } = run;
  const facts: readonly (readonly [string, string | null])[] = [
    ["status", reason === null ? run.status : `${run.status}: ${plain(reason)}`],
    ["started", started?.replace(/^(.*)T(.{8}).*$/, "$1 $2 UTC") ?? null],
    ["time", durationSeconds === null ? null : formatDuration(durationSeconds)],
    ["epochs", share(run.epochs, run.maxEpochs)],
    ["steps", share(run.steps, run.totalSteps)],
    ["best f1", bestText(run)],
    ["device", device],
    ["commit", commit],
    ["plugins", pluginsOf(run).join(", ")],
    ["tags", tags.join(", ")],
    ["notes", notes],
  ];
  const known = facts.flatMap(([name, text]) => (text ? [[name, plain(text)] as const] : []));
  return [
    plain(run.id),
    "",
    ...labelledRows(known, columns),
    ...section("facts", countsTable(run.facts)),
    ...section("settings other than the defaults, without those of plugins", settingsTable(run)),
    ...section("checkpoints", checkpointsTable(run)),
    ...section("metrics", metricsTable(run)),
    ...section(
      "commands",
      Object.values(run.commands).flatMap((command) => command ?? []),
    ),
    ...section("problems", run.problems.map(plain)),
  ].join("\n");
}

/** What distinguishes runs, which are called A, B, C … Z, AA, AB … */
export function diffText(runs: readonly RunDetails[], comparison: RunComparison): string {
  const letters = runs.map((_, index) => columnName(index + 1));
  const legend = runs.map((run, index) => {
    const f1 = bestText(run);
    return `${letters[index]}  ${plain(run.id)}  ${run.status}${f1 === null ? "" : `, best f1 ${f1}`}`;
  });
  const compared = (title: string, values: Compared<Setting>) => {
    const rows = Object.entries(values).map(([name, row]) => [plain(name), ...row.map(valueText)]);
    return rows.length === 0 ? [`no ${title}`] : table([title, ...letters], rows, 1).split("\n");
  };
  return [
    ...legend,
    "",
    ...compared("settings that differ", comparison.settings),
    "",
    ...compared("facts that differ", comparison.facts),
    "",
    ...compared("metrics, last values", comparison.metrics),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, "", ...lines.map((line) => `  ${line}`)];
}

function countsTable(facts: Readonly<Record<string, number>>): string[] {
  const rows = Object.entries(facts).map(([name, value]) => [plain(name), String(value)]);
  return rows.length === 0 ? [] : aligned(rows);
}

function settingsTable({ settings }: RunDetails): string[] {
  const defaults = flatSettings(CONFIG.default);
  const own = Object.entries(settings).filter(
    ([key, value]) => !key.startsWith(PLUGINS) && value !== (defaults[key] ?? null),
  );
  return aligned(own.map(([key, value]) => [plain(key), valueText(value)]));
}

/** The names of the plugins that were on. */
function pluginsOf({ settings }: RunDetails): string[] {
  const own = Object.entries(settings).filter(([key, value]) => key.startsWith(PLUGINS) && value !== false);
  const names = own.map(([key]) => key.slice(PLUGINS.length));
  // A plugin that is a file has dots in its name, and its options cannot be told from it.
  return [...new Set(names.map((name) => (/^[./]/.test(name) ? name : name.split(".")[0]!)))];
}

function checkpointsTable({ checkpoints }: RunDetails): string[] {
  if (checkpoints.length === 0) return [];
  const rows = checkpoints.map(({ name, epoch, bytes, metrics }) => [
    plain(name),
    epoch === null ? NONE : String(epoch),
    formatBytes(bytes),
    formatMetric(metrics.f1, 3),
    formatMetric(metrics.loss),
  ]);
  return table(["file", "epoch", "size", "f1", "val loss"], rows, 1).split("\n");
}

function metricsTable({ metrics, summary }: RunDetails): string[] {
  if (metrics.length === 0) return [];
  const rows = metrics.map(({ name, rows: count, first, last }) => [
    plain(name),
    valueText(summary[name] ?? null),
    counted(count, "row"),
    first === last ? `step ${first}` : `steps ${first} to ${last}`,
  ]);
  return table(["name", "last value", "", ""], rows, 1).split("\n");
}

/** Two columns. */
function aligned(rows: readonly (readonly [string, string] | readonly string[])[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name!.length));
  return rows.map(([name, value]) => `${name!.padEnd(width)}  ${value}`);
}

function bestText({ bestF1, bestEpoch }: RunRow): string | null {
  if (bestF1 === null) return null;
  if (bestF1 === 0) return "0";
  return `${formatMetric(bestF1, 3)}${bestEpoch === null ? "" : ` in epoch ${bestEpoch}`}`;
}

function valueText(value: Setting): string {
  if (value === null) return NONE;
  if (typeof value !== "number" || Number.isInteger(value)) return plain(String(value));
  return String(Number(value.toPrecision(5)));
}

function share(done: number | null, all: number | null): string {
  return done === null ? NONE : `${done}${all === null ? "" : `/${all}`}`;
}

function duration(seconds: number | null): string {
  return seconds === null ? NONE : formatDuration(seconds);
}

/** Names and notes come from files: their control characters must not reach the terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, " ");
}
