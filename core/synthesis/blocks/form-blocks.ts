/** Labels with values: forms, the settings of a calculation, printed forms. None of them is a table. */

import type { Random } from "../../base/random.ts";
import type { CellStyle, CellValue } from "../../excel/write/workbook-layout.ts";
import { rounded, weighted } from "../draw.ts";
import type { Look } from "../looks/look.ts";
import { FORM_FIELDS, type FormField, PLACES } from "../vocabulary/common.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { drawPerson, phrase, word } from "../vocabulary/phrases.ts";
import type { Block } from "./block.ts";

/** `count` labels with a value beside each, in one pair of columns or in two. */
export function formBlock(random: Random, look: Look, count: number): Block {
  const fields = drawFields(random, count);
  const pairs = fields.length >= 4 && random.chance(0.25) ? 2 : 1;
  const perPair = Math.ceil(fields.length / pairs);
  const gap = weighted(random, [
    [0, 7],
    [1, 1.5],
    [2, 0.5],
  ]);
  const across = weighted(random, [
    [1, 7],
    [2, 1],
    [3, 1],
  ]);
  const pairWidth = 1 + gap + across;
  const filled = random.pick([0, 0.5, 0.9, 0.9, 0.9, 1]);
  const hasColon = random.chance(0.4);
  const isSpaced = random.chance(0.12);
  const step = isSpaced ? 2 : 1;
  const drawn = fields.map((field) => ({
    label: hasColon ? `${field.label}:` : field.label,
    value: random.chance(filled) ? formValue(random, field) : null,
  }));
  return {
    height: (perPair - 1) * step + 1,
    width: pairs * pairWidth + (pairs - 1),
    draw({ canvas }, top, left) {
      for (const [at, { label, value }] of drawn.entries()) {
        const row = top + (at % perPair) * step;
        const column = left + Math.floor(at / perPair) * (pairWidth + 1);
        canvas.put(row, column, label, look.label);
        const field = { top: row, left: column + 1 + gap, bottom: row, right: column + gap + across };
        canvas.paint(field, look.field);
        if (value !== null) {
          canvas.put(
            row,
            field.left,
            value,
            value instanceof Date ? { numberFormat: look.dateFormat } : undefined,
          );
        }
        canvas.merge(field);
      }
    },
  };
}

/**
 * Draws fields of which no two neighbours are of one kind: values of one kind would make a series, which is
 * a table.
 */
function drawFields(random: Random, count: number): FormField[] {
  const fields: FormField[] = [];
  for (const field of random.shuffled(FORM_FIELDS)) {
    if (fields.length < count && field.kind !== fields.at(-1)?.kind) fields.push(field);
  }
  return fields;
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

/** `count` settings of a calculation: names, values of different kinds, and often units. */
export function parametersBlock(random: Random, domain: Domain, look: Look, count: number): Block {
  const hasUnits = random.chance(0.5);
  const lines = Array.from({ length: count }, () => {
    const measure = random.pick(domain.measures);
    const value = weighted<CellValue>(random, [
      [rounded(measure.low + random.uniform() * (measure.high - measure.low), measure.decimals), 5],
      [word(random), 2],
      [new Date(Date.UTC(random.integer(2010, 2025), random.integer(0, 11), 1)), 1],
      [{ formula: `${random.integer(1, 40)}*12`, cached: random.integer(10, 900) }, 1.5],
      [random.chance(0.5), 1],
    ]);
    const format = random.pick([undefined, "0.0%", "#,##0", look.currencyFormat]);
    return {
      label: phrase(random, 1, 4),
      value,
      format,
      unit: random.chance(0.7) ? (measure.unit ?? "%") : null,
    };
  });
  return {
    height: count,
    width: hasUnits ? 3 : 2,
    draw({ canvas }, top, left) {
      for (const [at, { label, value, format, unit }] of lines.entries()) {
        canvas.put(top + at, left, label, look.label);
        const numberFormat =
          value instanceof Date ? look.dateFormat : typeof value === "string" ? undefined : format;
        canvas.put(
          top + at,
          left + 1,
          value,
          canvas.pool.combine(look.field, numberFormat ? { numberFormat } : undefined),
        );
        if (hasUnits && unit !== null) canvas.put(top + at, left + 2, unit);
      }
    },
  };
}

/** A printed form of `rows` rows: labels and fields of merged cells in a grid of lines. */
export function sheetFormBlock(random: Random, look: Look, rows: number): Block {
  const labelWidth = random.integer(1, 4);
  const fieldWidth = random.integer(2, 8);
  const pairs = random.integer(1, 2);
  const width = pairs * (labelWidth + fieldWidth);
  const line: CellStyle | undefined = random.chance(0.8)
    ? { border: { left: "thin", right: "thin", top: "thin", bottom: "thin" } }
    : undefined;
  const entries = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: row % 4 === 3 ? 1 : pairs }, () => ({
      label: random.pick(FORM_FIELDS).label,
      value: random.chance(0.4)
        ? random.pick<CellValue>([word(random), random.integer(1, 9999), phrase(random, 2, 6)])
        : null,
    })),
  );
  return {
    height: rows,
    width,
    draw({ canvas }, top, left) {
      for (const [at, pairsOfRow] of entries.entries()) {
        const row = top + at;
        canvas.paint({ top: row, left, bottom: row, right: left + width - 1 }, line);
        for (const [pair, { label, value }] of pairsOfRow.entries()) {
          const start = left + pair * (labelWidth + fieldWidth);
          const end = pairsOfRow.length === 1 ? left + width - 1 : start + labelWidth + fieldWidth - 1;
          const labelled = { top: row, left: start, bottom: row, right: start + labelWidth - 1 };
          canvas.put(row, start, label);
          canvas.paint(labelled, look.label);
          canvas.merge(labelled);
          if (value !== null) canvas.put(row, start + labelWidth, value);
          canvas.merge({ top: row, left: start + labelWidth, bottom: row, right: end });
        }
      }
    },
  };
}
