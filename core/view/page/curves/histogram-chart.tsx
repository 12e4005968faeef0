/** The histograms of a parameter's gradient over time, one column per histogram. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Histograms, PATHS } from "../../api.ts";
import { figure } from "../parts/figures.ts";
import { useAgain, useAnswer, usePage } from "../parts/page-context.ts";
import { placeText } from "./axis-words.ts";
import type { ChartSpec } from "./chart-list.ts";
import { drawHistograms } from "./draw-histograms.ts";
import { nearestTo } from "./line.ts";
import { Plot } from "./plot.ts";
import type { ChartSettings } from "./use-lines.ts";
import { useWidth } from "./use-width.ts";

interface HistogramChartProps {
  readonly spec: ChartSpec;
  readonly settings: ChartSettings;
  readonly height: number;
  readonly isLarge?: boolean;
}

export function HistogramChart({ spec, settings, height, isLarge }: HistogramChartProps): JSX.Element {
  const { store, hover } = usePage();
  const run = settings.runs[0];
  const address =
    run === undefined ? null : `${PATHS.histograms(run.id)}?name=${encodeURIComponent(spec.key)}`;
  const { content, problem, isLoading } = useAnswer<Histograms>(address, settings.tick);
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const shown = useRef<Histograms | null>(null);
  const width = useWidth(host);
  if (content !== null) shown.current = content;
  const data = content ?? shown.current;
  const hasData = data !== null && data.steps.length > 0;
  const isEpoch = settings.axis === "epoch";
  const places = data === null ? [] : isEpoch ? data.epochs : data.steps;
  const axis = isEpoch ? "epoch" : "step";

  useEffect(() => {
    const element = host.current;
    if (element === null || width === 0 || data === null || !hasData) return;
    const edges = data.edges.flat();
    const made = new Plot(
      element,
      {
        width,
        height,
        axis,
        isLogX: false,
        isLogY: false,
        onDraw: (canvas) => drawHistograms(canvas, places, data),
        onPoint: (x) => {
          if (x !== null) hover.move(x, spec.key);
          else if (hover.chart === spec.key) hover.move(null, null);
        },
        onWindow: () => {},
      },
      {
        from: Math.min(0, places[0] ?? 0),
        to: (places.at(-1) ?? 1) + gapOf(places),
        bottom: edges.reduce((least, edge) => Math.min(least, edge), 0),
        top: edges.reduce((largest, edge) => Math.max(largest, edge), 0) || 1,
      },
    );
    plot.current = made;
    const unfollow = hover.subscribe(() => {
      if (hover.chart !== spec.key) made.point(hover.x);
    });
    return () => {
      unfollow();
      made.destroy();
      plot.current = null;
    };
  }, [data, width, height, axis, settings.isDark]);

  return (
    <figure class={`chart${isLarge ? " large" : ""}`} data-chart={spec.key}>
      <figcaption>
        <h3 title={spec.key}>{spec.title}</h3>
        {settings.runs.length > 1 && <span class="soft small">first run</span>}
        {isLoading && <span class="soft wait">loading</span>}
        {!isLarge && (
          <button
            type="button"
            class="plain"
            aria-label={`Enlarge ${spec.key}`}
            title="Enlarge"
            onClick={() => store.set({ chart: spec.key })}
          >
            ⤢
          </button>
        )}
      </figcaption>
      {data !== null && hasData ? (
        <HistogramReadout places={places} data={data} axis={axis} />
      ) : (
        <p class="readout" />
      )}
      <div
        class="plot"
        ref={host}
        data-drawn={settings.isDark ? "dark" : "light"}
        style={{ height: `${height}px` }}
        role="img"
        aria-label={`Histograms of ${spec.key}${run === undefined ? "" : ` of ${run.id}`}`}
      >
        {!hasData && <p class="none">{problem ?? (isLoading ? "Loading …" : "No histograms")}</p>}
      </div>
    </figure>
  );
}

interface HistogramReadoutProps {
  readonly places: readonly number[];
  readonly data: Histograms;
  readonly axis: "step" | "epoch";
}

/** The middle of the values under the pointer. */
function HistogramReadout({ places, data, axis }: HistogramReadoutProps): JSX.Element {
  const { hover } = usePage();
  useAgain((again) => hover.subscribe(again), [hover]);
  const at = hover.x === null ? places.length - 1 : nearestTo(places, hover.x);
  const [edges, counts] = [data.edges[at] ?? [], data.counts[at] ?? []];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [low, high] = [0.05, 0.95].map((share) => quantile(edges, counts, share * total));
  return (
    <p class="readout">
      <span>
        90 % in {figure(low)} … {figure(high)}
      </span>
      <span class="place">{hover.x === null ? "" : placeText(axis, places[at] ?? 0)}</span>
    </p>
  );
}

function quantile(edges: readonly number[], counts: readonly number[], wanted: number): number | null {
  let seen = 0;
  for (const [at, count] of counts.entries()) {
    if (count > 0 && seen + count >= wanted) {
      const [low, high] = [edges[at]!, edges[at + 1]!];
      return low + ((wanted - seen) / count) * (high - low);
    }
    seen += count;
  }
  return null;
}

function gapOf(places: readonly number[]): number {
  return places.length < 2 ? (places[0] ?? 1) : places.at(-1)! - places.at(-2)!;
}
