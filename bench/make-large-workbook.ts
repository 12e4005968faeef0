/**
 * Writes a workbook with many styled cells, for bench/xlsx.ts and its peers.
 *
 * usage: bun bench/make-large-workbook.ts OUT.xlsx [CELLS]
 *
 * It has one sheet of 50 columns with whole numbers, amounts with two decimals, long floats, repeated and
 * unique texts, dates and formulas, in a dozen styles and banded rows.
 */

import { randomStream } from "../core/base/random.ts";
import type { CellLayout, CellStyle, CellValue } from "../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../core/excel/write/write-workbook.ts";
import { type OutputPlace, OVERWRITE_ARGUMENT } from "../core/files/output-place.ts";
import { writeOutput } from "../core/files/write-output.ts";
import { argumentNumber, benchArguments, benchOutput } from "./bench-arguments.ts";

const COLUMNS = 50;
const WORDS = ["north", "south", "east", "west", "open", "closed", "pending review", "n/a", "total", "units"];

const band = { pattern: "solid", foreground: { theme: 4, tint: 0.8 } } as const;
const thin = { left: "thin", right: "thin", top: "thin", bottom: "thin" } as const;

/** One style per kind of column (seven), for plain and for banded rows. */
function columnStyles(): CellStyle[][] {
  const plain: CellStyle[] = [
    { border: thin },
    { numberFormat: "#,##0.00", border: thin },
    { numberFormat: "0.000", font: { color: { rgb: "FF7F7F7F" } } },
    { font: { bold: true } },
    { font: { size: 9 } },
    { numberFormat: "yyyy-mm-dd" },
    { numberFormat: "0.0%", font: { color: { theme: 5 } } },
  ];
  return [plain, plain.map((style) => ({ ...style, fill: band }))];
}

function main(place: OutputPlace, count: number): void {
  const random = randomStream(1, "large workbook");
  const styles = columnStyles();
  const value = (kind: number, row: number): CellValue => {
    if (kind === 0) return random.integer(0, 100_000);
    if (kind === 1) return random.integer(-1_000_000, 1_000_000) / 100;
    if (kind === 2) return random.uniform();
    if (kind === 3) return random.pick(WORDS);
    if (kind === 4) return `item ${random.uint32()}`;
    if (kind === 5) return new Date(Date.UTC(2000, 0, 1 + random.integer(0, 9000)));
    return { formula: `A${row}/B${row}`, cached: random.integer(0, 1000) / 1000 };
  };
  const cells: CellLayout[] = [];
  for (let at = 0; at < count; at++) {
    const row = Math.floor(at / COLUMNS) + 1;
    const column = (at % COLUMNS) + 1;
    const kind = column % 7;
    cells.push({ row, column, value: value(kind, row), style: styles[row % 2]![kind] });
  }
  const bytes = encodeWorkbook({ sheets: [{ name: "Data", cells }] });
  writeOutput(place, [bytes], { message: "Cannot write the workbook", fix: "name another file" });
}

if (import.meta.main) {
  const given = benchArguments("make-large-workbook", {
    file: {
      type: "positional",
      required: true,
      valueHint: "file.xlsx",
      description: "The workbook to write",
    },
    cells: { type: "positional", default: "1000000", description: "How many cells it has" },
    overwrite: OVERWRITE_ARGUMENT,
  });
  const count = argumentNumber("make-large-workbook", "cells", given.cells);
  const place = benchOutput(given.file, {
    what: "the workbook",
    another: "name another file",
    endings: [".xlsx"],
    overwrite: given.overwrite,
    isOwn: () => false,
  });
  main(place, count);
}
