/** A chart of one metric for all chosen runs: its values under the pointer, its lines, its keys. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { unitOf } from "../parts/figures.ts";
import { usePage } from "../parts/page-context.ts";
import type { ChartSpec } from "./chart-list.ts";
import { drawLines } from "./draw-lines.ts";
import { extentOfX, extentOfY, type Line } from "./line.ts";
import { BESIDE, Plot, type PlotScales } from "./plot.ts";
import { Readout, summaryOf } from "./readout.tsx";
import { Tooltip } from "./tooltip.tsx";
import { type ChartSettings, useLines } from "./use-lines.ts";
import { useWidth } from "./use-width.ts";
import { keyAction, panned, zoomed } from "./zoom.ts";

interface ChartProps {
  readonly spec: ChartSpec;
  readonly settings: ChartSettings;
  /** CSS pixels. */
  readonly height: number;
  /** True: the chart fills the page, and the wheel zooms. */
  readonly isLarge?: boolean;
}

export function Chart({ spec, settings, height, isLarge = false }: ChartProps): JSX.Element {
  const { store, hover } = usePage();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const width = useWidth(host);
  const { lines, waiting, problem } = useLines(spec, settings, width - BESIDE);
  const drawn = useRef<readonly Line[]>(lines);
  drawn.current = lines;
  const scales = scalesOf(lines, settings);
  const scalesNow = useRef(scales);
  scalesNow.current = scales;
  const pointerY = useRef<number | null>(null);

  const setWindow = (window: readonly [number, number] | null) =>
    store.set({ from: window?.[0] ?? null, to: window?.[1] ?? null });

  // The plot lives as long as its kind of axes does.
  useEffect(() => {
    const element = host.current;
    if (element === null || width === 0 || scalesNow.current === null) return;
    const made = new Plot(
      element,
      {
        width,
        height,
        axis: settings.axis,
        isLogX: settings.isLogX,
        isLogY: settings.isLogY,
        onDraw: (canvas) => drawLines(canvas, drawn.current),
        onPoint: (x, y) => {
          pointerY.current = y;
          if (x !== null) hover.move(x, spec.key);
          else if (hover.chart === spec.key) hover.move(null, null);
        },
        onWindow: setWindow,
      },
      scalesNow.current,
    );
    plot.current = made;
    const follow = () => {
      if (hover.chart !== spec.key) made.point(hover.x);
    };
    const unfollow = hover.subscribe(follow);
    return () => {
      unfollow();
      made.destroy();
      plot.current = null;
    };
  }, [settings.axis, settings.isLogX, settings.isLogY, width > 0 && scales !== null, spec.key]);

  useEffect(() => {
    if (width > 0) plot.current?.resize(width, height);
  }, [width, height]);
  useEffect(() => {
    if (scales !== null) plot.current?.show(scales);
  }, [lines, scales?.from, scales?.to, scales?.bottom, scales?.top, settings.isDark]);

  // The wheel zooms a large chart; in the small ones it scrolls the page.
  useEffect(() => {
    const element = host.current;
    if (element === null || !isLarge) return;
    const onWheel = (event: WheelEvent) => {
      const [made, now] = [plot.current, scalesNow.current];
      if (made === null || now === null) return;
      event.preventDefault();
      const x = made.valueAt(event.clientX - made.over.getBoundingClientRect().left);
      const share = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004);
      const window: [number, number] = [now.from, now.to];
      const whole = extentOfX(drawn.current, settings.isLogX) ?? window;
      setWindow(
        Math.abs(event.deltaX) > Math.abs(event.deltaY)
          ? panned(window, (event.deltaX / width) * (now.to - now.from), whole)
          : zoomed(window, x, share, wholeOf(settings, whole)),
      );
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [isLarge, width, settings.isLogX]);

  const onKeyDown = (event: KeyboardEvent) => {
    const now = scalesNow.current;
    if (now === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const window: [number, number] = [now.from, now.to];
    const whole = wholeOf(settings, extentOfX(lines, settings.isLogX) ?? window);
    const place = hover.chart === spec.key ? hover.x : null;
    const act = keyAction(event, window, whole, place);
    if (act === null) return;
    if ("window" in act) setWindow(act.window);
    else if ("place" in act) hover.move(act.place, act.place === null ? null : spec.key);
    else if (!isLarge) store.set({ chart: spec.key });
    event.preventDefault();
    event.stopPropagation();
    if (hover.chart === spec.key) plot.current?.point(hover.x);
  };

  const unit = unitOf(spec.metrics[0]!);
  const name = spec.metrics.join(" and ");
  return (
    <figure class={`chart${isLarge ? " large" : ""}`} data-chart={spec.key}>
      <figcaption>
        <h3 title={name}>
          {spec.title}
          {unit !== "" && <small> {unit}</small>}
          {spec.metrics.length > 1 && <small> train, val dashed</small>}
        </h3>
        {waiting > 0 && <span class="soft wait">loading {waiting}</span>}
        {!isLarge && (
          <button
            type="button"
            class="plain"
            aria-label={`Enlarge ${name}`}
            title="Enlarge"
            onClick={() => store.set({ chart: spec.key })}
          >
            ⤢
          </button>
        )}
      </figcaption>
      <Readout spec={spec} lines={lines} axis={settings.axis} isLarge={isLarge} />
      <div
        class="plot"
        ref={host}
        data-drawn={settings.isDark ? "dark" : "light"}
        style={{ height: `${height}px` }}
        role="application"
        aria-label={`${name}. ${summaryOf(spec, lines)}. Arrow keys read values, plus and minus zoom, 0 shows everything.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard reads values and zooms here
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        {lines.length === 0 && <p class="none">{problem ?? (waiting > 0 ? "Loading …" : "No values")}</p>}
        <Tooltip spec={spec} lines={lines} plot={plot} pointerY={pointerY} axis={settings.axis} />
      </div>
      {problem !== null && lines.length > 0 && <p class="warn-line">{problem}</p>}
    </figure>
  );
}

/** The part of the plane that a chart shows: the window, and what the lines have in it with some air. */
function scalesOf(lines: readonly Line[], settings: ChartSettings): PlotScales | null {
  const { isLogX, isLogY } = settings;
  const whole = extentOfX(lines, isLogX);
  if (whole === null) return null;
  const [least, largest] = wholeOf(settings, whole);
  let [from, to] = [settings.from ?? least, settings.to ?? largest];
  if (isLogX) [from, to] = [Math.max(from, whole[0]), Math.max(to, whole[0] * 1.01)];
  if (from >= to) [from, to] = isLogX ? [from / 1.5, from * 1.5] : [from - 1, from + 1];
  const extent = extentOfY(lines, from, to, isLogY) ?? (isLogY ? [0.1, 1] : [0, 1]);
  return { from, to, ...aired(extent, isLogY) };
}

/** An axis that is not logarithmic begins at 0, where a run begins. */
function wholeOf({ isLogX }: ChartSettings, [least, largest]: readonly [number, number]): [number, number] {
  return [isLogX ? least : Math.min(0, least), largest];
}

function aired([least, largest]: readonly [number, number], isLog: boolean): { bottom: number; top: number } {
  if (isLog) return { bottom: least / 1.15, top: largest * 1.15 };
  const room = largest > least ? (largest - least) * 0.06 : Math.abs(largest) * 0.1 || 0.5;
  // what is never negative gets no labels below 0, but a line along 0 is to be seen
  const bottom = least > 0 ? Math.max(0, least - room) : least - room;
  return { bottom: least === 0 ? -room / 2 : bottom, top: largest + room };
}
