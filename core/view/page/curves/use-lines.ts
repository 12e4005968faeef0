/** Loads the curves of a chart and makes its lines. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Curve, CurveAxis, RunRow } from "../../api.ts";
import type { CurveWindow } from "../data/curve-loader.ts";
import { canvasColor, dashes } from "../parts/colors.ts";
import { usePage } from "../parts/page-context.ts";
import { runColumn } from "../runs/run-columns.ts";
import { bandOf } from "./band.ts";
import type { ChartSpec } from "./chart-list.ts";
import type { Line } from "./line.ts";

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
    let isWanted = true;
    const isWindow = from !== null && to !== null;
    const room = isWindow ? (to - from) * MARGIN : 0;
    const load = () => {
      const detail: CurveWindow = {
        x: axis,
        from: isWindow ? from - room : null,
        to: isWindow ? to + room : null,
        buckets: isWindow ? buckets * 2 : buckets,
        smooth,
      };
      const whole: CurveWindow = { x: axis, from: null, to: null, buckets, smooth };
      const loadedDetail = new Map<string, Curve>();
      const loadedWhole = new Map<string, Curve>();
      let left = 0;
      let isShownSoon = false;
      const show = () => {
        isShownSoon = false;
        if (!isWanted) return;
        shapeOfSet.current = shape;
        setWaiting(left);
        setSet((old) => ({
          overview: new Map(loadedWhole.size > 0 ? loadedWhole : old.overview),
          detail: isWindow ? new Map(loadedDetail) : NONE.detail,
          detailFrom: detail.from ?? 0,
          detailTo: detail.to ?? 0,
        }));
      };
      const take = (key: string, window: CurveWindow, into: Map<string, Curve>, id: string, name: string) => {
        left++;
        curves
          .load(id, name, window)
          .then((curve) => {
            if (curve !== null) into.set(key, curve);
            if (isWanted) setProblem(null);
          })
          .catch((error: Error) => isWanted && setProblem(error.message))
          .finally(() => {
            left--;
            if (!isWanted || isShownSoon) return;
            isShownSoon = true;
            // what comes in one after the other is drawn together, and the last at once
            if (left === 0) show();
            else setTimeout(show, 120);
          });
      };
      for (const { id } of runs) {
        for (const name of spec.metrics) {
          const key = `${id}\n${name}`;
          take(key, whole, loadedWhole, id, name);
          if (isWindow) take(key, detail, loadedDetail, id, name);
          if (hasRaw) {
            take(`raw ${key}`, { ...whole, smooth: 0 }, loadedWhole, id, name);
            if (isWindow) take(`raw ${key}`, { ...detail, smooth: 0 }, loadedDetail, id, name);
          }
        }
      }
      setWaiting(left);
    };
    const timer = setTimeout(load, isWindow ? STILL : 0);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [curves, shape, buckets, from, to, tick, hasRaw]);

  const lines = useMemo(() => {
    // another metric or axis: the old curves would be wrong, so the chart is empty for a moment
    if (shapeOfSet.current !== "" && shapeOfSet.current.split("\n")[2] !== axis) return [];
    const isDetail = from !== null && to !== null && set.detailFrom <= from && set.detailTo >= to;
    const at = (key: string) => (isDetail ? set.detail.get(key) : undefined) ?? set.overview.get(key);
    return band === ""
      ? singleLines(spec, runs, isDark, best, at)
      : bands(spec, runs, isDark, band, at);
  }, [set, ids, band, isDark, best, spec.key, spec.metrics.length, axis, from, to]);
  return { lines, waiting, problem };
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
