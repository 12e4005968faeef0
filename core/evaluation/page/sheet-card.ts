/** The cards of an evaluation's page: each has a sheet's drawing and its mistakes. */

import { escapeHtml } from "../../base/escape-html.ts";
import { counted } from "../../base/text-layout.ts";
import type { TextOf } from "../../drawing/draw-sheet.ts";
import { PREDICTED_WORDS, TRUTH_WORDS } from "../../scoring/mistake-words.ts";
import type { EvaluationSheet } from "../load-split.ts";
import { mistakeLines } from "../report-words.ts";
import type { SheetReport } from "../sheet-report.ts";
import { drawEvaluatedSheet } from "./draw-evaluated-sheet.ts";
import { readTexts } from "./read-texts.ts";

export interface CardOptions {
  /**
   * True: the cards have the texts of the cells. False: they have no texts but the names of files and sheets.
   */
  readonly texts: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The kinds of mistakes that have a button, in their order. There are also `all`, `right` and `mistake`.
 */
export const KINDS = ["missed", "false", "joined", "split", "edge", "near", "duplicate"] as const;
export const KIND_WORDS: Readonly<Record<(typeof KINDS)[number], string>> = {
  missed: TRUTH_WORDS.missed,
  false: PREDICTED_WORDS.false,
  joined: TRUTH_WORDS.joined,
  split: TRUTH_WORDS.split,
  edge: TRUTH_WORDS.edge,
  near: TRUTH_WORDS.near,
  duplicate: PREDICTED_WORDS.duplicate,
};

/**
 * The card of every sheet, as HTML.
 *
 * @param reports What is said of each of `sheets`.
 * @throws {WorkbookError} If a workbook cannot be read a second time, for its texts.
 */
export async function sheetCards(
  reports: readonly SheetReport[],
  sheets: readonly EvaluationSheet[],
  { texts, signal }: CardOptions,
): Promise<string[]> {
  const cards = new Array<string>(sheets.length);
  for (const indices of byWorkbook(sheets)) {
    signal?.throwIfAborted();
    const textsOf: TextOf[] | null = texts ? await readTexts(indices.map((index) => sheets[index]!)) : null;
    for (const [at, index] of indices.entries()) {
      cards[index] = card(reports[index]!, sheets[index]!, textsOf?.[at] ?? null);
    }
  }
  return cards;
}

function byWorkbook(sheets: readonly EvaluationSheet[]): number[][] {
  const books = new Map<string, number[]>();
  for (const [index, { path }] of sheets.entries()) books.set(path, [...(books.get(path) ?? []), index]);
  return [...books.values()];
}

/** The buttons that show a sheet. */
export function kindsOf({ truth, predicted, mistakes }: SheetReport): string[] {
  const own = new Set<string>([...truth, ...predicted].map(({ kind }) => kind));
  return ["all", mistakes[0] === 0 ? "right" : "mistake", ...KINDS.filter((kind) => own.has(kind))];
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
