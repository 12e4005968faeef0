/** Tables as blocks. */

import type { Random } from "../../base/random.ts";
import type { Range } from "../../base/range.ts";
import type { CellStyle } from "../../excel/write/workbook-layout.ts";
import { weighted } from "../draw.ts";
import type { Look } from "../looks/look.ts";
import { drawHighlight, rawTableLook } from "../looks/table-look.ts";
import type { TablePlan } from "../plans/table-plan.ts";
import { drawnSize, drawTable, type Spans } from "../sheet/draw-table.ts";
import { makeExcelTable } from "../sheet/excel-table.ts";
import type { SheetCanvas } from "../sheet/sheet-canvas.ts";
import type { Block } from "./block.ts";

const EXCEL_TABLE_STYLES = [
  undefined,
  "TableStyleMedium2",
  "TableStyleMedium9",
  "TableStyleLight1",
  "TableStyleLight9",
];

/** A labelled table as a block. */
export interface TableBlock extends Block {
  readonly plan: TablePlan;
  /** The rows of the table alone: the block may be larger by cells that are only formatted. */
  readonly tableHeight: number;
  /** The columns of the table alone. */
  readonly tableWidth: number;
  /** The name of the Excel table that it becomes where Excel allows it; null: none. */
  excelTableName: string | null;
}

/** A plan in the author's style. Its range joins the labels of the sheet when the block is drawn. */
export function tableBlock(random: Random, plan: TablePlan, authorLook: Look): TableBlock {
  let look = plan.isRaw && random.chance(0.6) ? rawTableLook(random, authorLook) : authorLook;
  if (plan.isPrepared) look = { ...look, borders: "all" };
  const spans = drawSpans(random, plan);
  const { height, width } = drawnSize(plan, spans);
  // Some formatting goes on past the table.
  const isFormatted = look.borders === "all" || look.body !== undefined || look.header?.fill !== undefined;
  const rowsBelow =
    isFormatted && !spans && !plan.isPrepared && random.chance(0.14) ? random.integer(1, 5) : 0;
  const band = isFormatted && !spans && random.chance(0.05) ? random.integer(1, 4) : 0;
  const bodyStyle: CellStyle | undefined =
    look.borders === "all"
      ? { border: { left: look.line, right: look.line, top: look.line, bottom: look.line } }
      : look.body;
  const style = random.pick(EXCEL_TABLE_STYLES);
  const isHighlighted = random.chance(look.header ? 0.13 : 0.04);
  const isPivot = plan.pivot !== undefined && !spans && random.chance(0.75);
  // Some number formats were set for more rows than there are.
  const beyond = random.chance(0.1)
    ? { numberFormat: random.pick(["0.00", "#,##0", "0%", "@", look.dateFormat]) }
    : null;
  const above = random.integer(0, 4);
  const below = random.integer(1, 8);
  // Border lines of neighbouring cells, as Excel sets them where somebody frames other cells.
  const strays =
    look.borders !== "none"
      ? { above: random.chance(0.12), below: random.chance(0.1), right: random.chance(0.06) }
      : null;
  return {
    plan,
    tableHeight: height,
    tableWidth: width,
    height: height + rowsBelow,
    width: width + band,
    excelTableName: null,
    draw({ canvas, tables }, top, left) {
      const range = drawTable(canvas, plan, look, top, left, spans);
      const { bottom, right } = range;
      if (rowsBelow > 0)
        canvas.paint({ top: bottom + 1, left, bottom: bottom + rowsBelow, right }, bodyStyle);
      if (strays?.above && top > 1)
        canvas.paint({ top: top - 1, left, bottom: top - 1, right }, { border: { bottom: look.line } });
      if (strays?.below)
        canvas.paint({ top: bottom + 1, left, bottom: bottom + 1, right }, { border: { top: look.line } });
      if (strays?.right)
        canvas.paint({ top, left: right + 1, bottom, right: right + 1 }, { border: { left: look.line } });
      if (band > 0) canvas.paint({ top, left: right + 1, bottom: top, right: right + band }, look.header);
      if (beyond) {
        const column = { left: left + Math.min(1, width - 1), right };
        canvas.paint({ top: Math.max(1, top - above), bottom: top - 1, ...column }, beyond);
        canvas.paint({ top: bottom + 1, bottom: bottom + below, ...column }, beyond);
      }
      if (isHighlighted) highlight(canvas, random, range);
      if (this.excelTableName !== null) makeExcelTable(canvas, plan, range, this.excelTableName, style);
      if (isPivot)
        canvas.pivotTables.push({
          ...plan.pivot!,
          name: `PivotTable${canvas.pivotTables.length + 1}`,
          range,
        });
      tables.push(range);
    },
  };
}

/** Marks single cells of the body, some of its rows or a column. */
function highlight(canvas: SheetCanvas, random: Random, { top, left, bottom, right }: Range): void {
  const style = drawHighlight(random);
  const kind = random.pick(["cells", "cells", "column", "rows"]);
  const first = Math.min(bottom, top + 1);
  if (kind === "column") {
    const column = random.integer(left, right);
    canvas.paint({ top: first, left: column, bottom, right: column }, style);
    return;
  }
  const count = Math.ceil(
    (bottom - top) * random.uniform() * (kind === "cells" ? 0.5 * (right - left + 1) : 0.3),
  );
  for (let cell = Math.min(count, 200); cell > 0; cell--) {
    const row = random.integer(first, bottom);
    const column = random.integer(left, right);
    canvas.paint(
      kind === "cells"
        ? { top: row, left: column, bottom: row, right: column }
        : { top: row, left, bottom: row, right },
      style,
    );
  }
}

/**
 * Spans for a small table on a grid of narrow columns, whose cells are merged from several; undefined for
 * most.
 */
function drawSpans(random: Random, plan: TablePlan): Spans | undefined {
  if (plan.columns.length > 10 || plan.rows.length > 20 || !random.chance(0.02)) return undefined;
  if (plan.headers.some((cells) => cells.length > 0 && cells.some(({ rows }) => rows > 1))) return undefined;
  return plan.columns.map(() =>
    weighted(random, [
      [1, 1],
      [2, 3],
      [4, 2],
      [6, 1],
    ]),
  );
}
