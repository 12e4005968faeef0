import type { Range } from "../../excel/range.ts";
import type { Random } from "../../random.ts";
import { logInteger, weighted } from "./draw.ts";
import { drawTable, makeExcelTable } from "./draw-table.ts";
import { drawForm, drawNotes, drawProse, drawTitle } from "./draw-texts.ts";
import type { Look } from "./look.ts";
import { planTable } from "./plan-table.ts";
import type { SheetCanvas } from "./sheet-canvas.ts";
import { planSize, type TablePlan } from "./table-plan.ts";
import type { Domain } from "./vocabulary/domain.ts";

const EXCEL_TABLE_STYLES = ["TableStyleMedium2", "TableStyleMedium9", "TableStyleLight1", "TableStyleLight9"];

/** Places things on a sheet from top to bottom (or left to right), each in the first free row or column. */
export class SheetArranger {
  readonly tables: Range[] = [];
  #canvas: SheetCanvas;
  #random: Random;
  #domain: Domain;
  #look: Look;
  /** The first free row, and the column where things begin. */
  #row: number;
  #left: number;

  constructor(canvas: SheetCanvas, random: Random, domain: Domain, look: Look) {
    this.#canvas = canvas;
    this.#random = random;
    this.#domain = domain;
    this.#look = look;
    this.#row = weighted(random, [
      [1, 6],
      [2, 2],
      [3, 1],
      [4, 0.5],
    ]);
    this.#left = weighted(random, [
      [1, 7],
      [2, 2.5],
      [3, 0.5],
    ]);
  }

  /** One table, from a few rows to more than a hundred, with or without things around it. */
  single(excelTableName: string): void {
    const random = this.#random;
    const plan = planTable(random, this.#domain, {
      bodyRows: logInteger(random, 5, 90),
      width: logInteger(random, 3, 20),
    });
    const { width } = planSize(plan);
    if (random.chance(0.55)) this.#title(width);
    if (random.chance(0.12)) this.#form();
    const range = this.#table(plan, this.#left);
    if (
      random.chance(0.14) &&
      makeExcelTable(this.#canvas, plan, range, excelTableName, random.pick(EXCEL_TABLE_STYLES))
    ) {
      if (random.chance(0.5)) this.#canvas.frozenAt = { row: range.top + 1, column: 1 };
    }
    if (random.chance(0.06)) this.#remarkBeside(range);
    if (random.chance(0.35)) this.#notes();
    else if (random.chance(0.08)) {
      this.#row += random.integer(1, 2);
      this.#form();
    }
  }

  /** Two to four tables below one another, each with a caption or none. */
  stacked(): void {
    const random = this.#random;
    const count = weighted(random, [
      [2, 5],
      [3, 3],
      [4, 1.5],
    ]);
    const width = logInteger(random, 3, 14);
    const isAlike = random.chance(0.6);
    if (random.chance(0.4)) this.#title(width);
    const hasCaptions = random.chance(0.5);
    const isNumbered = random.chance(0.5);
    for (let index = 0; index < count; index++) {
      const plan = planTable(random, this.#domain, {
        bodyRows: logInteger(random, 3, 24),
        width: isAlike ? width : logInteger(random, 3, 14),
      });
      if (hasCaptions) this.#caption(index, isNumbered, this.#left);
      this.#table(plan, this.#left + (random.chance(0.08) ? random.integer(1, 2) : 0));
      if (random.chance(0.12)) this.#notes();
      this.#row += weighted(random, [
        [1, 5],
        [2, 4],
        [3, 1],
        [5, 0.5],
      ]);
    }
  }

  /** Two or three tables beside one another, with an empty column or more between them. */
  sideBySide(): void {
    const random = this.#random;
    const count = random.chance(0.75) ? 2 : 3;
    if (random.chance(0.45)) this.#title(6);
    const hasCaptions = random.chance(0.4);
    const isNumbered = random.chance(0.5);
    const top = this.#row;
    let left = this.#left;
    let bottom = top;
    let lastHeight = 0;
    for (let index = 0; index < count; index++) {
      const plan = this.#planUnlike(lastHeight);
      lastHeight = planSize(plan).height;
      this.#row = top;
      if (hasCaptions) this.#caption(index, isNumbered, left);
      const range = this.#table(plan, left);
      bottom = Math.max(bottom, range.bottom);
      left =
        range.right +
        weighted(random, [
          [2, 6],
          [3, 3],
          [4, 1],
        ]);
    }
    this.#row = bottom + 1;
    if (random.chance(0.25)) this.#notes();
  }

  /** Forms and sentences. */
  withoutTable(): void {
    const random = this.#random;
    if (random.chance(0.5)) this.#title(3);
    const blocks = random.integer(1, 3);
    for (let block = 0; block < blocks; block++) {
      if (random.chance(0.55)) this.#form(random.integer(4, 9));
      else {
        const at = { row: this.#row, column: this.#left };
        this.#row =
          drawProse(this.#canvas, random, this.#look, at, random.integer(3, 9)) + random.integer(1, 2);
      }
    }
  }

  #title(across: number): void {
    const at = { row: this.#row, column: this.#left, across };
    this.#row = drawTitle(this.#canvas, this.#random, this.#domain, this.#look, at);
    this.#row += weighted(this.#random, [
      [0, 2.5],
      [1, 6],
      [2, 1.5],
    ]);
  }

  /** A line over one table of several; numbered where all are. */
  #caption(index: number, isNumbered: boolean, left: number): void {
    const title = this.#random.pick(this.#domain.titles);
    this.#canvas.put(this.#row, left, isNumbered ? `Table ${index + 1}: ${title}` : title, this.#look.label);
    this.#row += this.#random.chance(0.7) ? 1 : 2;
  }

  #form(count = this.#random.integer(2, 5)): void {
    const at = { row: this.#row, column: this.#left };
    this.#row =
      drawForm(this.#canvas, this.#random, this.#look, at, count).bottom + this.#random.integer(2, 3);
  }

  #table(plan: TablePlan, left: number): Range {
    const range = drawTable(this.#canvas, plan, this.#look, this.#row, left);
    this.tables.push(range);
    this.#row = range.bottom + 1;
    return range;
  }

  #notes(): void {
    const at = {
      row:
        this.#row +
        weighted(this.#random, [
          [0, 3],
          [1, 6],
          [2, 1],
        ]),
      column: this.#left,
    };
    this.#row = drawNotes(this.#canvas, this.#random, this.#domain, this.#look, at);
  }

  /** A lone remark or check cell that belongs to no column. */
  #remarkBeside({ top, bottom, right }: Range): void {
    const random = this.#random;
    const value = random.pick(["check!", "ok", "see below", random.integer(1, 500)]);
    this.#canvas.put(random.integer(top + 1, bottom), right + 2, value);
  }

  /** A table whose height differs from the last one's: beside each other, equal ones may pass for one table. */
  #planUnlike(height: number): TablePlan {
    const random = this.#random;
    for (;;) {
      const plan = planTable(random, this.#domain, {
        bodyRows: logInteger(random, 4, 32),
        width: logInteger(random, 2, 7),
      });
      if (planSize(plan).height !== height) return plan;
    }
  }
}
