/**
 * Writes the cells of a sheet for table_detector.py, as the tensor `cells` [H, W, 75] of a safetensors file:
 * `bun docs/pytorch/write-cells.ts <workbook> <sheet> <file>`.
 */

import { UserError, usageError } from "../../core/base/problem.ts";
import { PtTensor } from "../../core/checkpoint/pt-value.ts";
import { writeSafetensors } from "../../core/checkpoint/safetensors.ts";
import { openWorkbook } from "../../core/excel/read-workbook.ts";
import { featuriseSheet, MAX_GRID_CELLS } from "../../core/features/featurise.ts";
import { gridLimits } from "../../core/features/grid-limits.ts";
import { channelCount, unpackGrid } from "../../core/features/packed-grid.ts";

/** The 43 channels and then the hints: more than some networks read, and enough for all. */
const CHANNELS = channelCount("tablesense43_hints");

if (import.meta.main) {
  try {
    await writeCells(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

async function writeCells([path, name, target]: readonly string[]): Promise<void> {
  if (path === undefined || name === undefined || target === undefined) {
    const expected = "bun docs/pytorch/write-cells.ts <workbook> <sheet> <file>";
    throw usageError({ message: "Cannot tell what to write", expected, got: "fewer arguments" });
  }
  // Another ending would be a slip, such as the name of the workbook, which would be lost.
  if (!target.endsWith(".safetensors")) {
    const expected = "a file that ends with .safetensors";
    throw usageError({
      file: target,
      message: "Cannot write the cells there",
      expected,
      got: "another ending",
    });
  }
  const workbook = await openWorkbook(path);
  try {
    const index = workbook.entries.findIndex((entry) => entry.name === name);
    if (index < 0) {
      const expected = `one of ${workbook.entries.map((entry) => entry.name).join(", ")}`;
      throw usageError({ file: path, message: "Cannot find the sheet", expected, got: name });
    }
    const sheet = await workbook.readSheet(index);
    const { grid } = featuriseSheet(sheet, path, gridLimits(sheet, MAX_GRID_CELLS));
    if (grid === null) {
      throw usageError({ file: path, where: name, message: "Cannot write the cells: the sheet is empty" });
    }
    const cells = unpackGrid(grid, undefined, undefined, CHANNELS);
    const tensor = new PtTensor("float32", [grid.height, grid.width, CHANNELS], cells);
    writeSafetensors(target, { tensors: new Map([["cells", tensor]]), metadata: new Map() });
  } finally {
    workbook.close();
  }
}
