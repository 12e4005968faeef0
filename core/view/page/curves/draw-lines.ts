/**
 * Draws the lines of a chart on its canvas. Each line has places of its own on the axis, so uPlot's series,
 * which share theirs, would have to be joined first; with a hundred runs that costs more than the drawing.
 */

import { between, type Line } from "./line.ts";

/** What a drawing needs of the chart. Everything is in canvas pixels. */
export interface Canvas {
  readonly context: CanvasRenderingContext2D;
  /** The plotting area. */
  readonly area: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  /** Where a value lies. */
  readonly toX: (value: number) => number;
  readonly toY: (value: number) => number;
  /** The window on the axis. */
  readonly from: number;
  readonly to: number;
  /** Canvas pixels per CSS pixel. */
  readonly ratio: number;
  readonly isLog: boolean;
}

/** Rows of a line that stand farther apart than this, CSS pixels, are marked with dots. */
const DOT_DISTANCE = 14;

export function drawLines(canvas: Canvas, lines: readonly Line[]): void {
  const { context, area, ratio } = canvas;
  context.save();
  context.beginPath();
  // with room for half a dot beyond the area
  const room = 5 * ratio;
  context.rect(area.left - room, area.top - room, area.width + 2 * room, area.height + 2 * room);
  context.clip();
  context.lineJoin = "round";
  const isCrowd = lines.length > 12;
  for (const line of lines) if (line.isBand) drawBand(canvas, line);
  for (const { raw, color } of lines) {
    if (raw === null) continue;
    context.globalAlpha = 0.25;
    context.strokeStyle = color;
    context.lineWidth = ratio;
    context.setLineDash([]);
    context.stroke(pathOf(canvas, raw, false));
  }
  context.globalAlpha = isCrowd ? 0.75 : 1;
  for (const line of lines) {
    context.strokeStyle = line.color;
    context.lineWidth = (isCrowd ? 1 : 1.6) * ratio;
    context.setLineDash(line.dash.map((length) => length * ratio));
    context.stroke(pathOf(canvas, line.curve, line.isBand));
    context.setLineDash([]);
    if (!isCrowd) drawDots(canvas, line);
  }
  context.globalAlpha = 1;
  for (const line of lines) drawBest(canvas, line);
  context.restore();
}

/** The ring around the best epoch of a run. */
function drawBest(canvas: Canvas, { best, curve, color }: Line): void {
  if (best === null) return;
  const at = curve.x.indexOf(best);
  const value = at < 0 ? null : (curve.last[at] ?? null);
  if (value === null || (canvas.isLog && value <= 0)) return;
  const { context, ratio } = canvas;
  const [x, y] = [canvas.toX(best), canvas.toY(value)];
  context.beginPath();
  context.arc(x, y, 4.2 * ratio, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.globalAlpha = 0.3;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.6 * ratio;
  context.strokeStyle = color;
  context.stroke();
}

/** A line through the values or, if elements are buckets, through the least and largest of each. */
function pathOf(canvas: Canvas, curve: Line["curve"], isMean: boolean): Path2D {
  const { toX, toY, isLog } = canvas;
  const path = new Path2D();
  const [first, end] = between(curve.x, canvas.from, canvas.to);
  let isDown = false;
  let before = 0;
  const add = (x: number, y: number) => {
    if (isDown) path.lineTo(x, y);
    else path.moveTo(x, y);
    isDown = true;
  };
  for (let at = first; at < end; at++) {
    const [low, high] = isMean ? [curve.last[at], curve.last[at]] : [curve.min[at], curve.max[at]];
    if (low === null || low === undefined || high === null || high === undefined || (isLog && low <= 0)) {
      isDown = false;
      continue;
    }
    const x = toX(curve.x[at]!);
    const [bottom, top] = [toY(low), toY(high)];
    if (bottom === top) add(x, bottom);
    else {
      // the nearer end first: the stroke goes on without a jump across the bucket
      const isTopFirst = Math.abs(top - before) < Math.abs(bottom - before);
      add(x, isTopFirst ? top : bottom);
      add(x, isTopFirst ? bottom : top);
    }
    before = toY(curve.last[at] ?? high);
  }
  return path;
}

function drawBand(canvas: Canvas, { curve, color }: Line): void {
  const { context, toX, toY } = canvas;
  const [first, end] = between(curve.x, canvas.from, canvas.to);
  const places: number[] = [];
  for (let at = first; at < end; at++) if (curve.min[at] !== null) places.push(at);
  if (places.length === 0) return;
  context.beginPath();
  for (const at of places) context.lineTo(toX(curve.x[at]!), toY(curve.max[at]!));
  for (const at of places.reverse()) context.lineTo(toX(curve.x[at]!), toY(curve.min[at]!));
  context.closePath();
  context.fillStyle = color;
  context.globalAlpha = 0.16;
  context.fill();
  context.globalAlpha = 1;
}

function drawDots(canvas: Canvas, { curve, color }: Line): void {
  const { context, area, ratio, toX, toY, isLog } = canvas;
  const [first, end] = between(curve.x, canvas.from, canvas.to);
  if (!curve.isWhole || (end - first - 1) * DOT_DISTANCE * ratio > area.width) return;
  context.fillStyle = color;
  context.beginPath();
  for (let at = first; at < end; at++) {
    const value = curve.last[at];
    if (value === null || value === undefined || (isLog && value <= 0)) continue;
    const [x, y] = [toX(curve.x[at]!), toY(value)];
    context.moveTo(x + 2.2 * ratio, y);
    context.arc(x, y, 2.2 * ratio, 0, 2 * Math.PI);
  }
  context.fill();
}
