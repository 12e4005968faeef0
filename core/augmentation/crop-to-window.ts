/** Cuts a large sheet to a window. */

import type { Random } from "../base/random.ts";
import type { Range } from "../base/range.ts";
import { type Axis, lengthOf, lineCount, spanOf, withSpan } from "./axis.ts";
import { clearRange } from "./clear-range.ts";
import { copyDraft, type SheetDraft } from "./sheet-draft.ts";
import { takeLines } from "./take-lines.ts";
import { isTight, tighten } from "./tight-edges.ts";

/** A table that is cut stays labelled if at least this share of its lines is left. */
const KEPT_SHARE = 0.3;
/** The lines that a cut table needs to stay labelled, along either axis. */
const KEPT_LINES = 2;
/** The lines that a table needs to stay labelled once its first lines, and so its header, are cut off. */
const KEPT_LINES_HEADLESS = 3;

/** How many windows are tried before parts of tables are cleared. */
const ATTEMPTS = 6;

/**
 * A window of at most `limit` lines, at the beginning of the sheet or anywhere. Tables that it cuts end
 * with it. Tables of which too little is left are cleared, so that everything that is visible of a table is
 * labelled.
 *
 * @returns The draft itself if it is no larger.
 */
export function cropToWindow(draft: SheetDraft, axis: Axis, limit: number, random: Random): SheetDraft {
  const count = lineCount(draft, axis);
  if (count <= limit) return draft;
  const fromStart = random.chance(0.5);
  let best = 1;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const first = fromStart && attempt === 0 ? 1 : random.integer(1, count - limit + 1);
    const { whole, lost } = judge(draft, axis, first, first + limit - 1);
    const score = (whole > 0 || draft.ranges.length === 0 ? 100 : 0) - lost;
    if (score > bestScore) [best, bestScore] = [first, score];
    if (score === 100) break;
  }
  return cropLines(draft, axis, best, best + limit - 1);
}

/** The lines `first` … `last` of the sheet (from 1, both included). */
export function cropLines(draft: SheetDraft, axis: Axis, first: number, last: number): SheetDraft {
  let cleared = copyDraft(draft);
  const ranges: Range[] = [];
  const drop = (range: Range) => {
    cleared = clearRange(cleared, range);
  };
  for (const range of draft.ranges) {
    const cut = cutSpan(range, axis, first, last);
    if (cut === "outside") continue;
    if (cut === null) drop(range);
    else ranges.push(range);
  }
  const lines = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  let next = takeLines({ ...cleared, ranges }, axis, lines);
  const kept: Range[] = [];
  for (const [index, cut] of next.ranges.entries()) {
    const before = ranges[index]!;
    const isCut = lengthOf(cut, axis) < lengthOf(before, axis);
    const tight = isCut && isTight(draft, before) ? tighten(next, cut) : cut;
    if (tight !== null && (!isCut || isTableStill(tight, before, axis, first))) kept.push(tight);
    else next = clearRange(next, cut);
  }
  return { ...next, ranges: kept };
}

/** The number of tables that a window shows, and of those of which it leaves too little. */
function judge({ ranges }: SheetDraft, axis: Axis, first: number, last: number) {
  const cuts = ranges.map((range) => cutSpan(range, axis, first, last));
  return {
    whole: cuts.filter((cut) => cut !== null && cut !== "outside").length,
    lost: cuts.filter((cut) => cut === null).length,
  };
}

/** The part of a table inside a window; null if it is too little, "outside" if there is none. */
function cutSpan(range: Range, axis: Axis, first: number, last: number): Range | null | "outside" {
  const [from, to] = spanOf(range, axis);
  if (to < first || from > last) return "outside";
  const cut = withSpan(range, axis, [Math.max(from, first), Math.min(to, last)]);
  const length = to - from + 1;
  if (lengthOf(cut, axis) === length) return cut;
  return lengthOf(cut, axis) >= KEPT_SHARE * length && isTableStill(cut, range, axis, first) ? cut : null;
}

function isTableStill(cut: Range, before: Range, axis: Axis, first: number): boolean {
  const other = axis === "rows" ? "columns" : "rows";
  const least = spanOf(before, axis)[0] < first ? KEPT_LINES_HEADLESS : KEPT_LINES;
  return (
    lengthOf(cut, axis) >= least && lengthOf(cut, other) >= Math.min(KEPT_LINES, lengthOf(before, other))
  );
}
