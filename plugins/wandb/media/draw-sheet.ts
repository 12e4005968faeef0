/** Draws a sheet: its fills, the true and the predicted ranges. It draws no text of any kind. */

import { FILL_COLORS, fillRuns, type SheetPrediction, svgToPng } from "../../../core/plugin.ts";

const TRUTH = "#0a8a3a";
const PREDICTED = "#d6202a";

/** The size of a cell in pixels. Cells shrink if the picture would become larger than the limit. */
const CELL = { width: 64, height: 32 };
/** The limit for the longer side of a picture, in pixels. */
const MAX_SIDE = 1200;

/**
 * The drawing as SVG. True ranges are filled; predicted ones are dashed, and fainter the lower their score
 * is.
 */
export function sheetSvg(
  sheet: Pick<SheetPrediction, "height" | "width" | "truth" | "predicted">,
  fills: Uint8Array,
): string {
  const { height, width, truth, predicted } = sheet;
  const scale = Math.min(1, MAX_SIDE / (width * CELL.width), MAX_SIDE / (height * CELL.height));
  const [dx, dy] = [CELL.width * scale, CELL.height * scale];
  const rect = (top: number, left: number, bottom: number, right: number, attributes: string) =>
    `<rect x="${short(left * dx)}" y="${short(top * dy)}" width="${short((right - left) * dx)}" height="${short((bottom - top) * dy)}" ${attributes}/>`;

  const parts = fillRuns(fills, height, width).map(({ bucket, row, column, end }) =>
    rect(row, column, row + 1, end, `fill="${FILL_COLORS[bucket] ?? FILL_COLORS.at(-1)}"`),
  );
  for (const { top, left, bottom, right } of truth) {
    const style = `fill="${TRUTH}" fill-opacity="0.12" stroke="${TRUTH}" stroke-width="3"`;
    parts.push(rect(top - 1, left - 1, bottom, right, style));
  }
  for (const { range, score } of predicted) {
    const opacity = short(0.35 + 0.65 * Math.min(1, Math.max(0, score)));
    const style = `fill="none" stroke="${PREDICTED}" stroke-opacity="${opacity}" stroke-width="2" stroke-dasharray="6 3"`;
    parts.push(rect(range.top - 1, range.left - 1, range.bottom, range.right, style));
  }
  const [w, h] = [Math.max(1, Math.round(width * dx)), Math.max(1, Math.round(height * dy))];
  const frame = `<rect width="${w}" height="${h}" fill="#ffffff"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">${frame}${parts.join("")}</svg>`;
}

/** The drawing as the bytes of a PNG file. */
export async function drawSheet(sheet: SheetPrediction): Promise<Uint8Array> {
  return svgToPng(sheetSvg(sheet, await sheet.fills()));
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}
