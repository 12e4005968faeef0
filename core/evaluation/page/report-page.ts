/**
 * An evaluation as one page with the figures and drawings of all sheets. It loads nothing from elsewhere.
 */

import { escapeHtml } from "../../base/escape-html.ts";
import { shownThreshold } from "../../base/score-threshold.ts";
import { counted } from "../../base/text-layout.ts";
import { pageStart } from "../../files/own-page.ts";
import type { EvaluationReport } from "../evaluation-report.ts";
import type { SheetReport } from "../sheet-report.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { errorTable, groupTables, overallTable, tiles } from "./page-tables.ts";
import { KIND_WORDS, KINDS, kindsOf } from "./sheet-card.ts";
import { thresholdSection } from "./threshold-section.ts";

/**
 * The page in pieces, which are to be joined.
 *
 * @param cards A card per sheet, in the order of `report.sheets`.
 */
export function reportPage(report: EvaluationReport, cards: readonly string[]): string[] {
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

/** Sheets that could not be evaluated, and changes to the others. */
function left({ skipped, notes }: EvaluationReport): string {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0
      ? ""
      : `<details><summary>${title} (${lines.length})</summary><pre>${escapeHtml(lines.join("\n"))}</pre></details>`;
  const lines = skipped.map(({ file, sheet, reason }) => `${file}${sheet ? `/${sheet}` : ""}: ${reason}`);
  return `${list("Left out, and not counted", lines)}${list("Notes", notes)}`;
}
