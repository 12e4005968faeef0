/** Gathers what a report of some runs holds: the answers that its page asks for, within a budget of bytes. */

import type { OpenRun } from "../runs/open-run.ts";
import { newestFirst } from "../runs/run-set.ts";
import { type CurveAxis, type EpochSheets, type Histograms, PATHS, type RunDetails } from "./api.ts";
import { type EmbeddedColumns, packNumbers } from "./embedded-columns.ts";
import type { EmbeddedReport } from "./embedded-report.ts";
import { extremeRows } from "./extreme-rows.ts";

const AXES: readonly CurveAxis[] = ["step", "epoch", "time", "sheets"];
/** Values of metrics in a report; a metric with more than its share keeps the rows with its extremes. */
const MOST_VALUES = 600_000;
/** Bytes of all histograms, and of the sheets of all epochs. */
const HISTOGRAM_BYTES = 800_000;
const SHEET_BYTES = 1_200_000;
/** Histograms of one parameter. */
const MOST_HISTOGRAMS = 12;
/** Characters of a console, from its end. */
const CONSOLE_LENGTH = 200_000;

/** Gathers the report. @param folder What the page names as the folder of the runs. */
export async function collectReport(runs: readonly OpenRun[], folder: string): Promise<EmbeddedReport> {
  const answers: Record<string, EmbeddedReport["answers"][string]> = {};
  // without a prototype: a run may be called __proto__
  const columns: Record<string, EmbeddedColumns> = Object.create(null);
  const marks: Record<string, Record<string, readonly number[]>> = Object.create(null);
  const leftOut: string[] = [];
  answers[PATHS.runs] = { folder, runs: newestFirst(runs.map((run) => run.row())) };
  for (const run of runs) {
    const share = 1 / runs.length;
    const metrics = await columnsOf(run, MOST_VALUES * share);
    columns[run.id] = metrics.columns;
    if (metrics.isThinned) {
      leftOut.push(`${run.id}: of metrics with very many rows, only the rows with the extremes are kept.`);
    }
    const details = await run.details();
    const histograms = await histogramsOf(run, details, HISTOGRAM_BYTES * share);
    const sheets = await sheetsOf(run, details, SHEET_BYTES * share);
    for (const [name, content] of histograms.kept) {
      answers[`${PATHS.histograms(run.id)}?name=${encodeURIComponent(name)}`] = content;
    }
    const ofRun: Record<string, readonly number[]> = {};
    for (const [epoch, content] of sheets) {
      for (const sheet of content.sheets) ofRun[sheet.key] = sheet.marks;
      const bare = { ...content, sheets: content.sheets.map((sheet) => ({ ...sheet, marks: [] })) };
      answers[`${PATHS.sheets(run.id)}?epoch=${epoch}`] = bare;
    }
    marks[run.id] = ofRun;
    answers[PATHS.run(run.id)] = {
      ...details,
      histogramNames: [...histograms.kept.keys()],
      sheetEpochs: [...sheets.keys()].sort((a, b) => a - b),
    } satisfies RunDetails;
    const console = consoleOf(run);
    answers[`${PATHS.console(run.id)}?from=0`] = { text: console.text, next: 0, more: false };
    leftOut.push(...leftOutOf(run.id, details, histograms.kept.size, sheets.size));
    if (histograms.isThinned)
      leftOut.push(`${run.id}: all but ${MOST_HISTOGRAMS} histograms of each parameter.`);
    if (console.isCut) leftOut.push(`${run.id}: the beginning of the console.`);
  }
  return { answers, columns, marks, leftOut };
}

function leftOutOf(id: string, details: RunDetails, histograms: number, sheets: number): string[] {
  const [names, epochs] = [details.histogramNames.length, details.sheetEpochs.length];
  return [
    ...(histograms < names ? [`${id}: ${names - histograms} of ${names} parameters' histograms.`] : []),
    ...(sheets < epochs ? [`${id}: the validation sheets of ${epochs - sheets} of ${epochs} epochs.`] : []),
  ];
}

async function columnsOf(
  run: OpenRun,
  mostValues: number,
): Promise<{ columns: EmbeddedColumns; isThinned: boolean }> {
  const metrics = await run.metrics();
  const axes: Partial<Record<CurveAxis, string>> = {};
  for (const axis of AXES) axes[axis] = await packNumbers(await run.positions(axis));
  const most = Math.max(2000, Math.floor(mostValues / Math.max(1, metrics.names.length)));
  const packed: Record<string, EmbeddedColumns["metrics"][string]> = {};
  let isThinned = false;
  for (const name of metrics.names) {
    const { rows, values } = metrics.column(name)!;
    const kept = values.length > most ? extremeRows(values, Math.floor(most / 2)) : null;
    isThinned ||= kept !== null;
    const own = kept === null ? rows : kept.map((at) => rows[at]!);
    packed[name] = {
      rows: own.length === metrics.rows ? null : await packNumbers(own),
      values: await packNumbers(kept === null ? values : kept.map((at) => values[at]!)),
      count: values.length,
    };
  }
  return { columns: { axes: axes as EmbeddedColumns["axes"], metrics: packed }, isThinned };
}

/** The histograms of as many parameters as fit, of each the same number over the whole run. */
async function histogramsOf(
  run: OpenRun,
  { histogramNames }: RunDetails,
  mostBytes: number,
): Promise<{ kept: Map<string, Histograms>; isThinned: boolean }> {
  const kept = new Map<string, Histograms>();
  let [bytes, isThinned] = [0, false];
  for (const name of histogramNames) {
    const { steps, epochs, edges, counts } = await run.histograms(name);
    const chosen = spread(steps.length, MOST_HISTOGRAMS);
    isThinned ||= chosen.length < steps.length;
    const content: Histograms = {
      steps: chosen.map((at) => steps[at]!),
      epochs: chosen.map((at) => epochs[at]!),
      edges: chosen.map((at) => edges[at]!.map((edge) => Number(edge.toPrecision(4)))),
      counts: chosen.map((at) => counts[at]!),
    };
    bytes += JSON.stringify(content).length;
    if (bytes > mostBytes) break;
    kept.set(name, content);
  }
  return { kept, isThinned };
}

/** The sheets of as many epochs as fit: the last, the best, and then those between them. */
async function sheetsOf(
  run: OpenRun,
  { sheetEpochs, bestEpoch }: RunDetails,
  mostBytes: number,
): Promise<Map<number, EpochSheets>> {
  const kept = new Map<number, EpochSheets>();
  const sheetBytes = new Set<string>();
  let bytes = 0;
  for (const epoch of byInterest(sheetEpochs, bestEpoch)) {
    const content = await run.sheets(epoch);
    if (content === null) continue;
    for (const { key, marks, ...rest } of content.sheets) {
      bytes += JSON.stringify(rest).length;
      if (!sheetBytes.has(key)) bytes += JSON.stringify(marks).length;
      sheetBytes.add(key);
    }
    if (bytes > mostBytes && kept.size > 0) break;
    kept.set(epoch, content);
  }
  return kept;
}

/** The last epoch, the best one, the first one, and then always the middle of the widest gap. */
function byInterest(epochs: readonly number[], best: number | null): number[] {
  const order = new Set<number>();
  for (const epoch of [epochs.at(-1), epochs.find((each) => each === best), epochs[0]]) {
    if (epoch !== undefined) order.add(epoch);
  }
  for (let step = 2; order.size < epochs.length; step *= 2) {
    for (let at = 1; at < step; at++) order.add(epochs[Math.floor((at / step) * epochs.length)]!);
  }
  return [...order];
}

/** Up to `most` indices of `count`, the first and the last among them. */
function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, at) => at);
  return Array.from({ length: most }, (_, at) => Math.round((at * (count - 1)) / (most - 1)));
}

/** The end of the console, in whole lines if it is cut. */
function consoleOf(run: OpenRun): { text: string; isCut: boolean } {
  let [text, isCut] = ["", false];
  for (let from = 0, more = true; more; ) {
    const piece = run.console(from);
    const whole = text + piece.text;
    isCut ||= whole.length > CONSOLE_LENGTH;
    text = whole.slice(-CONSOLE_LENGTH);
    more = piece.more && piece.next > from;
    from = piece.next;
  }
  return { text: isCut ? text.slice(text.indexOf("\n") + 1) : text, isCut };
}
