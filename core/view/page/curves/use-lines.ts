/** Loads the curves of a chart and makes its lines. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Curve, CurveAxis, RunRow } from "../../api.ts";
import type { CurveWindow } from "../data/curve-loader.ts";
import { canvasColor, dashes } from "../parts/colors.ts";
import { usePage } from "../parts/page-context.ts";
import { runColumn } from "../table/run-columns.ts";
import { bandOf } from "./band.ts";
import type { ChartSpec } from "./chart-list.ts";
import type { Line } from "./line.ts";
import { LoadOrder, type WantedCurve } from "./load-order.ts";

/** What all charts of the view share. */
export interface ChartSettings {
  readonly runs: readonly RunRow[];
  readonly axis: CurveAxis;
  readonly smooth: number;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  readonly band: string;
  readonly from: number | null;
  readonly to: number | null;
  /** Rises when runs have more rows. */
  readonly tick: number;
  readonly isDark: boolean;
  /** By run: where its best epoch lies on the axis. */
  readonly best: ReadonlyMap<string, number>;
}

export interface LoadedLines {
  readonly lines: readonly Line[];
  /** Curves that are on their way. */
  readonly waiting: number;
  readonly problem: string | null;
}

/** The curves of a chart: those of the whole axis, and those of the window where it is narrower. */
interface CurveSet {
  readonly overview: ReadonlyMap<string, Curve>;
  readonly detail: ReadonlyMap<string, Curve>;
  readonly detailFrom: number;
  readonly detailTo: number;
}

const NONE: CurveSet = { overview: new Map(), detail: new Map(), detailFrom: 0, detailTo: 0 };
/** How long a window has to stand still before its curves are loaded, ms. */
const STILL = 90;
/** How much more than the window is loaded on each side, as a share of it. */
const MARGIN = 0.5;
/** More lines than this have no faint line of the values before smoothing. */
const MOST_RAW = 6;

/** @param width Of the plotting area, CSS pixels: that many buckets are loaded. */
export function useLines(spec: ChartSpec, settings: ChartSettings, width: number): LoadedLines {
  const { curves } = usePage();
  const { runs, axis, smooth, band, from, to, tick, isDark, best } = settings;
  const [set, setSet] = useState(NONE);
  const [waiting, setWaiting] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const ids = runs.map(({ id }) => id).join("\n");
  const buckets = bucketsFor(width, runs.length);
  const hasRaw = smooth > 0 && runs.length * spec.metrics.length <= MOST_RAW && band === "";
  const shape = [spec.key, spec.metrics.length, axis, smooth, ids].join("\n");
  const shapeOfSet = useRef("");

  useEffect(() => {
    if (buckets === 0) return;
    const whole: CurveWindow = { x: axis, from: null, to: null, buckets, smooth };
    const detail = detailOf(whole, from, to);
    const wanted = wantedCurves(spec, runs, detail === null ? [whole] : [whole, detail], hasRaw);
    const order = new LoadOrder(curves, wanted, {
      onLoaded: (loaded, left) => {
        shapeOfSet.current = shape;
        setWaiting(left);
        setSet((old) => ({
          overview: loaded.get(whole) ?? old.overview,
          detail: (detail === null ? undefined : loaded.get(detail)) ?? NONE.detail,
          detailFrom: detail?.from ?? 0,
          detailTo: detail?.to ?? 0,
        }));
      },
      onProblem: setProblem,
    });
    const start = () => {
      setWaiting(wanted.length);
      order.start();
    };
    const timer = setTimeout(start, detail === null ? 0 : STILL);
    return () => {
      order.cancel();
      clearTimeout(timer);
    };
  }, [curves, shape, buckets, from, to, tick, hasRaw]);

  const lines = useMemo(() => {
    // another metric or axis: the old curves would be wrong, so the chart is empty for a moment
    if (shapeOfSet.current !== "" && shapeOfSet.current.split("\n")[2] !== axis) return [];
    const isDetail = from !== null && to !== null && set.detailFrom <= from && set.detailTo >= to;
    const at = (key: string) => (isDetail ? set.detail.get(key) : undefined) ?? set.overview.get(key);
    return band === "" ? singleLines(spec, runs, isDark, best, at) : bands(spec, runs, isDark, band, at);
  }, [set, ids, band, isDark, best, spec.key, spec.metrics.length, axis, from, to]);
  return { lines, waiting, problem };
}

/** The window with some room on each side; null for the whole axis. */
function detailOf(whole: CurveWindow, from: number | null, to: number | null): CurveWindow | null {
  if (from === null || to === null) return null;
  const room = (to - from) * MARGIN;
  return { ...whole, from: from - room, to: to + room, buckets: whole.buckets * 2 };
}

/** All curves of a chart in these windows, with those before smoothing if they are drawn too. */
function wantedCurves(
  spec: ChartSpec,
  runs: readonly RunRow[],
  windows: readonly CurveWindow[],
  hasRaw: boolean,
): WantedCurve[] {
  return runs.flatMap(({ id }) =>
    spec.metrics.flatMap((name) =>
      windows.flatMap((window) => {
        const key = `${id}\n${name}`;
        const own: WantedCurve = { key, id, name, ask: window, window };
        const raw: WantedCurve = { ...own, key: `raw ${key}`, ask: { ...window, smooth: 0 } };
        return hasRaw ? [own, raw] : [own];
      }),
    ),
  );
}

function singleLines(
  spec: ChartSpec,
  runs: readonly RunRow[],
  isDark: boolean,
  best: ReadonlyMap<string, number>,
  at: (key: string) => Curve | undefined,
): Line[] {
  return runs.flatMap((run, index) =>
    spec.metrics.flatMap((metric, place) => {
      const curve = at(`${run.id}\n${metric}`);
      if (curve === undefined) return [];
      return {
        key: `${run.id}\n${metric}`,
        label: labelOf(spec, run.id, metric),
        color: canvasColor(index, isDark),
        dash: place > 0 ? [5, 4] : dashes(index),
        curve,
        raw: at(`raw ${run.id}\n${metric}`) ?? null,
        isBand: false,
        best: metric.startsWith("val/") ? (best.get(run.id) ?? null) : null,
      };
    }),
  );
}

function bands(
  spec: ChartSpec,
  runs: readonly RunRow[],
  isDark: boolean,
  band: string,
  at: (key: string) => Curve | undefined,
): Line[] {
  const column = runColumn(band);
  const groups = Map.groupBy(runs, (run) => column.text(run));
  return [...groups].flatMap(([value, own], index) =>
    spec.metrics.flatMap((metric, place) => {
      const curves = own.map(({ id }) => at(`${id}\n${metric}`)).filter((curve) => curve !== undefined);
      if (curves.length === 0) return [];
      return {
        key: `${value}\n${metric}`,
        label: `${labelOf(spec, `${column.title} ${value}`, metric)} (mean of ${curves.length})`,
        color: canvasColor(index, isDark),
        dash: place > 0 ? [5, 4] : dashes(index),
        curve: bandOf(curves),
        raw: null,
        isBand: true,
        best: null,
      };
    }),
  );
}

function labelOf(spec: ChartSpec, whose: string, metric: string): string {
  return spec.metrics.length === 1 ? whose : `${whose} ${metric.slice(0, metric.indexOf("/"))}`;
}

/** One bucket per pixel; fewer if a hundred runs share them. In steps, so that a resize loads seldom. */
function bucketsFor(width: number, runs: number): number {
  if (width <= 0) return 0;
  const most = runs > 30 ? 160 : runs > 10 ? 300 : 2000;
  return Math.min(most, Math.ceil(width / 100) * 100);
}
