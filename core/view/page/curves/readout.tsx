/** The line above a chart: its values where the pointer stands over any chart, or its newest ones. */

import type { JSX } from "preact";
import type { CurveAxis } from "../../api.ts";
import { metricFigure } from "../parts/figures.ts";
import { useAgain, usePage } from "../parts/page-context.ts";
import { placeText } from "./axis-words.ts";
import type { ChartSpec } from "./chart-list.ts";
import { type Line, newestValue, valueAt } from "./line.ts";

interface ReadoutProps {
  readonly spec: ChartSpec;
  readonly lines: readonly Line[];
  readonly axis: CurveAxis;
  readonly isLarge: boolean;
}

/** More lines than this are summed up: the values of four would not be readable in a small chart. */
const MOST_SMALL = 3;
const MOST_LARGE = 24;

export function Readout({ spec, lines, axis, isLarge }: ReadoutProps): JSX.Element {
  const { hover } = usePage();
  useAgain((again) => hover.subscribe(again), [hover]);
  const { x } = hover;
  const shownValue = ({ curve }: Line) => (x === null ? newestValue(curve) : valueAt(curve, x));
  const place = x === null ? "" : placeText(axis, x);
  if (lines.length > (isLarge ? MOST_LARGE : MOST_SMALL)) {
    const values = lines.map(shownValue).filter((value) => value !== null);
    const text =
      values.length === 0
        ? "–"
        : `${metricFigure(spec.key, Math.min(...values))} … ${metricFigure(spec.key, Math.max(...values))}`;
    return (
      <p class="readout">
        <span>{text}</span> <span class="soft">{lines.length} lines</span>
        <span class="place">{place}</span>
      </p>
    );
  }
  return (
    <p class="readout">
      {lines.map((line) => (
        <span key={line.key} title={line.label}>
          <i class={`dash${line.dash.length > 0 ? " dashed" : ""}`} style={{ borderColor: line.color }} />
          {metricFigure(spec.key, shownValue(line))}
          {isLarge && <small> {line.label}</small>}
        </span>
      ))}
      <span class="place">{place}</span>
    </p>
  );
}

/** The newest values in words, for a screen reader. */
export function summaryOf(spec: ChartSpec, lines: readonly Line[]): string {
  if (lines.length === 0) return "No values";
  const shown = lines.slice(0, 8).map(({ label, curve }) => {
    return `${label}: ${metricFigure(spec.key, newestValue(curve))}`;
  });
  return lines.length > 8 ? `${shown.join(", ")} and ${lines.length - 8} more lines` : shown.join(", ");
}
