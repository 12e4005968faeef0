/** The evidence for and against a proposal: numbers that the decoder's queries start from. */

import { area, intersection, iou } from "./box-overlap.ts";
import type { CellBox, DenseMaps, MapName } from "./dense-maps.ts";
import type { Proposal } from "./propose.ts";

const SIDES = ["left", "top", "right", "bottom"] as const;
type Side = (typeof SIDES)[number];
const OPPOSITE: Readonly<Record<Side, Side>> = { left: "right", top: "bottom", right: "left", bottom: "top" };
/**
 * The IoU above which two boxes are views of one table. They are then no evidence for or against each
 * other, except in "overlap with better ones".
 */
const SAME_IOU = 0.7;
/** A box contains another if at least this share of the other lies inside it. */
const HELD = 0.95;
/** Offsets from the outermost line of a box; negative ones lie outside. */
const OFFSETS = [-2, -1, 0, 1, 2];

const OF_A_SIDE = [
  ...OFFSETS.map((offset) => `edge ${offset}`),
  "neighbour's edge outside",
  "inside, first line out",
  "inside, first line in",
  "data, second line out",
  "data, first line out",
  "data, first line in",
];

/** The names of the numbers in their order. All lie in 0 … 1 or slightly beyond. */
export const EVIDENCE: readonly string[] = [
  "is a proposal",
  "support",
  "inside",
  "data",
  "rows",
  "columns",
  "cells",
  ...SIDES.map((side) => `at the sheet's ${side}`),
  "strongest inner top",
  "strongest inner bottom",
  "strongest inner left",
  "strongest inner right",
  "overlap with better ones",
  "overlap with any",
  "share inside of another",
  "share taken by others",
  "empty rows in a row",
  "empty columns in a row",
  "best support around it",
  "best support within it",
  "support of its parts",
  "share of its parts",
  ...SIDES.flatMap((side) => OF_A_SIDE.map((name) => `${side}: ${name}`)),
];

/**
 * The evidence of each proposal.
 *
 * @param proposals Best first.
 * @param count The rows of the result; rows without a proposal are zeros.
 * @returns [count, EVIDENCE.length], row-major.
 */
export function evidence(proposals: readonly Proposal[], maps: DenseMaps, count: number): Float32Array {
  const result = new Float32Array(count * EVIDENCE.length);
  for (const [index, proposal] of proposals.entries()) {
    result.set(evidenceOf(proposal, index, proposals, maps), index * EVIDENCE.length);
  }
  return result;
}

function evidenceOf(box: Proposal, index: number, proposals: readonly Proposal[], maps: DenseMaps): number[] {
  const { x1, y1, x2, y2 } = box;
  const rows = range(y1 + 1, y2);
  const columns = range(x1 + 1, x2);
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b), 0);
  const others = proposals.filter((other) => other !== box && iou(box, other) <= SAME_IOU);
  const around = others.filter((other) => area(other) > area(box) && isHeld(box, other));
  const within = others.filter((other) => area(other) < area(box) && isHeld(other, box));
  const parts = apart(within);
  return [
    1,
    box.support,
    maps.mean("inside", x1, y1, x2, y2),
    maps.mean("data", x1, y1, x2, y2),
    Math.log2(y2 - y1) / 10,
    Math.log2(x2 - x1) / 8,
    Math.log2(area(box)) / 14,
    x1 === 0 ? 1 : 0,
    y1 === 0 ? 1 : 0,
    x2 === maps.width ? 1 : 0,
    y2 === maps.height ? 1 : 0,
    most(rows.map((y) => maps.mean("top", x1, y, x2, y + 1))),
    most(rows.map((y) => maps.mean("bottom", x1, y - 1, x2, y))),
    most(columns.map((x) => maps.mean("left", x, y1, x + 1, y2))),
    most(columns.map((x) => maps.mean("right", x - 1, y1, x, y2))),
    most(proposals.slice(0, index).map((other) => iou(box, other))),
    most(others.map((other) => iou(box, other))),
    most(
      others.filter((other) => area(other) > area(box)).map((other) => intersection(box, other) / area(box)),
    ),
    most(
      others.filter((other) => area(other) < area(box)).map((other) => intersection(box, other) / area(box)),
    ),
    runLength(rows, (y) => maps.mean("data", x1, y, x2, y + 1) === 0),
    runLength(columns, (x) => maps.mean("data", x, y1, x + 1, y2) === 0),
    most(around.map(({ support }) => support)),
    most(within.map(({ support }) => support)),
    parts.length > 1 ? parts.reduce((sum, { support }) => sum + support, 0) / parts.length : 0,
    parts.length > 1 ? parts.reduce((sum, part) => sum + area(part), 0) / area(box) : 0,
    ...SIDES.flatMap((side) => ofSide(side, box, maps)),
  ];
}

function isHeld(inner: CellBox, outer: CellBox): boolean {
  return intersection(inner, outer) >= HELD * area(inner);
}

/** The best boxes that share no cell with a better one: the parts that a larger box could fall into. */
function apart(boxes: readonly Proposal[]): Proposal[] {
  const kept: Proposal[] = [];
  for (const box of boxes) {
    if (kept.every((other) => intersection(other, box) === 0)) kept.push(box);
  }
  return kept;
}

/** The longest run of lines for which `isTrue` holds, on a logarithmic scale: 1 for 15 lines or more. */
function runLength(lines: readonly number[], isTrue: (line: number) => boolean): number {
  let [longest, run] = [0, 0];
  for (const line of lines) {
    run = isTrue(line) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return Math.min(1, Math.log2(1 + longest) / 4);
}

function ofSide(side: Side, box: CellBox, maps: DenseMaps): number[] {
  const at = (map: MapName, offset: number) => {
    const line = lineOf(side, box, offset);
    return maps.mean(map, line.x1, line.y1, line.x2, line.y2);
  };
  return [
    ...OFFSETS.map((offset) => at(side, offset)),
    at(OPPOSITE[side], -1),
    at("inside", -1),
    at("inside", 0),
    at("data", -2),
    at("data", -1),
    at("data", 0),
  ];
}

/**
 * The line of cells at a side of a box. Offset 0 is the outermost line of the box, −1 the first line
 * outside.
 */
function lineOf(side: Side, { x1, y1, x2, y2 }: CellBox, offset: number): CellBox {
  switch (side) {
    case "left":
      return { x1: x1 + offset, x2: x1 + offset + 1, y1, y2 };
    case "right":
      return { x1: x2 - 1 - offset, x2: x2 - offset, y1, y2 };
    case "top":
      return { x1, x2, y1: y1 + offset, y2: y1 + offset + 1 };
    case "bottom":
      return { x1, x2, y1: y2 - 1 - offset, y2: y2 - offset };
  }
}

function range(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
}
