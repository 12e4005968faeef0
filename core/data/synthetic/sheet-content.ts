/** What a sheet as a whole holds: one table or several, alone or with titles, notes and forms around them. */

import type { Random } from "../../random.ts";
import { type Block, beside, type Placed, stack } from "./block.ts";
import { logInteger, weighted } from "./draw.ts";
import {
  boxBlock,
  emptyFrameBlock,
  formBlock,
  legendBlock,
  loneCellBlock,
  parametersBlock,
  sheetFormBlock,
  tilesBlock,
} from "./form-blocks.ts";
import { type Look, withOtherTables } from "./look.ts";
import { planPrepared } from "./plan-outline.ts";
import { drawPageFilters, planPivot } from "./plan-pivot.ts";
import { planTable, type TableSize } from "./plan-table.ts";
import { type TableBlock, tableBlock } from "./table-block.ts";
import type { TablePlan } from "./table-plan.ts";
import {
  captionBlock,
  contentsBlock,
  instructionsBlock,
  notesBlock,
  proseBlock,
  titleBlock,
} from "./text-blocks.ts";
import type { Domain } from "./vocabulary/domain.ts";

/** Sheets are not drawn larger than about this. */
export interface SheetLimits {
  readonly maxRows: number;
  readonly maxColumns: number;
}

/** Gaps between a table and what is above or below it. */
const GAPS = [
  [0, 5.5],
  [1, 6],
  [2, 1],
  [3, 0.2],
] as const;

/** Plans the content of one sheet. */
export class SheetContent {
  readonly #random: Random;
  readonly #domain: Domain;
  readonly #look: Look;
  readonly #limits: SheetLimits;
  readonly #tablePrefix: string;
  /** Whether tables of this sheet tend to be Excel's. */
  readonly #likesExcelTables: boolean;
  #tableCount = 0;

  constructor(random: Random, domain: Domain, look: Look, limits: SheetLimits, tablePrefix: string) {
    this.#random = random;
    this.#domain = domain;
    this.#look = look;
    this.#limits = limits;
    this.#tablePrefix = tablePrefix;
    this.#likesExcelTables = random.chance(0.34);
  }

  /** A third of sheets are one table and nothing else, as in the real ones; one of twenty has no table. */
  draw(): { block: Block; isAlone: boolean } {
    const kind = weighted(this.#random, [
      ["alone", 38],
      ["report", 29],
      ["stacked", 11],
      ["beside", 9],
      ["lists", 2.5],
      ["mosaic", 5],
      ["source and pivot", 4],
      ["dashboard", 2],
      ["nothing", 4],
    ]);
    return { block: this.#drawKind(kind), isAlone: kind === "alone" };
  }

  #drawKind(kind: string): Block {
    switch (kind) {
      case "alone":
        return this.#table(this.#size(1), true);
      case "report":
        return this.#report();
      case "stacked":
        return this.#stacked(this.#count(), 60);
      case "beside":
        return this.#beside(this.#count(), 60);
      case "lists":
        return this.#lists();
      case "mosaic":
        return this.#mosaic();
      case "source and pivot":
        return this.#sourceAndPivot();
      case "dashboard":
        return this.#dashboard();
      default:
        return this.#withoutTable();
    }
  }

  /** One table with things around it. */
  #report(): Block {
    const random = this.#random;
    const isPrepared = random.chance(0.02);
    const table = isPrepared
      ? tableBlock(random, planPrepared(random, random.integer(3, 25), random.integer(3, 9)), this.#look)
      : this.#table(this.#size(1), true);
    const above: Block[] = [];
    if (random.chance(0.8)) above.push(titleBlock(random, this.#domain, this.#look, table.tableWidth));
    if (random.chance(0.25)) above.push(this.#aside());
    if (random.chance(0.04)) above.push(this.#criteria(table));
    const below: Block[] = [];
    // Prepared rows end where something follows, or the grid would end before them.
    if (isPrepared || random.chance(0.45))
      below.push(notesBlock(random, this.#domain, this.#look, table.tableWidth));
    if (random.chance(0.14)) below.push(this.#aside());
    // Something has to be there: without, it would be a table alone.
    if (above.length + below.length === 0)
      above.push(titleBlock(random, this.#domain, this.#look, table.tableWidth));
    return this.#surrounded(table, above, below);
  }

  /** A table, blocks above and below it, remarks beside it. */
  #surrounded(table: TableBlock, above: readonly Block[], below: readonly Block[]): Block {
    const random = this.#random;
    const core = this.#withRemarks(table);
    const placed: Placed[] = above.map((block, at) => ({
      block,
      gap: at === 0 ? 0 : weighted(random, GAPS),
      shift: random.chance(0.06) ? random.integer(0, Math.max(0, table.tableWidth - 1)) : 0,
    }));
    const shift = random.chance(0.05) ? 1 : 0;
    const last = above.at(-1);
    placed.push({ block: core, gap: last ? this.#gap(last) : 0, shift });
    // What is only formatted below a table stays between it and the notes.
    for (const block of below) placed.push({ block, gap: this.#gap(block), shift });
    return stack(placed);
  }

  /** Between a table and a block: single lines stand apart more often than whole paragraphs. */
  #gap({ height }: Block): number {
    const gap = weighted(this.#random, GAPS);
    return gap === 0 && height <= 1 && this.#random.chance(0.55) ? 1 : gap;
  }

  /** Lone cells and small blocks to the right of a table. */
  #withRemarks(table: TableBlock): Block {
    const random = this.#random;
    if (!random.chance(0.14)) return table;
    const { tableHeight, width } = table;
    if (random.chance(0.45) || tableHeight < 4) {
      // One touching cell beside many rows passes for no column.
      const mayTouch = tableHeight >= 6 && width === table.tableWidth;
      const gap = mayTouch && random.chance(0.35) ? 0 : random.integer(1, 3);
      const block = loneCellBlock(random, this.#look);
      return beside([{ block: table }, { block, gap, shift: random.integer(0, tableHeight - 1) }]);
    }
    const block = random.chance(0.5) ? this.#aside() : notesBlock(random, this.#domain, this.#look, 1);
    return beside([{ block: table }, { block, gap: random.integer(1, 3), shift: random.integer(0, 3) }]);
  }

  /** Two to eight tables below one another, each with a caption, notes, or nothing. */
  #stacked(count: number, mostRows: number): Block {
    const random = this.#random;
    const hasCaptions = random.chance(0.5);
    const isNumbered = random.chance(0.4);
    const isAlike = random.chance(0.55);
    const isAlignedGap = random.chance(0.6);
    const usual = weighted(random, [
      [1, 5],
      [2, 4],
      [3, 1],
      [5, 0.5],
    ]);
    const first = this.#size(count, mostRows);
    const placed: Placed[] = [];
    if (random.chance(0.4)) placed.push({ block: titleBlock(random, this.#domain, this.#look, first.width) });
    let looks = this.#look;
    const captionGap = random.chance(0.55) ? 0 : 1;
    const repeated = random.chance(0.15) ? planTable(random, this.#domain, first) : null;
    for (let index = 0; index < count; index++) {
      if (random.chance(0.12)) looks = withOtherTables(random, this.#look);
      const { bodyRows, width } = this.#size(count, mostRows);
      const table = repeated
        ? tableBlock(random, repeated, looks)
        : this.#table({ bodyRows, width: isAlike ? first.width : width }, false, looks);
      const touches = hasStyledHeader(looks, table.plan) && random.chance(repeated ? 0.4 : 0.12);
      const gap = placed.length === 0 ? 0 : touches ? 0 : isAlignedGap ? usual : random.integer(1, 4);
      const shift = random.chance(0.06) ? random.integer(1, 3) : 0;
      if (hasCaptions) {
        const text = isNumbered ? `Table ${index + 1}` : null;
        const caption = captionBlock(random, this.#domain, this.#look, text, table.tableWidth);
        placed.push({ block: caption, gap: placed.length === 0 ? 0 : Math.max(1, gap), shift });
        placed.push({ block: table, gap: captionGap, shift });
      } else placed.push({ block: table, gap, shift });
      if (random.chance(0.1)) {
        const notes = notesBlock(random, this.#domain, this.#look, table.tableWidth);
        placed.push({ block: notes, gap: weighted(random, GAPS), shift });
      } else if (random.chance(0.05)) placed.push({ block: this.#aside(), gap: random.integer(1, 2), shift });
    }
    return stack(placed);
  }

  /** Two to eight tables beside one another, now and then with something else between them. */
  #beside(count: number, mostRows: number): Block {
    const random = this.#random;
    const hasCaptions = random.chance(0.4);
    const isNarrow = random.chance(0.5);
    const usual = weighted(random, [
      [1, 7],
      [2, 3],
      [3, 1],
    ]);
    const placed: Placed[] = [];
    let looks = this.#look;
    let last: TableBlock | null = null;
    for (let index = 0; index < count; index++) {
      if (random.chance(0.12)) looks = withOtherTables(random, this.#look);
      let table = this.#table(
        this.#narrow(count, mostRows, isNarrow),
        !hasCaptions && random.chance(0.3),
        looks,
      );
      // Of the same height and under one row of headings they could be one table.
      for (
        let tries = 0;
        last?.tableHeight === table.tableHeight && random.chance(0.7) && tries < 5;
        tries++
      ) {
        table = this.#table(this.#narrow(count, mostRows, isNarrow), false, looks);
      }
      const shift = random.chance(0.1) ? random.integer(1, 8) : 0;
      const differs: boolean = last !== null && Math.abs(last.tableHeight - table.tableHeight) >= 3;
      const touches = differs && hasCaptions && hasStyledHeader(looks, table.plan) && random.chance(0.2);
      const gap = touches ? 0 : random.chance(0.9) ? usual : random.integer(1, 5);
      if (hasCaptions) {
        const caption = captionBlock(random, this.#domain, this.#look, null, table.tableWidth);
        placed.push({
          block: stack([{ block: caption }, { block: table, gap: random.chance(0.8) ? 0 : 1 }]),
          gap,
          shift,
        });
      } else placed.push({ block: table, gap, shift });
      if (random.chance(0.06))
        placed.push({ block: this.#aside(), gap: random.integer(1, 2), shift: random.integer(0, 4) });
      last = table;
    }
    const row = beside(placed);
    const rows: Placed[] = [];
    if (random.chance(0.35))
      rows.push({ block: titleBlock(random, this.#domain, this.#look, Math.min(8, row.width)) });
    rows.push({ block: row, gap: weighted(random, GAPS) });
    if (random.chance(0.2))
      rows.push({ block: notesBlock(random, this.#domain, this.#look, 4), gap: random.integer(1, 3) });
    return stack(rows);
  }

  /** What other sheets choose from: many short lists side by side, often under one painted row. */
  #lists(): Block {
    const random = this.#random;
    const count = random.integer(3, 10);
    const look = withOtherTables(random, this.#look);
    const isBand = random.chance(0.4);
    const usual = random.chance(0.85) ? 1 : 2;
    const placed: Placed[] = [];
    let height = 0;
    for (let index = 0; index < count; index++) {
      const width = weighted(random, [
        [1, 4],
        [2, 3],
        [4, 1.5],
      ]);
      let table = this.#table({ bodyRows: logInteger(random, 2, 60), width }, false, look);
      for (let tries = 0; table.tableHeight === height && tries < 5; tries++) {
        table = this.#table({ bodyRows: logInteger(random, 2, 60), width }, false, look);
      }
      height = table.tableHeight;
      placed.push({ block: table, gap: usual });
    }
    const block = beside(placed);
    if (!isBand) return block;
    return {
      ...block,
      draw(draft, top, left) {
        draft.canvas.paint({ top, left, bottom: top, right: left + block.width - 1 }, look.header);
        block.draw(draft, top, left);
      },
    };
  }

  /** Rows of tables beside one another. */
  #mosaic(): Block {
    const random = this.#random;
    const rows = random.integer(2, 3);
    const placed: Placed[] = [];
    for (let row = 0; row < rows; row++) {
      const block = random.chance(0.75) ? this.#beside(2, 15) : this.#stacked(1, 15);
      placed.push({ block, gap: row === 0 ? 0 : random.integer(1, 3) });
    }
    return stack(placed);
  }

  /** Records, and pivot tables of them beside or below, with their filters. */
  #sourceAndPivot(): Block {
    const random = this.#random;
    const source = this.#table({
      bodyRows: logInteger(random, 3, Math.min(150, this.#limits.maxRows)),
      width: random.integer(3, 10),
    });
    const pivots: Placed[] = [];
    for (let index = 0, count = random.integer(1, 3); index < count; index++) {
      const plan = planPivot(random, this.#domain, logInteger(random, 2, 20), random.integer(2, 7));
      const pivot = tableBlock(random, plan, this.#look);
      const gap = random.integer(1, 4);
      pivots.push({
        block: random.chance(0.3) ? this.#filtered(pivot) : pivot,
        gap,
        shift: random.integer(0, 4),
      });
    }
    return random.chance(0.7)
      ? beside([
          { block: source },
          { block: stack(pivots), gap: random.integer(1, 4), shift: random.integer(0, 6) },
        ])
      : stack([
          { block: source },
          { block: beside(pivots), gap: random.integer(1, 6), shift: random.integer(0, 5) },
        ]);
  }

  /** A pivot table under its page filters, which stand apart above it. */
  #filtered(pivot: Block): Block {
    const filters = drawPageFilters(this.#random, this.#domain);
    const look = this.#look;
    const block: Block = {
      height: filters.length,
      width: 2,
      draw({ canvas }, top, left) {
        for (const [at, [label, choice]] of filters.entries()) {
          canvas.put(top + at, left, label, look.label);
          canvas.put(top + at, left + 1, choice, look.field);
        }
      },
    };
    return stack([{ block }, { block: pivot, gap: 1 }]);
  }

  /** Headings of the table repeated over a row of conditions: the input of a filter. */
  #criteria({ plan, tableWidth }: TableBlock): Block {
    const random = this.#random;
    const header = this.#look.header;
    const texts =
      plan.headers.at(-1)?.map((cell) => (typeof cell.text === "string" ? cell.text : null)) ?? [];
    const at = random.integer(0, Math.max(0, texts.length - 1));
    return {
      height: 3, // an empty row keeps it apart
      width: tableWidth,
      draw({ canvas }, top, left) {
        for (const [column, text] of texts.entries())
          if (text !== null) canvas.put(top, left + column, text, header);
        canvas.put(top + 1, left + at, random.pick([">100", "USA", "=A*", "Qtr 4"]));
      },
    };
  }

  /** Tiles and boxes over a table or two. */
  #dashboard(): Block {
    const random = this.#random;
    const rows: Placed[] = [{ block: titleBlock(random, this.#domain, this.#look, 6) }];
    for (let row = 0, count = random.integer(1, 2); row < count; row++) {
      rows.push({ block: tilesBlock(random, this.#look), gap: random.integer(1, 2) });
    }
    // Charts take room and leave nothing in the cells.
    rows.push({
      block: this.#table(this.#size(2, 30)),
      gap: random.chance(0.5) ? random.integer(1, 3) : random.integer(10, 22),
    });
    return stack(rows);
  }

  /** Forms, prose, lists of contents, tiles: everything but tables. */
  #withoutTable(): Block {
    const random = this.#random;
    const placed: Placed[] = [];
    if (random.chance(0.5)) placed.push({ block: titleBlock(random, this.#domain, this.#look, 3) });
    for (let block = 0, count = random.integer(1, 4); block < count; block++) {
      placed.push({
        block: this.#nonTable(),
        gap: random.integer(1, 3),
        shift: random.chance(0.15) ? random.integer(1, 6) : 0,
      });
    }
    return stack(placed);
  }

  #nonTable(): Block {
    const random = this.#random;
    const look = this.#look;
    switch (random.integer(0, 9)) {
      case 0:
      case 1:
        return formBlock(random, look, random.integer(3, 12));
      case 2:
        return parametersBlock(random, this.#domain, look, random.integer(3, 12));
      case 3:
      case 4:
        return proseBlock(random, look, logInteger(random, 2, 40));
      case 5:
        return contentsBlock(random, look, logInteger(random, 3, 25));
      case 6:
        return instructionsBlock(random, look, random.integer(3, 12));
      case 7:
        return sheetFormBlock(random, look, random.integer(3, 20));
      case 8:
        return tilesBlock(random, look);
      default:
        return beside([{ block: boxBlock(random, look) }, { block: legendBlock(random, look), gap: 2 }]);
    }
  }

  /** Something small that stands beside tables. */
  #aside(): Block {
    const random = this.#random;
    const look = this.#look;
    const kind = weighted(random, [
      ["form", 5],
      ["parameters", 3],
      ["legend", 1],
      ["box", 1.5],
      ["instructions", 1],
      ["prose", 1],
      ["cell", 2],
      ["tiles", 0.7],
      ["sheet form", 0.8],
      ["frame", 0.5],
    ]);
    switch (kind) {
      case "form":
        return formBlock(random, look, random.integer(2, 7));
      case "parameters":
        return parametersBlock(random, this.#domain, look, random.integer(1, 6));
      case "legend":
        return legendBlock(random, look);
      case "box":
        return boxBlock(random, look);
      case "instructions":
        return instructionsBlock(random, look, random.integer(2, 6));
      case "prose":
        return proseBlock(random, look, random.integer(1, 5));
      case "tiles":
        return tilesBlock(random, look);
      case "sheet form":
        return sheetFormBlock(random, look, random.integer(2, 6));
      case "frame":
        return emptyFrameBlock(random);
      default:
        return loneCellBlock(random, look);
    }
  }

  #table(size: TableSize, mayLackHeader = false, look = this.#look): TableBlock {
    const random = this.#random;
    const plan = planTable(random, this.#domain, size, mayLackHeader);
    const block = tableBlock(random, plan, look);
    if (random.chance(this.#likesExcelTables ? 0.8 : 0.04)) {
      this.#tableCount++;
      block.excelTableName = `${this.#tablePrefix}${this.#tableCount}`;
    }
    return block;
  }

  #count(): number {
    return weighted(this.#random, [
      [2, 6],
      [3, 3],
      [4, 1.5],
      [5, 0.7],
      [7, 0.3],
    ]);
  }

  /** Sizes on a logarithmic scale; of several tables on a sheet each is smaller. */
  #size(tables: number, mostRows = Number.POSITIVE_INFINITY): TableSize {
    const random = this.#random;
    const { maxRows, maxColumns } = this.#limits;
    const rows = Math.min(mostRows, maxRows);
    const isMany = tables > 1;
    const [low, high] = weighted<readonly [number, number]>(random, [
      [[1, 5], isMany ? 3.5 : 2.2],
      [[3, 25], 5],
      [[15, 90], isMany ? 1.3 : 2.5],
      [[60, 450], isMany ? 0.1 : 2],
    ]);
    const bodyRows = logInteger(random, Math.min(low, rows), Math.min(high, rows));
    const [narrow, wide] = weighted<readonly [number, number]>(random, [
      [[1, 4], 2.3],
      [[3, 14], 6],
      [[10, 32], 2.2],
      [[25, 70], bodyRows > 120 ? 0 : 0.4],
    ]);
    const width = logInteger(random, Math.min(narrow, maxColumns), Math.min(wide, maxColumns));
    return { bodyRows, width };
  }

  #narrow(tables: number, mostRows: number, isNarrow: boolean): TableSize {
    const { bodyRows, width } = this.#size(tables, mostRows);
    const share = Math.max(2, Math.floor(this.#limits.maxColumns / tables) - 2);
    return { bodyRows, width: isNarrow ? this.#random.integer(1, 3) : Math.min(width, 12, share) };
  }
}

/** Tables may only touch where a header tells them apart. */
function hasStyledHeader(look: Look, plan: TablePlan): boolean {
  return look.header !== undefined && plan.headers.length > 0 && plan.isRaw !== true;
}
