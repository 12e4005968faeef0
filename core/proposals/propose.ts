/** Boxes that may be tables, read off the dense maps: more than there are, for the decoder to choose from. */

import { blocks, dataBlocks } from "./blocks.ts";
import { area, intersection } from "./box-overlap.ts";
import type { CellBox, DenseMaps } from "./dense-maps.ts";
import { placeEdges, tighten } from "./place-edges.ts";
import { varyEdges } from "./vary-edges.ts";

export interface Proposal extends CellBox {
  /** How well the maps support it, 0 … 1: see `support()`. */
  readonly support: number;
}

const THRESHOLDS = [0.5, 0.3, 0.15, 0.7, 0.85];
/** Blocks as close as this, in cells, may be parts of one table. */
const GAP = 3;
/**
 * Where the mean of an edge map over a whole line is above this inside of a block, a table may begin or end
 * there.
 */
const INNER_EDGE = 0.2;
/** Of more blocks than this only the best supported are joined in pairs. */
const MAX_JOINED = 12;
/** So many of the best supported boxes are offered with other edges too. */
const MAX_VARIED = 12;

/** Distinct boxes with their support, in the order in which they were found. */
class FoundBoxes {
  readonly #maps: DenseMaps;
  readonly #byEdges = new Map<string, Proposal>();

  constructor(maps: DenseMaps) {
    this.#maps = maps;
  }

  /** Keeps the box unless it is known or smaller than three cells. */
  add(box: CellBox): void {
    if (area(box) < 3) return;
    const key = `${box.x1} ${box.y1} ${box.x2} ${box.y2}`;
    if (!this.#byEdges.has(key)) this.#byEdges.set(key, { ...box, support: support(box, this.#maps) });
  }

  /** All of them, the best supported first; among equals the one found first. */
  bySupport(): Proposal[] {
    return bySupport(this.#byEdges.values());
  }
}

/**
 * @returns At most `count` distinct boxes, the best supported first; none on a sheet without any sign of a
 * table.
 */
export function propose(maps: DenseMaps, count: number): Proposal[] {
  const found = new FoundBoxes(maps);
  const main = addBlocks(found, maps);
  for (const block of dataBlocks(maps)) found.add(placeEdges(block, maps, 2));
  addJoined(found, main, maps);
  const read = found.bySupport().slice(0, count);
  if (read.length === count) return read;
  // Other views of the best ones fill the places that are left; they never replace another table.
  for (const box of read.slice(0, MAX_VARIED)) for (const other of varyEdges(box, maps)) found.add(other);
  const others = found.bySupport().filter((box) => !read.includes(box));
  return bySupport([...read, ...others.slice(0, count - read.length)]);
}

/**
 * Adds the blocks of every threshold, with their edges placed and tightened, and the parts they fall into.
 *
 * @returns The placed blocks of the threshold 0.5.
 */
function addBlocks(found: FoundBoxes, maps: DenseMaps): CellBox[] {
  const main: CellBox[] = [];
  for (const threshold of THRESHOLDS) {
    for (const cut of [false, true]) {
      for (const block of blocks(maps, threshold, cut)) {
        const placed = placeEdges(block, maps);
        if (threshold === 0.5) main.push(placed);
        found.add(placed);
        found.add(tighten(block, maps));
        if (!cut) for (const part of parts(placed, maps)) found.add(placeEdges(part, maps, 1));
      }
    }
  }
  return main;
}

/** Adds the boxes around two near blocks, for the best supported blocks. */
function addJoined(found: FoundBoxes, main: readonly CellBox[], maps: DenseMaps): void {
  const joinable = main.map((box) => ({ box, own: support(box, maps) })).sort((a, b) => b.own - a.own);
  for (const [i, { box: a }] of joinable.slice(0, MAX_JOINED).entries()) {
    for (const { box: b } of joinable.slice(i + 1, MAX_JOINED)) {
      if (isNear(a, b)) found.add(placeEdges(union(a, b), maps, 1));
    }
  }
}

function bySupport(boxes: Iterable<Proposal>): Proposal[] {
  return [...boxes].sort((a, b) => b.support - a.support);
}

/** The geometric mean of what the maps say of a box's inside and of its edges, 0 … 1. */
export function support(box: CellBox, maps: DenseMaps): number {
  const { x1, y1, x2, y2 } = box;
  const edges = [
    maps.mean("left", x1, y1, x1 + 1, y2),
    maps.mean("right", x2 - 1, y1, x2, y2),
    maps.mean("top", x1, y1, x2, y1 + 1),
    maps.mean("bottom", x1, y2 - 1, x2, y2),
  ];
  const mean = edges.reduce((sum, edge) => sum + edge, 0) / 4;
  // One side that nothing speaks for is enough for a box to be wrong: the weakest counts beside the mean.
  const both = (mean + Math.min(...edges)) / 2;
  return Math.sqrt(Math.max(1e-4, both) * Math.max(1e-4, maps.mean("inside", x1, y1, x2, y2)));
}

/** What a box falls into where edges run through it, by rows and by columns. */
function parts(box: CellBox, maps: DenseMaps): CellBox[] {
  const { x1, y1, x2, y2 } = box;
  const rows: number[] = [y1];
  for (let y = y1 + 1; y < y2; y++) {
    const edge = Math.max(maps.mean("top", x1, y, x2, y + 1), maps.mean("bottom", x1, y - 1, x2, y));
    if (edge > INNER_EDGE || isGapEnd(maps, x1, y, x2, y + 1, 0, 1)) rows.push(y);
  }
  const columns: number[] = [x1];
  for (let x = x1 + 1; x < x2; x++) {
    const edge = Math.max(maps.mean("left", x, y1, x + 1, y2), maps.mean("right", x - 1, y1, x, y2));
    if (edge > INNER_EDGE || isGapEnd(maps, x, y1, x + 1, y2, 1, 0)) columns.push(x);
  }
  const all: CellBox[] = [];
  for (const [i, top] of rows.entries()) {
    const bottom = rows[i + 1] ?? y2;
    if (rows.length > 1) all.push({ x1, y1: top, x2, y2: bottom });
    if (i > 0) all.push({ x1, y1: top, x2, y2 }, { x1, y1, x2, y2: top });
  }
  for (const [i, left] of columns.entries()) {
    const right = columns[i + 1] ?? x2;
    if (columns.length > 1) all.push({ x1: left, y1, x2: right, y2 });
    if (i > 0) all.push({ x1: left, y1, x2, y2 }, { x1, y1, x2: left, y2 });
  }
  return all;
}

/** True for a line with data behind one without. */
function isGapEnd(
  maps: DenseMaps,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  right: number,
  down: number,
): boolean {
  return (
    maps.mean("data", x1, y1, x2, y2) > 0 &&
    maps.mean("data", x1 - right, y1 - down, x2 - right, y2 - down) === 0
  );
}

function isNear(a: CellBox, b: CellBox): boolean {
  const grown = { x1: a.x1 - GAP, y1: a.y1 - GAP, x2: a.x2 + GAP, y2: a.y2 + GAP };
  return intersection(grown, b) > 0;
}

function union(a: CellBox, b: CellBox): CellBox {
  return {
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
    x2: Math.max(a.x2, b.x2),
    y2: Math.max(a.y2, b.y2),
  };
}
