/** Changes labelled sheets at random: their lines, values and styles. Labels stay exact. */

import type { Random } from "../base/random.ts";
import { HAS_DATA } from "../features/vector-bits.ts";
import { drawLines, paintHeaders } from "./add-style.ts";
import type { AugmentationRates } from "./augmentation-rates.ts";
import { AXES, type Axis, lineCount } from "./axis.ts";
import { dropStyle, permuteFills, STYLE_KINDS } from "./change-style.ts";
import { clearBodyCells } from "./clear-body-cells.ts";
import { clearSurroundings } from "./clear-surroundings.ts";
import { cropLines, cropToWindow } from "./crop-to-window.ts";
import { deleteLines } from "./delete-lines.ts";
import { dropHints } from "./drop-hints.ts";
import { addMargins, insertGap } from "./insert-blanks.ts";
import { joinDrafts } from "./join-drafts.ts";
import type { LabelledGrid, SizeLimits } from "./labelled-grid.ts";
import { repeatLines } from "./repeat-lines.ts";
import { repeatSheet } from "./repeat-sheet.ts";
import { closeDraft, openDraft, type SheetDraft } from "./sheet-draft.ts";
import { shuffleColumns } from "./shuffle-columns.ts";
import { transpose } from "./transpose.ts";

/** The sizes of windows in lines; one is drawn for each sheet and axis. */
const WINDOWS: Readonly<Record<Axis, readonly number[]>> = {
  rows: [64, 96, 128, 192],
  columns: [24, 32, 48, 64],
};
/** The most empty lines that are put before everything. */
const MARGIN = { rows: 6, columns: 4 };
/** The most empty lines that are put at one place between things. */
const GAP = 3;
/** A sheet with more rows than this is not transposed. */
const TURNED_ROWS = 64;
/** The largest sheet that is put on one sheet with others. */
const NEIGHBOUR = { rows: 64, columns: 24 };
/** The largest size of a sheet that is made of several. */
const SHARED = { rows: 192, columns: 64 };
/**
 * Rates for such sheets. They stay small, and no window cuts off a header: the table could look like more
 * rows of another.
 */
const BESIDE_RATES = { transpose: 0, repeatLines: 0, repeatSheet: 0, crop: 0 };

/**
 * Changes a sheet at random, drawing from `random` alone.
 *
 * The first, second and last lines of a table stay: lines are left out or repeated only between them. Tight
 * edges stay tight. A table that a window cuts away for the most part is cleared. Merged ranges keep their
 * text.
 *
 * @param sheet It is not changed.
 * @param neighbours Other sheets. Small ones are put beside or below this one, at a distance.
 * @returns A sheet within the limits. Where no data would be left, the given sheet, cut to the limits.
 */
export function augmentSheet(
  sheet: LabelledGrid,
  random: Random,
  rates: AugmentationRates,
  limits: SizeLimits,
  neighbours: readonly LabelledGrid[] = [],
): LabelledGrid {
  const limitOf = (axis: Axis) => (axis === "rows" ? limits.maxRows : limits.maxCols);
  const besides = isSmall(sheet.grid) ? neighbours.filter(({ grid }) => isSmall(grid)) : [];
  const own = besides.length > 0 ? { ...rates, ...BESIDE_RATES } : rates;
  const change = (given: LabelledGrid) =>
    changeCells(changeLines(openDraft(given), random, own, limits), random, own);
  let draft = change(sheet);
  for (const beside of besides) {
    const joined = joinDrafts(draft, change(beside), random.pick(AXES), random.integer(1, GAP));
    if (AXES.every((axis) => lineCount(joined, axis) <= Math.min(SHARED[axis], limitOf(axis))))
      draft = joined;
  }
  if (!draft.low.some((word) => (word & HAS_DATA) !== 0)) return limitSheet(sheet, limits);
  return closeDraft(draft);
}

/** The upper left part of a sheet that is larger than the limits; otherwise the sheet itself. */
export function limitSheet(sheet: LabelledGrid, { maxRows, maxCols }: SizeLimits): LabelledGrid {
  const { height, width } = sheet.grid;
  if (height <= maxRows && width <= maxCols) return sheet;
  const rows = cropLines(openDraft(sheet), "rows", 1, Math.min(height, maxRows));
  return closeDraft(cropLines(rows, "columns", 1, Math.min(width, maxCols)));
}

function changeLines(
  given: SheetDraft,
  random: Random,
  rates: AugmentationRates,
  { maxRows, maxCols }: SizeLimits,
): SheetDraft {
  let draft = given;
  if (draft.height <= TURNED_ROWS && random.chance(rates.transpose)) draft = transpose(draft);
  if (isSmall(draft) && random.chance(rates.repeatSheet)) {
    const axis = random.pick(AXES);
    const limit = axis === "rows" ? maxRows : maxCols;
    draft = repeatSheet(draft, axis, Math.min(SHARED[axis], limit), random);
  }
  for (const axis of AXES) {
    const limit = axis === "rows" ? maxRows : maxCols;
    const room = () => Math.max(0, limit - lineCount(draft, axis));
    if (random.chance(rates.deleteLines)) draft = deleteLines(draft, axis, random);
    if (random.chance(rates.repeatLines)) draft = repeatLines(draft, axis, room(), random);
    const window = random.chance(rates.crop) ? random.pick(WINDOWS[axis]) : limit;
    draft = cropToWindow(draft, axis, Math.min(window, limit), random);
    if (random.chance(rates.gap)) draft = insertGap(draft, axis, Math.min(GAP, room()), random);
    if (random.chance(rates.shift)) {
      draft = addMargins(draft, axis, Math.min(room(), random.integer(0, MARGIN[axis])), 0);
    }
  }
  if (random.chance(rates.clearSurroundings) && draft.ranges.length > 0) {
    draft = clearSurroundings(draft, random.chance(0.5) ? 1 : 0.5, random);
  }
  return draft;
}

/** In place. */
function changeCells(draft: SheetDraft, random: Random, rates: AugmentationRates): SheetDraft {
  if (random.chance(rates.shuffleColumns)) shuffleColumns(draft, random);
  if (random.chance(rates.clearBody)) clearBodyCells(draft, random.uniform() * 0.3, random);
  if (random.chance(rates.permuteFills)) permuteFills(draft, random);
  const plain = random.chance(rates.plain);
  for (const kind of STYLE_KINDS) {
    if (random.chance(rates.drop[kind]) || (plain && kind !== "excelTables")) dropStyle(draft, kind);
  }
  dropHints(draft, rates, random);
  if (random.chance(rates.paintHeaders)) paintHeaders(draft, random);
  if (random.chance(rates.drawLines)) drawLines(draft, random);
  return draft;
}

function isSmall(size: { readonly height: number; readonly width: number }): boolean {
  return AXES.every((axis) => lineCount(size, axis) <= NEIGHBOUR[axis]);
}
