/** Precision and recall at every threshold, as a curve and as a table. */

import type { ThresholdReport } from "../../scoring/threshold-table.ts";
import type { EvaluationReport } from "../evaluation-report.ts";
import { figures } from "./page-tables.ts";

const SIZE = { width: 420, height: 300, left: 44, top: 12, bottom: 38 };

/** The section; empty unless thresholds were requested. */
export function thresholdSection({ thresholds, score_threshold }: EvaluationReport): string {
  if (thresholds === null) return "";
  return `<h2>Precision and recall by score</h2>
<p>Where only predictions from a score on count. Each point of a curve is a score from 0.05 to 0.95.</p>
${curve(thresholds)}
<details><summary>Table</summary>${table(thresholds, score_threshold)}</details>`;
}

function curve(rows: readonly ThresholdReport[]): string {
  const { width, height, left, top, bottom } = SIZE;
  const x = (recall: number) => (left + recall * (width - left - 8)).toFixed(1);
  const y = (precision: number) => (top + (1 - precision) * (height - top - bottom)).toFixed(1);
  const axes = [0, 0.2, 0.4, 0.6, 0.8, 1].flatMap((value) => [
    `<line class="axis" x1="${x(0)}" x2="${x(1)}" y1="${y(value)}" y2="${y(value)}"/>`,
    `<line class="axis" x1="${x(value)}" x2="${x(value)}" y1="${y(0)}" y2="${y(1)}"/>`,
    `<text x="${left - 6}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${value}</text>`,
    `<text x="${x(value)}" y="${height - bottom + 14}" text-anchor="middle">${value}</text>`,
  ]);
  const lines = [2, 0].map((eob) => {
    const points = rows
      .map(({ score_threshold, scores }) => ({
        score: score_threshold,
        ...scores.find((each) => each.eob === eob)!,
      }))
      .filter(({ recall }) => recall > 0); // without a match the precision has no meaning
    const line = points.map(({ recall, precision }) => `${x(recall)},${y(precision)}`).join(" ");
    const dots = points.map(
      ({ recall, precision, f1, score }) =>
        `<circle class="c-${eob}" cx="${x(recall)}" cy="${y(precision)}" r="3"><title>EoB ${eob}, score from ${score.toFixed(2)}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, F1 ${f1.toFixed(3)}</title></circle>`,
    );
    return `<polyline class="c-${eob}" points="${line}"/>${dots.join("")}`;
  });
  const names = `<text x="${(width + left) / 2}" y="${height - 6}" text-anchor="middle">recall (solid: EoB 2, dashed: EoB 0)</text><text transform="translate(11 ${(height - bottom + top) / 2}) rotate(-90)" text-anchor="middle">precision</text>`;
  return `<svg class="curve" viewBox="0 0 ${width} ${height}" role="img">${axes.join("")}${lines.join("")}${names}</svg>`;
}

function table(rows: readonly ThresholdReport[], chosen: number | null): string {
  const titles = ["precision", "recall", "F1"].map(
    (name, at) => `<th${at === 0 ? ' class="first"' : ""}>${name}</th>`,
  );
  const head = `<tr><th></th><th class="first" colspan="3">EoB 2</th><th class="first" colspan="3">EoB 0</th></tr><tr><th>score from</th>${titles.join("").repeat(2)}</tr>`;
  const body = rows.map(({ score_threshold, scores }) => {
    const cells = [2, 0].flatMap((eob) => figures(scores.find((each) => each.eob === eob)!).slice(0, 3));
    const isChosen = chosen !== null && Math.abs(chosen - score_threshold) < 1e-9;
    return `<tr${isChosen ? ' class="chosen"' : ""}><td>${score_threshold.toFixed(2)}</td>${cells.map((cell, at) => `<td${at % 3 === 0 ? ' class="first"' : ""}>${cell}</td>`).join("")}</tr>`;
  });
  return `<div class="scroll"><table>${head}${body.join("")}</table></div>`;
}
