/** Draws a histogram of several datasets side by side as SVG. */

import { escapeHtml } from "../../base/escape-html.ts";

/** The bars of one dataset. */
export interface Series {
  readonly name: string;
  /** CSS colour. */
  readonly color: string;
  /** The share of each bin, 0 … 1. */
  readonly bars: readonly { readonly count: number; readonly share: number }[];
}

const WIDTH = 460;
const HEIGHT = 210;
const LEFT = 44;
const TOP = 10;
const BOTTOM = 30;
/** The share of a bin's width that its bars fill. */
const FILL = 0.8;

/**
 * Draws bars grouped by bin. The vertical axis is in per cent and ends at the next round number above the
 * highest bar.
 *
 * @param labels One per bin.
 * @param of What is counted, for the tooltips: "sheets".
 */
export function svgHistogram(labels: readonly string[], series: readonly Series[], of: string): string {
  const highest = Math.max(0.01, ...series.flatMap(({ bars }) => bars.map(({ share }) => share)));
  const step = gridStep(highest);
  const top = Math.ceil(highest / step - 1e-9) * step;
  const plotWidth = WIDTH - LEFT;
  const plotHeight = HEIGHT - TOP - BOTTOM;
  const y = (share: number) => TOP + plotHeight * (1 - share / top);
  const binWidth = plotWidth / labels.length;
  const barWidth = (binWidth * FILL) / Math.max(1, series.length);

  const lines: string[] = [];
  for (let share = 0; share <= top + 1e-9; share += step) {
    const at = y(share).toFixed(1);
    lines.push(`<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${at}" y2="${at}"/>`);
    lines.push(
      `<text x="${LEFT - 6}" y="${at}" text-anchor="end" dominant-baseline="middle">${Math.round(share * 100)} %</text>`,
    );
  }
  const bars = labels.flatMap((label, bin) =>
    series.map(({ name, color, bars }, index) => {
      const { count, share } = bars[bin]!;
      const x = LEFT + bin * binWidth + (binWidth * (1 - FILL)) / 2 + index * barWidth;
      const title = `${name}, ${label}: ${count} ${of} (${(100 * share).toFixed(1)} %)`;
      return (
        `<rect x="${x.toFixed(1)}" y="${y(share).toFixed(1)}" width="${Math.max(1, barWidth - 1).toFixed(1)}" ` +
        `height="${(plotHeight * (share / top)).toFixed(1)}" fill="${color}"><title>${escapeHtml(title)}</title></rect>`
      );
    }),
  );
  const names = labels.map((label, bin) => {
    const x = (LEFT + (bin + 0.5) * binWidth).toFixed(1);
    return `<text x="${x}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${escapeHtml(label)}</text>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${[...lines, ...bars, ...names].join("")}</svg>`;
}

/** The distance of grid lines, such that 3 to 6 of them fit up to `highest`. */
function gridStep(highest: number): number {
  return [0.01, 0.02, 0.05, 0.1, 0.2].find((step) => highest / step <= 5) ?? 0.25;
}
