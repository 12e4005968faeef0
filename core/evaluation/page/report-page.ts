/**
 * An evaluation as one page with the figures and drawings of all sheets. It loads nothing from elsewhere.
 */

import { escapeHtml } from "../../base/escape-html.ts";
import { shownThreshold } from "../../base/score-threshold.ts";
import { counted } from "../../base/text-layout.ts";
import type { TextOf } from "../../drawing/draw-sheet.ts";
import { pageStart } from "../../files/own-page.ts";
import { PREDICTED_WORDS, TRUTH_WORDS } from "../../scoring/mistake-words.ts";
import type { EvaluationReport, SheetReport } from "../evaluation-report.ts";
import type { EvaluationSheet } from "../load-split.ts";
import { mistakeLines } from "../report-words.ts";
import { drawEvaluatedSheet } from "./draw-evaluated-sheet.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { errorTable, groupTables, overallTable, tiles } from "./page-tables.ts";
import { readTexts } from "./read-texts.ts";
import { thresholdSection } from "./threshold-section.ts";

export interface PageOptions {
  /**
   * True: the page has the texts of the cells. False: it has no texts but the names of files and sheets.
   */
  readonly texts: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The kinds of mistakes that have a button, in their order. There are also `all`, `right` and `mistake`.
 */
const KINDS = ["missed", "false", "joined", "split", "edge", "near", "duplicate"] as const;
const KIND_WORDS: Readonly<Record<(typeof KINDS)[number], string>> = {
  missed: TRUTH_WORDS.missed,
  false: PREDICTED_WORDS.false,
  joined: TRUTH_WORDS.joined,
  split: TRUTH_WORDS.split,
  edge: TRUTH_WORDS.edge,
  near: TRUTH_WORDS.near,
  duplicate: PREDICTED_WORDS.duplicate,
};

/**
 * The page in pieces, which are to be joined.
 *
 * @param sheets In the order of `report.sheets`.
 * @throws {WorkbookError} If a workbook cannot be read a second time, for its texts.
 */
export async function reportPage(
  report: EvaluationReport,
  sheets: readonly EvaluationSheet[],
  { texts, signal }: PageOptions,
): Promise<string[]> {
  const cards: string[] = new Array(sheets.length);
  for (const indices of byWorkbook(sheets)) {
    signal?.throwIfAborted();
    const textsOf: TextOf[] | null = texts ? await readTexts(indices.map((index) => sheets[index]!)) : null;
    for (const [at, index] of indices.entries()) {
      cards[index] = card(report.sheets[index]!, sheets[index]!, textsOf?.[at] ?? null);
    }
  }
  const order = [...report.worst, ...report.sheets.keys().filter((index) => !report.worst.includes(index))];
  const { datasets, split, mode, checkpoint, device, score_threshold, counts, skipped } = report;
  const title = `${datasets.join(", ")}, ${split} split: tables found by ${MODE_WORDS[mode]}`;
  const facts = [
    `${counted(counts.sheets, "sheet")} of ${counted(counts.workbooks, "workbook")}, ${counted(counts.tables, "table")}, ${counts.sheets_without_tables} without any`,
    ...(checkpoint === null
      ? []
      : [`${checkpoint} on ${device}, score from ${shownThreshold(score_threshold!)}`]),
    ...(skipped.length === 0
      ? []
      : [`${counted(skipped.length, "workbook or sheet", "workbooks or sheets")} left out`]),
  ];
  return [
    `${pageStart(title, PAGE_STYLE)}
${facts.map((fact) => `<p>${escapeHtml(fact)}</p>`).join("\n")}
${tiles(report)}
<h2>Figures</h2>
<p>EoB is the largest distance of the four edges of a true and a predicted table, in cells; they match up to the EoB given.
Over tables: all sheets counted together. Mean of sheets: each sheet's own ratios, averaged.</p>
${overallTable(report)}
${groupTables(report.groups)}
<h2>What became of the tables</h2>
${errorTable(report)}
${thresholdSection(report)}
${left(report)}
<h2>Sheets</h2>
${filterBar(report.sheets)}
`,
    ...order.map((index) => `${cards[index]}\n`),
    `<script>${PAGE_SCRIPT}</script>\n</body>\n</html>\n`,
  ];
}

const MODE_WORDS = {
  model: "the model",
  excel: "Excel's own objects",
  hybrid: "Excel's own objects and the model",
} as const;

function byWorkbook(sheets: readonly EvaluationSheet[]): number[][] {
  const books = new Map<string, number[]>();
  for (const [index, { path }] of sheets.entries()) books.set(path, [...(books.get(path) ?? []), index]);
  return [...books.values()];
}

/** The buttons that show a sheet. */
function kindsOf({ truth, predicted, mistakes }: SheetReport): string[] {
  const own = new Set<string>([...truth, ...predicted].map(({ kind }) => kind));
  return ["all", mistakes[0] === 0 ? "right" : "mistake", ...KINDS.filter((kind) => own.has(kind))];
}

function filterBar(sheets: readonly SheetReport[]): string {
  const all = sheets.map(kindsOf);
  const button = (kind: string, words: string) => {
    const count = all.filter((kinds) => kinds.includes(kind)).length;
    return `<button type="button" data-kind="${kind}" aria-pressed="${kind === "all"}"${count === 0 ? " disabled" : ""}>${words} ${count}</button>`;
  };
  const buttons = [
    button("all", "all"),
    button("mistake", "with a mistake"),
    ...KINDS.map((kind) => button(kind, KIND_WORDS[kind])),
    button("right", "all right"),
  ];
  return `<div class="bar"><div>${buttons.join("")}</div>
<input type="search" placeholder="file or sheet" aria-label="file or sheet">
<label><input type="checkbox" id="blocks"> connected blocks</label> <span class="legend" id="shown"></span>
<div class="legend"><span><i class="l-truth"></i>true</span><span><i class="l-found"></i>predicted, with its score</span><span><i class="l-missed"></i>missed</span><span><i class="l-false"></i>false</span></div></div>`;
}

function card(report: SheetReport, sheet: EvaluationSheet, textOf: TextOf | null): string {
  const { dataset, file, sheet: name, rows, columns, mistakes } = report;
  const lines = mistakeLines(report);
  return `<article data-kinds="${kindsOf(report).join(" ")}" data-name="${escapeHtml(`${dataset}/${file}/${name}`)}">
<h3>${escapeHtml(file)} › ${escapeHtml(name)} <small>${escapeHtml(dataset)}, ${rows} × ${columns} cells</small></h3>
<div class="chips">${chips(report)}</div>
<div class="sheet">${drawEvaluatedSheet(report, sheet.grid, textOf)}</div>${mistakes[0] === 0 ? "" : `\n<pre>${escapeHtml(lines.join("\n"))}</pre>`}
</article>`;
}

function chips({ truth, predicted, mistakes }: SheetReport): string {
  const chip = (words: string, of: "" | "good" | "bad") =>
    `<span${of ? ` class="${of}"` : ""}>${words}</span>`;
  const count = (kind: string) =>
    truth.filter((each) => each.kind === kind).length ||
    predicted.filter((each) => each.kind === kind).length;
  const found = truth.filter(({ kind }) => kind === "exact").length;
  if (mistakes[0] === 0) {
    return chip(found === 0 ? "no table, none found" : `${counted(found, "table")} exact`, "good");
  }
  return [
    chip(`${counted(truth.length, "table")}, ${found} exact`, ""),
    ...KINDS.filter((kind) => count(kind) > 0).map((kind) =>
      chip(`${count(kind)} ${KIND_WORDS[kind]}`, kind === "near" ? "" : "bad"),
    ),
  ].join("");
}

/** Sheets that could not be evaluated, and changes to the others. */
function left({ skipped, notes }: EvaluationReport): string {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0
      ? ""
      : `<details><summary>${title} (${lines.length})</summary><pre>${escapeHtml(lines.join("\n"))}</pre></details>`;
  const lines = skipped.map(({ file, sheet, reason }) => `${file}${sheet ? `/${sheet}` : ""}: ${reason}`);
  return `${list("Left out, and not counted", lines)}${list("Notes", notes)}`;
}
