/** Draws a sheet of an evaluation: its cells, true and predicted tables, and the connected blocks. */

import { parseRange } from "../../base/range.ts";
import { drawSheet, type TextOf } from "../../drawing/draw-sheet.ts";
import { svgText } from "../../drawing/svg.ts";
import { sheetLook } from "../../features/cell-look.ts";
import type { PackedGrid } from "../../features/packed-grid.ts";
import { PREDICTED_WORDS, TRUTH_WORDS } from "../../scoring/mistake-words.ts";
import type { SheetReport } from "../sheet-report.ts";

/** The drawing as text of an SVG element. */
export function drawEvaluatedSheet(report: SheetReport, grid: PackedGrid, textOf: TextOf | null): string {
  const tables = {
    truth: report.truth.map(({ range, kind }) => {
      const title = `true ${range}: ${TRUTH_WORDS[kind]}`;
      return { range: parseRange(range)!, kind, title };
    }),
    predicted: report.predicted.map(({ range, kind, score }) => {
      const title = `predicted ${range}, score ${score.toFixed(2)}: ${PREDICTED_WORDS[kind]}`;
      return { range: parseRange(range)!, kind, score, title };
    }),
    blocks: report.baseline.map((range) => {
      return { range: parseRange(range)!, title: `connected block ${range}` };
    }),
  };
  const name = `${report.file} › ${report.sheet}`;
  return svgText(drawSheet(name, sheetLook(grid), tables, textOf));
}
