/** Plans tables of sample data. */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { weighted } from "../draw.ts";
import { foreignWord, identifier, phrase, word } from "../vocabulary/phrases.ts";
import { drawDummyColumn, LETTERS } from "./dummy-columns.ts";
import { flatHeader, type PlannedRow, type PlannedValue, type TablePlan } from "./table-plan.ts";

/**
 * A table as it stands in samples, exports and test files: columns of any kind, headings as programs name
 * them, and no style but that of the program.
 *
 * @param hasHeader False for records without a header.
 */
export function planDummies(random: Random, bodyRows: number, width: number, hasHeader: boolean): TablePlan {
  const isUniform = random.chance(0.25);
  const shared = isUniform ? drawDummyColumn(random, 1) : null;
  const drawn = Array.from({ length: width }, (_, at) => shared ?? drawDummyColumn(random, at));
  // Some tables lack values at random; some columns end early.
  const missing = weighted(random, [
    [0, 7],
    [0.15, 1],
    [0.5, 1],
    [0.75, 0.5],
  ]);
  const ends = drawn.map((_, at) =>
    at > 0 && hasHeader && bodyRows > 3 && random.chance(0.05) ? random.integer(0, bodyRows) : bodyRows,
  );
  const rows: PlannedRow[] = [];
  for (let row = 0; row < bodyRows; row++) {
    const values = drawn.map(({ draw }, at): PlannedValue => {
      if (row >= ends[at]! || (at > 0 && missing > 0 && random.chance(missing))) return null;
      return draw(row);
    });
    rows.push({ kind: "data", values });
  }
  const headings = hasHeader ? drawHeadings(random, width) : [];
  return {
    headers: hasHeader ? [flatHeader(headings)] : [],
    columns: drawn.map(({ format }) => ({ isRowHeader: false, format, adds: false })),
    rows,
    isRaw: true,
  };
}

function drawHeadings(random: Random, width: number): CellValue[] {
  const kind = random.pick([
    "identifier",
    "identifier",
    "phrase",
    "word",
    "numbered",
    "letter",
    "foreign",
    "short",
  ]);
  const prefix = random.pick([
    "Column",
    "col ",
    "Field",
    "Col",
    "Item",
    "Value ",
    "F",
    "項目",
    "Spalte ",
    "header",
  ]);
  const first = random.pick(["id", "ID", "Name", "key", "#", "type", null]);
  const headings = Array.from({ length: width }, (_, at): CellValue => {
    if (at === 0 && width > 2 && random.chance(0.3)) return first;
    switch (kind) {
      case "identifier":
        return identifier(random);
      case "phrase":
        return phrase(random, 1, 5);
      case "word":
        return word(random);
      case "numbered":
        return `${prefix}${at + 1}`;
      case "letter":
        return LETTERS[at % 26]! + (at >= 26 ? String(Math.floor(at / 26)) : "");
      case "foreign":
        return foreignWord(random);
      default:
        return phrase(random, 1, 2);
    }
  });
  // Most programs require unique names.
  return random.chance(0.8) ? different(headings) : headings;
}

function different(headings: readonly CellValue[]): CellValue[] {
  const seen = new Set<CellValue>();
  return headings.map((heading, at) => {
    const name = heading !== null && seen.has(heading) ? `${heading}${at + 1}` : heading;
    seen.add(name);
    return name;
  });
}
