/** Draws charts of curves over epochs as SVG, without any font. */

import { axisTicks, tickLabels } from "./axis-ticks.ts";
import { strokeText, textWidth } from "./stroke-text.ts";

/** A curve: x ascending. */
interface ChartLine {
  /** What the legend calls it; "" if it needs no name. */
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  /** Stands behind the title. */
  readonly note?: string;
  /** At least one, each with at least one point. */
  readonly lines: readonly ChartLine[];
  /** The values from bottom to top; null: those that the curves have. */
  readonly range: readonly [low: number, high: number] | null;
}

/** The size of a chart and its edges, pixels. */
const WIDTH = 600;
const HEIGHT = 400;
const EDGE = { left: 64, right: 24, top: 64, bottom: 52 };
const COLUMNS = 2;
/** The height of digits. */
const TITLE = 12;
const LABEL = 9;
/** Up to this many points are marked. */
const MOST_MARKS = 60;
const COLORS = ["#0b63c5", "#c94a00", "#1a7f37", "#8250df"] as const;
const TEXT = "#1b1f24";
const SOFT = "#59636e";
const GRID = "#e2e6ea";

/** Charts in two columns, or in one if there is one. */
export function chartsSvg(charts: readonly Chart[]): string {
  const columns = Math.min(COLUMNS, charts.length);
  const [width, height] = [columns * WIDTH, Math.ceil(charts.length / COLUMNS) * HEIGHT];
  const drawn = charts.map((chart, index) => {
    const place = `translate(${(index % columns) * WIDTH} ${Math.floor(index / columns) * HEIGHT})`;
    return `<g transform="${place}">${chartSvg(chart)}</g>`;
  });
  const frame = `<rect width="${width}" height="${height}" fill="#ffffff"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${frame}${drawn.join("")}</svg>`;
}

function chartSvg({ title, note = "", lines, range }: Chart): string {
  const points = lines.flatMap((line) => line.points);
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const across = axisTicks(least(xs), Math.max(least(xs) + 1, largest(xs)), 10, 1);
  const up = axisTicks(range?.[0] ?? least(ys), range?.[1] ?? largest(ys), 6);
  const right = WIDTH - EDGE.right;
  const bottom = HEIGHT - EDGE.bottom;
  const [fromX, toX] = [Math.min(least(xs), across.at(-1)! - 1), Math.max(largest(xs), least(xs) + 1)];
  const x = (value: number) => EDGE.left + ((value - fromX) / (toX - fromX)) * (right - EDGE.left);
  const y = (value: number) => bottom - ((value - up[0]!) / (up.at(-1)! - up[0]!)) * (bottom - EDGE.top);
  const shown = across.filter((tick) => tick >= fromX && tick <= toX);
  const grid = up.map((tick) => `M${EDGE.left} ${short(y(tick))}H${right}`).join("");
  const labels = [
    ...tickLabels(up).map((label, at) =>
      strokeText(label, EDGE.left - 10, y(up[at]!) + LABEL / 2, LABEL, "end"),
    ),
    ...shown.map((tick) => strokeText(String(tick), x(tick), bottom + 10 + LABEL, LABEL, "middle")),
    strokeText("epoch", (EDGE.left + right) / 2, bottom + 22 + 2 * LABEL, LABEL, "middle"),
  ];
  return [
    stroke(grid, GRID, 1),
    stroke(strokeText(title, EDGE.left, 24 + TITLE / 2, TITLE), TEXT, 1.7),
    stroke(strokeText(note, EDGE.left + textWidth(title, TITLE) + 18, 24 + TITLE / 2, LABEL), SOFT, 1.2),
    stroke(labels.join(""), SOFT, 1.2),
    ...lines.map((line, index) => lineSvg(line, COLORS[index % COLORS.length]!, x, y)),
    legend(lines),
  ].join("");
}

function lineSvg(
  { points }: ChartLine,
  color: string,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const places = points.map(([across, up]) => `${short(x(across))} ${short(y(up))}`);
  const marks = points.length > MOST_MARKS ? "" : places.map((place) => `M${place}h0`).join("");
  return stroke(`M${places.join("L")}`, color, 2) + (marks === "" ? "" : stroke(marks, color, 6));
}

/** The names of the curves, in the upper right corner. */
function legend(lines: readonly ChartLine[]): string {
  let right = WIDTH - EDGE.right;
  const drawn: string[] = [];
  for (const [index, { name }] of [...lines.entries()].reverse()) {
    if (name === "") continue;
    const left = right - textWidth(name, LABEL);
    drawn.push(stroke(strokeText(name, left, 50, LABEL), SOFT, 1.2));
    drawn.push(stroke(`M${short(left - 26)} ${50 - LABEL / 2}h16`, COLORS[index % COLORS.length]!, 3));
    right = left - 46;
  }
  return drawn.join("");
}

function stroke(path: string, color: string, width: number): string {
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

function largest(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}
