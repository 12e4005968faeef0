/** Draws the curves of a run: losses, F1, the parts of the loss, the learning rate, over epochs. */

import { METRIC_PREFIXES, svgToPng } from "../../core/plugin.ts";
import { type Chart, chartsSvg } from "./curve-chart.ts";
import type { EpochRow } from "./epoch-rows.ts";

const { train, val } = METRIC_PREFIXES;

/** The charts, with the metrics that are drawn in them and the names they have there. */
const CHARTS: readonly { title: string; lines: Readonly<Record<string, string>>; unit?: true }[] = [
  { title: "loss", lines: { training: `${train}loss`, validation: `${val}loss` } },
  {
    title: "validation",
    lines: { f1: `${val}f1`, precision: `${val}precision`, recall: `${val}recall` },
    unit: true,
  },
  {
    title: "parts of the training loss",
    lines: {
      classes: `${train}cls_loss`,
      l1: `${train}l1_loss`,
      giou: `${train}iou_loss`,
      dense: `${train}dense_loss`,
    },
  },
  { title: "learning rate", lines: { "": `${train}lr` } },
];

/**
 * The charts of a run, as many as there are numbers for.
 *
 * @internal The tests look at the drawing before it becomes a picture.
 */
export function resultsSvg(rows: readonly EpochRow[]): string {
  const charts = CHARTS.map(({ title, lines, unit }): Chart => {
    const drawn = Object.entries(lines).map(([name, metric]) => ({ name, points: pointsOf(rows, metric) }));
    const note = unit ? bestWords(rows) : "";
    return {
      title,
      note,
      lines: drawn.filter(({ points }) => points.length > 0),
      range: unit ? [0, 1] : null,
    };
  });
  return chartsSvg(charts.filter(({ lines }) => lines.length > 0));
}

/** The bytes of a PNG file. */
export function drawResults(rows: readonly EpochRow[]): Promise<Uint8Array> {
  return svgToPng(resultsSvg(rows));
}

/** The best epoch is the first with the highest F1. */
function bestWords(rows: readonly EpochRow[]): string {
  const points = pointsOf(rows, `${val}f1`);
  if (points.length === 0) return "";
  const [epoch, f1] = points.reduce((best, point) => (point[1] > best[1] ? point : best));
  return f1 === 0 ? "f1 is still 0" : `best f1 ${f1.toFixed(3)} in epoch ${epoch}`;
}

/** Epochs and values; what is not finite is left out. */
function pointsOf(rows: readonly EpochRow[], metric: string): [number, number][] {
  return rows.flatMap(({ epoch, [metric]: value }): [number, number][] =>
    epoch !== undefined && Number.isFinite(value) ? [[epoch, value!]] : [],
  );
}
