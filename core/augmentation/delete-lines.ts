/** Leaves out lines that are not at the edge of a table. */

import type { Random } from "../base/random.ts";
import { type Axis, lengthOf, lineCount, spanOf } from "./axis.ts";
import { freeLines } from "./free-lines.ts";
import type { SheetDraft } from "./sheet-draft.ts";
import { takeLines } from "./take-lines.ts";
import { staysTight } from "./tight-edges.ts";

/** The lines that a table keeps at least; smaller tables keep all. */
const KEPT_LINES = 4;

/**
 * A draft without some of its free lines: single ones from all over the sheet, or one block. Every table
 * keeps its first, second and last lines and at least four in all; between tables that follow one another
 * at least one line stays.
 *
 * @returns The draft itself where no line can go, or where a table would lose a tight edge.
 */
export function deleteLines(draft: SheetDraft, axis: Axis, random: Random): SheetDraft {
  const free = freeLines(draft, axis);
  const candidates = random.chance(0.5) ? scattered(free, random) : oneBlock(free, random);
  const count = lineCount(draft, axis);
  const gone = new Uint8Array(count + 1);
  const tables = draft.ranges.map((range) => ({
    span: spanOf(range, axis),
    spare: Math.max(0, lengthOf(range, axis) - KEPT_LINES),
  }));
  const gaps = free
    .filter(({ between }) => between)
    .map(({ first, last }) => ({ span: [first, last], spare: last - first }));
  for (const line of candidates) {
    const around = [...tables, ...gaps].filter(({ span }) => span[0]! <= line && line <= span[1]!);
    if (around.some(({ spare }) => spare === 0)) continue;
    for (const each of around) each.spare--;
    gone[line] = 1;
  }
  const kept: number[] = [];
  for (let line = 1; line <= count; line++) if (!gone[line]) kept.push(line);
  if (kept.length === count || kept.length === 0) return draft;
  const next = takeLines(draft, axis, kept);
  return staysTight(draft, next) ? next : draft;
}

type Lines = ReturnType<typeof freeLines>;

/** Up to half of all free lines, each drawn by itself. */
function scattered(free: Lines, random: Random): number[] {
  const lines = free.flatMap(({ first, last }) => range(first, last));
  return random.shuffled(lines).slice(0, random.integer(1, Math.max(1, lines.length >> 1)));
}

/** A run of neighbouring lines, more likely from a longer piece. */
function oneBlock(free: Lines, random: Random): number[] {
  const lines = free.flatMap(({ first, last }) => range(first, last));
  if (lines.length === 0) return [];
  const start = random.pick(lines);
  const { last } = free.find((piece) => piece.first <= start && start <= piece.last)!;
  return range(start, random.integer(start, last));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
