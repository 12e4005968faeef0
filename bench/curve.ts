/**
 * Draws a run's learning curve from its W&B log: validation F1, precision and recall by epoch.
 *
 * usage: bun bench/curve.ts <run folder> [--out docs/images/small.svg]; also prints the values as a table
 */

import { readFileSync } from "node:fs";
import { usageError } from "../core/base/problem.ts";
import { isFolder } from "../core/files/file-state.ts";
import { OVERWRITE_ARGUMENT } from "../core/files/output-place.ts";
import { writeOutput } from "../core/files/write-output.ts";
import { readRecords } from "../plugins/wandb/log/log-reader.ts";
import { benchArguments, benchOutput, orEnd } from "./bench-arguments.ts";

interface Point {
  readonly epoch: number;
  readonly values: Readonly<Record<string, number>>;
}

const LINES = [
  { metric: "val/f1", name: "F1", color: "#1f6feb" },
  { metric: "val/precision", name: "precision", color: "#8b949e" },
  { metric: "val/recall", name: "recall", color: "#d29922" },
] as const;

const [WIDTH, HEIGHT] = [720, 300];
/** The first line of every curve. */
const START = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#57606a">`;

const values = benchArguments("curve", {
  folder: {
    type: "positional",
    required: true,
    valueHint: "run folder",
    description: "A run with a W&B log",
  },
  out: { type: "string", valueHint: "file.svg", description: "Draw into this file, too" },
  overwrite: OVERWRITE_ARGUMENT,
});
const place =
  values.out === undefined
    ? null
    : benchOutput(values.out, {
        what: "the curve",
        another: "--out another file",
        endings: [".svg"],
        overwrite: values.overwrite,
        isOwn: (path) => readFileSync(path, "utf8").startsWith(START),
      });
const points = orEnd(() => measuredEpochs(values.folder));
for (const { epoch, values: row } of points) {
  console.log([epoch, ...LINES.map(({ metric }) => (row[metric] ?? Number.NaN).toFixed(3))].join("\t"));
}
if (place !== null) {
  writeOutput(place, [svg(points)], { message: "Cannot write the curve", fix: "--out another file" });
}

/** @throws {UserError} Exit code 2: the run has no epoch to draw. */
function measuredEpochs(run: string): Point[] {
  const points = isFolder(run) ? epochs(run) : null;
  if (points !== null && points.length > 0) return points;
  throw usageError({
    file: run,
    message: "Cannot draw the learning curve",
    expected: "a run's folder with a W&B log, in which val/f1 stands",
    got: points === null ? "no folder" : "no val/f1 in a log of it",
  });
}

/**
 * The rows with an epoch's values, from all logs of the run. If an epoch was repeated, the last row counts.
 */
function epochs(run: string): Point[] {
  const found = new Map<number, Point>();
  const logs = [...new Bun.Glob("wandb/*run-*/run-*.wandb").scanSync({ cwd: run, absolute: true })].sort();
  for (const log of logs) {
    for (const { record } of readRecords(log)) {
      if (record.recordType.case !== "history") continue;
      const row: Record<string, number> = {};
      for (const { key, nestedKey, valueJson } of record.recordType.value.item) {
        row[key === "" ? nestedKey.join(".") : key] = Number(valueJson);
      }
      if (row["val/f1"] !== undefined) found.set(row.epoch!, { epoch: row.epoch!, values: row });
    }
  }
  return [...found.values()].sort((a, b) => a.epoch - b.epoch);
}

function svg(points: readonly Point[]): string {
  const [width, height, left, right, top, bottom] = [WIDTH, HEIGHT, 44, 96, 16, 36];
  const last = points.at(-1)?.epoch ?? 1;
  const x = (epoch: number) => left + ((width - left - right) * (epoch - 1)) / Math.max(1, last - 1);
  const y = (value: number) => top + (height - top - bottom) * (1 - value);
  const parts: string[] = [];
  for (const value of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(
      `<line x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}" stroke="#d0d7de"/>`,
      `<text x="${left - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
    );
  }
  const step = Math.max(1, Math.round(last / 8));
  for (let epoch = 1; epoch <= last; epoch += step) {
    parts.push(`<text x="${x(epoch)}" y="${height - bottom + 18}" text-anchor="middle">${epoch}</text>`);
  }
  parts.push(`<text x="${(left + width - right) / 2}" y="${height - 4}" text-anchor="middle">epoch</text>`);
  for (const [index, { metric, name, color }] of LINES.entries()) {
    const path = points.map(
      ({ epoch, values: row }) => `${x(epoch).toFixed(1)},${y(row[metric] ?? 0).toFixed(1)}`,
    );
    const stroke = index === 0 ? 2.5 : 1.2;
    parts.push(
      `<polyline points="${path.join(" ")}" fill="none" stroke="${color}" stroke-width="${stroke}"/>`,
    );
    parts.push(`<text x="${width - right + 10}" y="${top + 16 + index * 18}" fill="${color}">${name}</text>`);
  }
  return `${START}
<rect width="${width}" height="${height}" fill="#ffffff"/>
${parts.join("\n")}
</svg>
`;
}
