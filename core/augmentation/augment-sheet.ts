/** A sheet as it might as well have been: other lines, other styles, labels still exact. */

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
import { addMargins, insertGap } from "./insert-blanks.ts";
import { joinDrafts } from "./join-drafts.ts";
import type { LabelledGrid, SizeLimits } from "./labelled-grid.ts";
import { repeatLines } from "./repeat-lines.ts";
import { repeatSheet } from "./repeat-sheet.ts";
import { closeDraft, openDraft, type SheetDraft } from "./sheet-draft.ts";
import { shuffleColumns } from "./shuffle-columns.ts";
import { transpose } from "./transpose.ts";

/** Sizes of windows, one drawn for each sheet and axis. */
const WINDOWS: Readonly<Record<Axis, readonly number[]>> = {
  rows: [64, 96, 128, 192],
  columns: [24, 32, 48, 64],
};
/** Most empty lines before everything, behind it, and at one place between. */
const MARGIN = { rows: 6, columns: 4 };
const GAP = 3;
/** A sheet with more rows than this is not turned. */
const TURNED_ROWS = 64;
/** Largest sheet that shares a sheet with others. */
const NEIGHBOUR = { rows: 64, columns: 24 };
/** Most lines that a sheet has which several share. */
const SHARED = { rows: 192, columns: 64 };
/** Such sheets stay small, and no table loses its header to a window: it could seem to go on the other sheet's. */
const BESIDE_RATES = { transpose: 0, repeatLines: 0, repeatSheet: 0, crop: 0 };

/**
 * Changes a sheet at random, drawing from `random` alone.
 *
 * A table's first, second and last lines stay; what is left out of it or repeated lies within. Edges that were tight stay
 * tight. Of tables that a window cuts away for the most part nothing is left to be seen. Merged ranges keep their text.
 *
 * @param sheet Left as it is.
 * @param neighbours Other sheets, put beside or below this one at a distance, one after the other, as far as they are small.
 * @returns A sheet of at most the limits' size; the given one (cut to them) where nothing would be left to see.
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

/** The upper left part of a sheet that is larger than the limits; else the sheet itself. */
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
  if (random.chance(rates.paintHeaders)) paintHeaders(draft, random);
  if (random.chance(rates.drawLines)) drawLines(draft, random);
  return draft;
}

function isSmall(size: { readonly height: number; readonly width: number }): boolean {
  return AXES.every((axis) => lineCount(size, axis) <= NEIGHBOUR[axis]);
}
