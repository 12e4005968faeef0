/**
 * Keeps the canvas of a sheet up to date. It draws at most once per frame, and only what is in view; what it
 * did stands in the canvas's data (`frames`, `cells`, `tables`), where tests read it.
 */

import { formatRange, type Range } from "../../../base/range.ts";
import type { Opened } from "../state/opened.ts";
import { nearestCut } from "../state/range-edits.ts";
import type { Workbench } from "../state/workbench.ts";
import { type Block, blockOf } from "./cell-cache.ts";
import { Drag } from "./drag.ts";
import { drawCells, drawHeaders } from "./draw-cells.ts";
import { drawTables } from "./draw-tables.ts";
import { cellAt, cursorFor, type Grab, grabAt } from "./grab.ts";
import { paletteOf } from "./palette.ts";
import {
  HEAD_HEIGHT,
  headWidthOf,
  type Pane,
  paneAt,
  scrollTo,
  type ViewGeometry,
  viewGeometry,
} from "./view-geometry.ts";

/** No browser scrolls further than some 33 million pixels; what is longer is scrolled in larger steps. */
const MOST_PIXELS = 30_000_000;
/** Pixels per frame for each pixel that a drag is outside of the view, and the most of them. */
const SCROLL_SPEED = 0.4;
const MOST_SCROLL = 40;

export class SheetScreen {
  readonly #bench: Workbench;
  readonly #opened: Opened;
  readonly #scroller: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #space: HTMLElement;
  readonly #isDark: () => boolean;
  readonly #ends: (() => void)[] = [];
  #geometry: ViewGeometry | null = null;
  #drag: Drag | null = null;
  #pointer: { x: number; y: number } | null = null;
  #isDue = false;
  #isClosed = false;
  #frames = 0;

  constructor(bench: Workbench, opened: Opened, scroller: HTMLElement, dark: () => boolean) {
    this.#bench = bench;
    this.#opened = opened;
    this.#scroller = scroller;
    this.#space = scroller.querySelector<HTMLElement>(".space")!;
    this.#canvas = scroller.querySelector("canvas")!;
    this.#isDark = dark;
    const again = () => this.#drawSoon();
    scroller.addEventListener("scroll", again, { passive: true });
    const resize = new ResizeObserver(again);
    resize.observe(scroller);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", again);
    const theme = new MutationObserver(again);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.#ends.push(
      bench.subscribe(again),
      () => scroller.removeEventListener("scroll", again),
      () => resize.disconnect(),
      () => scheme.removeEventListener("change", again),
      () => theme.disconnect(),
    );
    scroller.scrollTo(0, 0);
    this.#drawSoon();
  }

  close(): void {
    this.#isClosed = true;
    for (const end of this.#ends) end();
  }

  press(event: PointerEvent): void {
    if (event.button !== 0 || this.#geometry === null) return;
    const { x, y } = this.#placeOf(event);
    // the scroll bars belong to the browser
    if (x > this.#scroller.clientWidth || y > this.#scroller.clientHeight) return;
    this.#scroller.focus({ preventScroll: true });
    event.preventDefault();
    const grab = grabAt(this.#opened, this.#geometry, x, y);
    if (this.#opened.cut !== null) {
      this.#bench.endCut(grab.table >= 0 || grab.kind === "stretch");
      return;
    }
    if (grab.kind === "outside") return;
    this.#opened.cursor = { row: grab.row, col: grab.col };
    if (grab.kind === "inside" || event.shiftKey) this.#choose(grab, event.shiftKey);
    else this.#begin(grab, event.pointerId);
  }

  move(event: PointerEvent): void {
    if (this.#geometry === null) return;
    this.#pointer = this.#placeOf(event);
    const { x, y } = this.#pointer;
    if (this.#drag !== null) {
      this.#dragTo();
      return;
    }
    const grab = grabAt(this.#opened, this.#geometry, x, y);
    this.#canvas.style.cursor = cursorFor(grab);
    if (this.#opened.cut !== null) this.#pointCut(grab);
  }

  release(): void {
    const drag = this.#drag;
    if (drag === null) return;
    this.#drag = null;
    if (!drag.isValid) {
      this.#drawSoon();
      return;
    }
    const tables = drag.result();
    if (tables !== null) this.#bench.changeTables(tables, [drag.table]);
    else this.#bench.select(drag.table < this.#opened.tables.length ? [drag.table] : []);
  }

  cancel(): void {
    this.#drag = null;
    this.#drawSoon();
  }

  #choose({ table }: Grab, isMore: boolean): void {
    if (table < 0) return;
    const { selected } = this.#opened;
    const others = selected.filter((at) => at !== table);
    if (!isMore) this.#bench.select([table]);
    else this.#bench.select(selected.includes(table) ? others : [...others, table]);
  }

  #begin(grab: Grab, pointerId: number): void {
    this.#scroller.setPointerCapture(pointerId);
    if (grab.table >= 0) this.#bench.select([grab.table]);
    this.#opened.reveal = null;
    this.#drag = new Drag(this.#opened, grab);
    this.#drawSoon();
  }

  #pointCut({ row, col }: Grab): void {
    const { main, tables, cut } = this.#opened;
    const range = main === null ? undefined : tables[main];
    if (range === undefined || cut === null) return;
    const at = nearestCut(range, cut.axis, cut.axis === "row" ? row : col);
    if (at === null || at.at === cut.at) return;
    this.#opened.cut = at;
    this.#drawSoon();
  }

  /** Takes the drag to the cell under the pointer, and scrolls if that is outside of the view. */
  #dragTo(): void {
    const [geometry, pointer, drag] = [this.#geometry, this.#pointer, this.#drag];
    if (geometry === null || pointer === null || drag === null) return;
    const { headWidth, frozenWidth, frozenHeight } = geometry;
    const [right, bottom] = [this.#scroller.clientWidth, this.#scroller.clientHeight];
    const overX = outside(pointer.x, headWidth + frozenWidth, right);
    const overY = outside(pointer.y, HEAD_HEIGHT + frozenHeight, bottom);
    const x = Math.max(headWidth, Math.min(pointer.x, right - 1));
    const y = Math.max(HEAD_HEIGHT, Math.min(pointer.y, bottom - 1));
    const pane: Pane = paneAt(geometry, x, y) ?? geometry.panes.at(-1)!;
    if (drag.moveTo(cellAt(this.#opened, pane, x, y))) this.#bench.say(formatRange(drag.range));
    const [fromX, fromY] = [this.#scroller.scrollLeft, this.#scroller.scrollTop];
    if (overX !== 0 || overY !== 0) this.#scroller.scrollBy(speed(overX), speed(overY));
    // as long as the sheet moves under a pointer that stands still
    if (this.#scroller.scrollLeft !== fromX || this.#scroller.scrollTop !== fromY) {
      requestAnimationFrame(() => this.#dragTo());
    }
    this.#drawSoon();
  }

  #placeOf(event: PointerEvent): { x: number; y: number } {
    const box = this.#scroller.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #drawSoon(): void {
    if (this.#isDue || this.#isClosed) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      if (!this.#isClosed) this.#draw();
    });
  }

  #draw(): void {
    const [opened, scroller] = [this.#opened, this.#scroller];
    const [width, height] = [scroller.clientWidth, scroller.clientHeight];
    const length = this.#size(width, height);
    let scroll = [scroller.scrollLeft * length.stepX, scroller.scrollTop * length.stepY] as readonly [
      number,
      number,
    ];
    let geometry = viewGeometry(opened, [width, height], scroll);
    if (opened.reveal !== null) {
      scroll = scrollTo(opened, geometry, scroll, opened.reveal);
      opened.reveal = null;
      scroller.scrollTo(scroll[0] / length.stepX, scroll[1] / length.stepY);
      scroll = [scroller.scrollLeft * length.stepX, scroller.scrollTop * length.stepY];
      geometry = viewGeometry(opened, [width, height], scroll);
    }
    this.#geometry = geometry;
    this.#paint(geometry);
    opened.cells.want(wantedBlocks(opened, geometry));
  }

  #paint(geometry: ViewGeometry): void {
    const opened = this.#opened;
    const palette = paletteOf(this.#isDark());
    const pen = this.#canvas.getContext("2d")!;
    const density = devicePixelRatio;
    pen.setTransform(density, 0, 0, density, 0, 0);
    pen.clearRect(0, 0, geometry.width, geometry.height);
    const cells = drawCells(pen, opened, geometry, palette);
    const drag = this.#drag;
    const tables = drawTables(pen, opened, geometry, drag?.range ?? null, palette);
    const main = opened.main === null ? null : (opened.tables[opened.main] ?? null);
    drawHeaders(pen, opened, geometry, drag?.range ?? main, palette);
    this.#frames++;
    Object.assign(this.#canvas.dataset, {
      frames: String(this.#frames),
      cells: String(cells),
      tables: String(tables),
      last: String(geometry.rows.at(-1)?.index ?? 0),
    });
  }

  /** Sizes the canvas and the space that is scrolled. @returns sheet pixels per scrolled pixel. */
  #size(width: number, height: number): { stepX: number; stepY: number } {
    const { rows, cols } = this.#opened;
    const wholeX = headWidthOf(rows) + cols.length;
    const wholeY = HEAD_HEIGHT + rows.length;
    const [shownX, shownY] = [Math.min(wholeX, MOST_PIXELS), Math.min(wholeY, MOST_PIXELS)];
    this.#space.style.width = `${shownX}px`;
    this.#space.style.height = `${shownY}px`;
    const [pixelsX, pixelsY] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (this.#canvas.width !== pixelsX || this.#canvas.height !== pixelsY) {
      this.#canvas.width = pixelsX;
      this.#canvas.height = pixelsY;
      this.#canvas.style.width = `${width}px`;
      this.#canvas.style.height = `${height}px`;
    }
    return { stepX: step(wholeX, shownX, width), stepY: step(wholeY, shownY, height) };
  }
}

function step(whole: number, shown: number, view: number): number {
  return shown <= view ? 1 : Math.max(1, (whole - view) / (shown - view));
}

function outside(value: number, least: number, most: number): number {
  return value < least ? value - least : value > most ? value - most : 0;
}

function speed(pixels: number): number {
  if (pixels === 0) return 0;
  const size = Math.min(MOST_SCROLL, Math.max(4, Math.abs(pixels) * SCROLL_SPEED));
  return Math.sign(pixels) * size;
}

/** The blocks in view, then the anchors of merged cells, then the blocks around: what a scroll shows next. */
function wantedBlocks(opened: Opened, geometry: ViewGeometry): Block[] {
  const wanted = new Map<string, Block>();
  const add = (row: number, col: number) => {
    if (row < 1 || col < 1 || row > opened.extent.rows || col > opened.extent.cols) return;
    const block = blockOf(row, col);
    wanted.set(block.join(), block);
  };
  const [rows, cols] = [edgesOf(geometry.rows), edgesOf(geometry.cols)];
  for (const row of rows) for (const col of cols) add(row, col);
  const isShown = (range: Range) => geometry.panes.some((pane) => isInView(pane, range));
  for (const range of opened.merges) if (isShown(range)) add(range.top, range.left);
  for (const row of around(rows)) for (const col of around(cols)) add(row, col);
  return [...wanted.values()];
}

function isInView({ rows, cols }: Pane, { top, left, bottom, right }: Range): boolean {
  const [row, col] = [rows[0]?.index ?? Number.POSITIVE_INFINITY, cols[0]?.index ?? Number.POSITIVE_INFINITY];
  return bottom >= row && right >= col && top <= rows.at(-1)!.index && left <= cols.at(-1)!.index;
}

/** One line of every block that has a line in view. */
function edgesOf(lines: ViewGeometry["rows"]): number[] {
  const blocks = new Map<number, number>();
  for (const { index } of lines) blocks.set((index - 1) >> 5, index);
  return [...blocks.values()];
}

function around(lines: readonly number[]): number[] {
  if (lines.length === 0) return [];
  return [...lines, Math.max(...lines) + 64, Math.min(...lines) - 64];
}
