/**
 * One chart on a canvas: uPlot keeps the axes, the pointer and the selection, `draw-lines.ts` draws. It knows
 * nothing of runs.
 */

import uPlot from "uplot";
import type { CurveAxis } from "../../api.ts";
import { figure } from "../parts/figures.ts";
import { tickText } from "./axis-words.ts";
import type { Canvas } from "./draw-lines.ts";

export interface PlotScales {
  readonly from: number;
  readonly to: number;
  readonly bottom: number;
  readonly top: number;
}

export interface PlotOptions {
  readonly width: number;
  readonly height: number;
  readonly axis: CurveAxis;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  /** Draws over the grid. */
  readonly onDraw: (canvas: Canvas) => void;
  /** The pointer stands over a place of the axis; null once it has left. `y` is a value of the other axis. */
  readonly onPoint: (x: number | null, y: number | null) => void;
  /** A part of the axis was marked; null: the whole axis, after a double click. */
  readonly onWindow: (window: readonly [from: number, to: number] | null) => void;
}

/** The room for the labels of the axes, CSS pixels; at the right half of the last one sticks out. */
const BOTTOM_AXIS = 24;
const LEFT_AXIS = 56;
const RIGHT_ROOM = 22;
/** The room beside the plotting area. */
export const BESIDE = LEFT_AXIS + RIGHT_ROOM;
const FONT = "11px system-ui, sans-serif";

export class Plot {
  readonly #plot: uPlot;
  readonly #options: PlotOptions;
  #scales: PlotScales;

  constructor(parent: HTMLElement, options: PlotOptions, scales: PlotScales) {
    this.#options = options;
    this.#scales = scales;
    this.#plot = new uPlot(
      this.#uplotOptions(),
      [
        [scales.from, scales.to],
        [null, null],
      ],
      parent,
    );
  }

  /** Shows this part of the plane. */
  show(scales: PlotScales): void {
    this.#scales = scales;
    this.#plot.batch(() => {
      this.#plot.setScale("x", { min: scales.from, max: scales.to });
      this.#plot.setScale("y", { min: scales.bottom, max: scales.top });
    });
    this.#plot.redraw(false, true);
  }

  /** Draws once more, in the colours that the page has now. */
  redraw(): void {
    this.#plot.redraw(false, true);
  }

  resize(width: number, height: number): void {
    if (width !== this.#plot.width || height !== this.#plot.height) this.#plot.setSize({ width, height });
  }

  /** Moves the line of the pointer without telling anybody; null hides it. */
  point(x: number | null): void {
    const left = x === null ? -10 : this.#plot.valToPos(x, "x");
    const isIn = left >= 0 && left <= this.#plot.over.clientWidth;
    this.#plot.setCursor({ left: isIn ? left : -10, top: isIn ? 0 : -10 }, false);
  }

  /** The element over the plotting area. */
  get over(): HTMLElement {
    return this.#plot.over;
  }

  /** The value of the axis at a distance from the left of the plotting area, CSS pixels. */
  valueAt(left: number): number {
    return this.#plot.posToVal(left, "x");
  }

  /** Where a place of the axis lies, CSS pixels from the left of the plotting area. */
  leftOf(x: number): number {
    return this.#plot.valToPos(x, "x");
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #uplotOptions(): uPlot.Options {
    const { width, height, axis, isLogX, isLogY } = this.#options;
    const { from, to, bottom, top } = this.#scales;
    // read when it is drawn: the theme may have changed
    const color = (name: string) => () => getComputedStyle(this.#plot.root).getPropertyValue(name).trim();
    const lines = { stroke: color("--axis-grid"), width: 1 };
    const axisOptions = (size: number, text: (value: number) => string): uPlot.Axis => ({
      size,
      font: FONT,
      stroke: color("--axis-text"),
      grid: lines,
      ticks: { ...lines, size: 4 },
      values: (_, splits) => splits.map((value) => (value === null ? "" : text(value))),
    });
    return {
      width,
      height,
      padding: [8, RIGHT_ROOM, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: 6 },
        bind: { dblclick: () => () => this.#whole() },
      },
      scales: {
        x: { time: false, auto: false, min: from, max: to, distr: isLogX ? 3 : 1 },
        y: { auto: false, min: bottom, max: top, distr: isLogY ? 3 : 1 },
      },
      series: [{}, { scale: "y", points: { show: false } }],
      axes: [
        { ...axisOptions(BOTTOM_AXIS, (value) => tickText(axis, value)), space: 56 },
        { ...axisOptions(LEFT_AXIS, figure), space: 28 },
      ],
      hooks: {
        draw: [(plot) => this.#options.onDraw(this.#canvas(plot))],
        setCursor: [(plot) => this.#pointed(plot)],
        setSelect: [(plot) => this.#selected(plot)],
      },
    };
  }

  #canvas(plot: uPlot): Canvas {
    const { from, to } = this.#scales;
    return {
      context: plot.ctx,
      area: plot.bbox,
      toX: (value) => plot.valToPos(value, "x", true),
      toY: (value) => plot.valToPos(value, "y", true),
      from,
      to,
      ratio: uPlot.pxRatio,
      isLog: this.#options.isLogY,
    };
  }

  #pointed(plot: uPlot): void {
    const { left = -1, top = -1 } = plot.cursor;
    if (left < 0) this.#options.onPoint(null, null);
    else this.#options.onPoint(plot.posToVal(left, "x"), plot.posToVal(top, "y"));
  }

  #selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width <= 0) return;
    this.#options.onWindow([plot.posToVal(left, "x"), plot.posToVal(left + width, "x")]);
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  #whole(): null {
    this.#options.onWindow(null);
    return null;
  }
}
