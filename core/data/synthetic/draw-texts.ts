/** What stands on sheets beside tables: titles, notes, forms, prose. None of it is part of a table. */

import type { Range } from "../../excel/range.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import type { Random } from "../../random.ts";
import { sample, weighted } from "./draw.ts";
import type { Look } from "./look.ts";
import { drawPerson } from "./plan-values.ts";
import type { SheetCanvas } from "./sheet-canvas.ts";
import { FORM_FIELDS, type FormField, PARAGRAPHS, PLACES, SUBTITLES } from "./vocabulary/common.ts";
import type { Domain } from "./vocabulary/domain.ts";

/** Where a block of text ended: the first free row below it. */
export type NextRow = number;

/** A title with up to two lines below it. `across`: columns over which a merged title reaches. */
export function drawTitle(
  canvas: SheetCanvas,
  random: Random,
  domain: Domain,
  look: Look,
  at: { row: number; column: number; across: number },
): NextRow {
  const { column, across } = at;
  let row = at.row;
  const year = random.integer(2010, 2025);
  const title = random.pick(domain.titles);
  canvas.put(row, column, random.chance(0.4) ? `${title} ${year}` : title, look.title);
  if (look.mergesTitles && across > 1)
    canvas.merge({ top: row, left: column, bottom: row, right: column + across - 1 });
  row++;
  const lines = weighted(random, [
    [0, 5],
    [1, 4],
    [2, 1],
  ]);
  const dated = `As of ${random.integer(1, 28)}.${random.integer(1, 12)}.${year}`;
  for (const text of sample(random, [...SUBTITLES, dated, dated], lines)) {
    canvas.put(row, column, text, look.subtitle);
    row++;
  }
  return row;
}

/** Notes and sources, one a row. */
export function drawNotes(
  canvas: SheetCanvas,
  random: Random,
  domain: Domain,
  look: Look,
  at: { row: number; column: number },
): NextRow {
  const count = weighted(random, [
    [1, 6],
    [2, 3],
    [3, 1],
  ]);
  const texts = sample(random, domain.notes, count);
  for (const [line, text] of texts.entries()) canvas.put(at.row + line, at.column, text, look.note);
  return at.row + texts.length;
}

/** Labels with a value of some kind beside each: a form, not a table. */
export function drawForm(
  canvas: SheetCanvas,
  random: Random,
  look: Look,
  at: { row: number; column: number },
  count: number,
): Range {
  // Values of one kind in a row would make a series: neighbours are of different kinds.
  const fields: FormField[] = [];
  for (const field of random.shuffled(FORM_FIELDS)) {
    if (fields.length < count && field.kind !== fields.at(-1)?.kind) fields.push(field);
  }
  const style = random.chance(0.5) ? look.label : undefined;
  for (const [line, field] of fields.entries()) {
    const row = at.row + line;
    canvas.put(row, at.column, random.chance(0.4) ? `${field.label}:` : field.label, style);
    const value = formValue(random, field);
    const dated = value instanceof Date ? { numberFormat: look.dateFormat } : undefined;
    if (!random.chance(0.1)) canvas.put(row, at.column + 1, value, dated);
  }
  return { top: at.row, left: at.column, bottom: at.row + fields.length - 1, right: at.column + 1 };
}

function formValue(random: Random, field: FormField): CellValue {
  switch (field.kind) {
    case "person":
      return drawPerson(random);
    case "date":
      return new Date(Date.UTC(random.integer(2015, 2025), random.integer(0, 11), random.integer(1, 28)));
    case "place":
      return random.pick(PLACES);
    case "code":
      return `${random.pick(["R", "P", "X-"])}${random.integer(100, 99_999)}`;
    case "number":
      return random.integer(1, 400) / 100;
    case "flag":
      return random.pick(["yes", "no"]);
    case "choice":
      return random.pick(field.values);
  }
}

/** Sentences down one column, with an empty row here and there. */
export function drawProse(
  canvas: SheetCanvas,
  random: Random,
  look: Look,
  at: { row: number; column: number },
  count: number,
): NextRow {
  let row = at.row;
  for (const text of sample(random, PARAGRAPHS, count)) {
    canvas.put(row, at.column, text, random.chance(0.1) ? look.label : undefined);
    row += random.chance(0.25) ? 2 : 1;
  }
  return row;
}
