/** The names and values of the lines nearest to the pointer, beside it. */

import type { JSX, RefObject } from "preact";
import type { CurveAxis } from "../../api.ts";
import { metricFigure } from "../parts/figures.ts";
import { useAgain, usePage } from "../parts/page-context.ts";
import { placeText } from "./axis-words.ts";
import type { ChartSpec } from "./chart-list.ts";
import { type Line, valueAt } from "./line.ts";
import type { Plot } from "./plot.ts";

interface TooltipProps {
  readonly spec: ChartSpec;
  readonly lines: readonly Line[];
  readonly axis: CurveAxis;
  readonly plot: RefObject<Plot | null>;
  /** The value of the vertical axis under the pointer; null with the keyboard. */
  readonly pointerY: RefObject<number | null>;
}

const MOST = 8;
/** Lefts of the plotting area and of what stands beside the pointer, CSS pixels. */
const AREA = 56;
const BESIDE = 14;

export function Tooltip({ spec, lines, axis, plot, pointerY }: TooltipProps): JSX.Element | null {
  const { hover } = usePage();
  useAgain((again) => hover.subscribe(again), [hover]);
  const { x } = hover;
  if (x === null || hover.chart !== spec.key || lines.length < 2 || plot.current === null) return null;
  const rows = lines
    .map((line) => ({ line, value: valueAt(line.curve, x) }))
    .filter((row): row is { line: Line; value: number } => row.value !== null);
  const y = pointerY.current;
  const nearest = y === null ? rows : rows.toSorted((a, b) => Math.abs(a.value - y) - Math.abs(b.value - y));
  const shown = nearest.slice(0, MOST).sort((a, b) => b.value - a.value);
  const left = plot.current.leftOf(x);
  const isRight = plot.current.over.getBoundingClientRect().left + left > window.innerWidth / 2;
  const place = isRight
    ? { right: `calc(100% - ${AREA + left - BESIDE}px)` }
    : { left: `${AREA + left + BESIDE}px` };
  return (
    <div class="tip" style={place} aria-hidden="true">
      <b>{placeText(axis, x)}</b>
      {shown.map(({ line, value }) => (
        <div key={line.key} class={line === nearest[0]?.line ? "near" : ""}>
          <i class={`dash${line.dash.length > 0 ? " dashed" : ""}`} style={{ borderColor: line.color }} />
          <span>{metricFigure(spec.key, value)}</span> <small>{line.label}</small>
        </div>
      ))}
      {rows.length > shown.length && <small>{rows.length - shown.length} more</small>}
    </div>
  );
}
