/** Hands out the report of an evaluation: as a page, and as JSON or a text with what was left out. */

import type { ProcessConsole } from "../console/console.ts";
import { describeSkipped } from "../dataset/check-splits.ts";
import type { OutputPlace } from "../files/output-place.ts";
import { writeOutput } from "../files/write-output.ts";
import { writtenLine } from "../files/written-line.ts";
import type { EvaluationReport } from "./evaluation-report.ts";
import { reportPage } from "./page/report-page.ts";
import { reportText } from "./report-text.ts";

export interface ReportForms {
  /** Where a page goes, and the card of every sheet on it; null for none. */
  readonly page: { readonly place: OutputPlace; readonly cards: readonly string[] } | null;
  /** True: one JSON document on standard output instead of a text. */
  readonly json: boolean;
  /** How many of the worst sheets the text names. */
  readonly worst: number;
}

/** The most notes and skipped sheets that are printed. The rest is counted; the JSON document has all. */
const MAX_LISTED = 10;

/** Writes the page and prints the report. @throws {UserError} If the page cannot be written. */
export function handOutReport(
  report: EvaluationReport,
  { page, json, worst }: ReportForms,
  console: ProcessConsole,
): void {
  if (page !== null) {
    const { place, cards } = page;
    const written = place.kind === "file" ? writtenLine(place.path) : null;
    const wording = { message: "Cannot write the page", fix: "--html another file" };
    writeOutput(place, reportPage(report, cards), wording);
    if (written !== null) console.warn(written);
  }
  if (json) console.line(JSON.stringify(report));
  else printReport(report, worst, console);
}

function printReport(report: EvaluationReport, worst: number, console: ProcessConsole): void {
  console.line(reportText(report, worst));
  const list = (title: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    const more =
      lines.length > MAX_LISTED ? [`… ${lines.length - MAX_LISTED} more: --json has them all`] : [];
    console.warn(["", title, ...lines.slice(0, MAX_LISTED).map((line) => `  ${line}`), ...more].join("\n"));
  };
  const skipped = report.skipped.map(describeSkipped);
  list(`left out, and not counted (${skipped.length}):`, skipped);
  list(`notes (${report.notes.length}):`, report.notes);
}
