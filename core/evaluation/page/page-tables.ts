/** The tables of an evaluation's page. */

import { escapeHtml } from "../../base/escape-html.ts";
import type { DetectionMetrics } from "../../scoring/detection-metrics.ts";
import { PREDICTED_WORDS, TRUTH_WORDS } from "../../scoring/mistake-words.ts";
import type { Compared, EvaluationReport, GroupReport } from "../evaluation-report.ts";
import { GROUP_TITLES } from "../report-words.ts";
import type { GroupName } from "../sheet-groups.ts";

const FIGURES = ["precision", "recall", "F1", "mean EoB"];

/** The four most telling numbers. */
export function tiles({ scores, baseline, counts }: EvaluationReport): string {
  const [exact, , near] = scores;
  const [exactBlocks, , nearBlocks] = baseline;
  const tile = (value: string, words: string) =>
    `<div class="tile"><b>${value}</b><span>${words}</span></div>`;
  return `<div class="tiles">${[
    tile(ratio(near!.tables.f1), `F1 at EoB 2; connected blocks ${ratio(nearBlocks!.tables.f1)}`),
    tile(ratio(exact!.tables.f1), `F1 at EoB 0; connected blocks ${ratio(exactBlocks!.tables.f1)}`),
    tile(
      ratio(near!.tables.precision),
      `precision at EoB 2: ${near!.tables.matched} of ${counts.predicted} predicted`,
    ),
    tile(ratio(near!.tables.recall), `recall at EoB 2: ${near!.tables.matched} of ${counts.tables} tables`),
  ].join("")}</div>`;
}

/** All thresholds, over tables and over sheets. */
export function overallTable({ scores, baseline }: Compared): string {
  const rows = (["tables", "sheets"] as const).flatMap((over) =>
    scores.map((each, at) => [
      `${over === "tables" ? "over tables" : "mean of sheets"}, EoB ${each.eob}`,
      ...figures(each[over]),
      ...figures(baseline[at]![over]),
    ]),
  );
  return compared([""], FIGURES, rows);
}

/** One folded table per criterion. */
export function groupTables(groups: EvaluationReport["groups"]): string {
  return (Object.entries(groups) as [GroupName, readonly GroupReport[]][])
    .filter(([, parts]) => parts.length > 0)
    .map(([name, parts]) => {
      const rows = parts.flatMap((part) =>
        part.scores.map((each, at) => [
          at === 0 ? part.name : "",
          at === 0 ? String(part.sheets) : "",
          at === 0 ? String(each.tables.truth) : "",
          String(each.eob),
          ...figures(each.tables),
          ...figures(part.baseline[at]!.tables),
        ]),
      );
      const table = compared([GROUP_TITLES[name], "sheets", "tables", "EoB"], FIGURES, rows);
      const summary = `By ${escapeHtml(GROUP_TITLES[name])}`;
      return `<details${name === "tables_per_sheet" ? " open" : ""}><summary>${summary}</summary>${table}</details>`;
    })
    .join("\n");
}

/** How many tables were exact, near, joined and so on. */
export function errorTable({ errors }: EvaluationReport): string {
  const row = (name: string, cells: readonly (string | number)[]) =>
    `<tr><td>${name}</td>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  const list = <Kind extends string>(
    words: Readonly<Record<Kind, string>>,
    counts: Readonly<Record<Kind, number>>,
  ) => {
    const kinds = Object.keys(words) as Kind[];
    const total = kinds.reduce((sum, kind) => sum + counts[kind], 0);
    return kinds.map((kind) =>
      row(words[kind], [counts[kind], total === 0 ? "–" : `${((100 * counts[kind]) / total).toFixed(1)} %`]),
    );
  };
  const table = (title: string, rows: readonly string[]) =>
    `<div class="scroll"><table><tr><th>${title}</th><th>number</th><th>share</th></tr>${rows.join("")}</table></div>`;
  return `<div class="tiles" style="grid-template-columns:repeat(auto-fit,minmax(280px,1fr))">${table("true tables", list(TRUTH_WORDS, errors.truth))}${table("predictions", list(PREDICTED_WORDS, errors.predicted))}</div>`;
}

/** A heading over the columns of the prediction and of the baseline. */
function compared(
  names: readonly string[],
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const first = names.length;
  const second = first + columns.length;
  const classOf = (at: number) =>
    [at === first || at === second ? "first" : "", at >= second ? "base" : ""].filter(Boolean).join(" ");
  const cell = (tag: "td" | "th", text: string, at: number) => {
    const of = classOf(at);
    return `<${tag}${of ? ` class="${of}"` : ""}>${escapeHtml(text)}</${tag}>`;
  };
  const head = `<tr><th colspan="${first}"></th><th class="first" colspan="${columns.length}">prediction</th><th class="first base" colspan="${columns.length}">connected blocks</th></tr>`;
  const titles = [...names, ...columns, ...columns].map((text, at) => cell("th", text, at)).join("");
  const body = rows
    .map((row) => `<tr>${row.map((text, at) => cell("td", text, at)).join("")}</tr>`)
    .join("\n");
  return `<div class="scroll"><table>${head}<tr>${titles}</tr>${body}</table></div>`;
}

export function figures({ precision, recall, f1, eob_mean }: DetectionMetrics): string[] {
  return [...[precision, recall, f1].map(ratio), eob_mean === null ? "–" : eob_mean.toFixed(2)];
}

function ratio(value: number): string {
  return value.toFixed(3);
}
