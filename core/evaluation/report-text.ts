/** The report of an evaluation as text for the console. */

import { shownThreshold } from "../base/score-threshold.ts";
import { counted, table } from "../base/text-layout.ts";
import { PREDICTED_WORDS, TRUTH_WORDS } from "../scoring/mistake-words.ts";
import type { Compared, EvaluationReport, GroupReport } from "./evaluation-report.ts";
import { GROUP_TITLES, mistakeLines } from "./report-words.ts";
import type { GroupName } from "./sheet-groups.ts";
import type { SheetReport } from "./sheet-report.ts";

/** The most mistakes that are listed for one sheet. The rest is counted. */
const MOST_MISTAKES = 12;

/** The text. @param worst How many of the worst sheets it names. */
export function reportText(report: EvaluationReport, worst: number): string {
  return [
    heading(report),
    overall(report),
    ...Object.entries(report.groups).flatMap(([name, groups]) =>
      groups.length === 0 ? [] : [groupTable(GROUP_TITLES[name as GroupName], groups)],
    ),
    [
      `true tables: ${words(TRUTH_WORDS, report.errors.truth)}`,
      `predictions: ${words(PREDICTED_WORDS, report.errors.predicted)}`,
      ...calibrationLine(report),
    ].join("\n"),
    ...(report.thresholds ? [thresholds(report.thresholds)] : []),
    worstSheets(report, worst),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function heading(report: EvaluationReport): string {
  const { counts, mode, checkpoint, device, score_threshold: threshold, datasets, split, skipped } = report;
  const sheets = `${counted(counts.sheets, "sheet")} of ${counted(counts.workbooks, "workbook")}`;
  const left = skipped.length > 0 ? `; ${skipped.length} left out` : "";
  return [
    `${datasets.join(", ")}, ${split} split: ${sheets}, ${counted(counts.tables, "table")}, ` +
      `${counts.sheets_without_tables} without any${left}`,
    `mode ${mode}${checkpoint === null ? "" : `: ${checkpoint} on ${device}`}` +
      `${threshold === null ? "" : `, score from ${shownThreshold(threshold)}`}; ` +
      `${counts.predicted} predicted`,
  ].join("\n");
}

const HEAD = ["precision", "recall", "F1", "mean EoB"];
const BASELINE_HEAD = ["blocks: precision", "recall", "F1", "mean EoB"];

function overall({ scores, baseline }: Compared): string {
  const rows = (["tables", "sheets"] as const).flatMap((over) =>
    scores.map((each, at) => [
      `${over === "tables" ? "over tables" : "mean of sheets"}, EoB ${each.eob}`,
      ...figures(each[over]),
      ...figures(baseline[at]![over]),
    ]),
  );
  return table(["", ...HEAD, ...BASELINE_HEAD], rows, 1);
}

function groupTable(title: string, groups: readonly GroupReport[]): string {
  const columns = ({ scores }: Compared) => {
    const [exact, , near] = scores;
    return [...figures(near!.tables).slice(0, 3), exact!.tables.f1.toFixed(3)];
  };
  const rows = groups.map((group) => [
    group.name,
    String(group.sheets),
    String(group.scores[0]!.tables.truth),
    ...columns(group),
    ...columns({ scores: group.baseline, baseline: [] }),
  ]);
  const head = ["precision", "recall", "F1", "F1 at EoB 0"];
  const baseline = ["blocks: precision", ...head.slice(1)];
  return table([`${title}, EoB 2`, "sheets", "tables", ...head, ...baseline], rows, 1);
}

/** None where there is nothing to compare scores with. */
function calibrationLine({ calibration }: EvaluationReport): string[] {
  if (calibration === null || calibration.error === null) return [];
  const { error, eob, score_threshold: from, predicted } = calibration;
  return [
    `expected calibration error: ${error.toFixed(3)} at EoB ${eob}, over ${counted(predicted, "prediction")} ` +
      `with scores from ${from.toFixed(3)}`,
  ];
}

function thresholds(rows: NonNullable<EvaluationReport["thresholds"]>): string {
  return table(
    ["score from", "EoB 2: precision", "recall", "F1", "EoB 0: precision", "recall", "F1"],
    rows.map(({ score_threshold, scores }) => [
      score_threshold.toFixed(2),
      ...figures(scores[2]!).slice(0, 3),
      ...figures(scores[0]!).slice(0, 3),
    ]),
  );
}

function worstSheets({ worst, sheets }: EvaluationReport, most: number): string {
  if (most === 0) return "";
  if (worst.length === 0) return "no sheet with a mistake";
  const shown = worst.slice(0, most).map((index) => sheets[index]!);
  return [
    `worst sheets (${shown.length} of ${worst.length} with mistakes)`,
    ...shown.map((sheet) => {
      const lines = mistakeLines(sheet);
      const more = lines.length - MOST_MISTAKES;
      if (more > 1) lines.splice(MOST_MISTAKES, lines.length, `… ${more} more`);
      return [sheetHeading(sheet), ...lines.map((line) => `  ${line}`)].join("\n");
    }),
  ].join("\n");
}

function sheetHeading({ dataset, file, sheet, mistakes }: SheetReport): string {
  const [exact, , near] = mistakes as [number, number, number];
  return `${dataset}/${file}/${sheet}: ${counted(near, "mistake")} at EoB 2, ${exact} at EoB 0`;
}

function words<Kind extends string>(
  names: Readonly<Record<Kind, string>>,
  counts: Readonly<Record<Kind, number>>,
): string {
  return (Object.keys(names) as Kind[]).map((kind) => `${counts[kind]} ${names[kind]}`).join(", ");
}

function figures(of: { precision: number; recall: number; f1: number; eob_mean: number | null }): string[] {
  const { precision, recall, f1, eob_mean } = of;
  return [precision, recall, f1]
    .map((value) => value.toFixed(3))
    .concat(eob_mean === null ? "–" : eob_mean.toFixed(2));
}
