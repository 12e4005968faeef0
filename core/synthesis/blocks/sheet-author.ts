/** The author of a sheet: what everything on the sheet has in common, and how its tables are made. */

import type { Random } from "../../base/random.ts";
import { logInteger, weighted } from "../draw.ts";
import type { Look } from "../looks/look.ts";
import { planTable, type TableSize } from "../plans/plan-table.ts";
import type { SheetLimits } from "../sheet/sheet-limits.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { type TableBlock, tableBlock } from "./table-block.ts";

/**
 * The author of one sheet. Draw everything on a sheet with the same author: `random` is drawn from in
 * order.
 */
export class SheetAuthor {
  readonly random: Random;
  readonly domain: Domain;
  readonly look: Look;
  readonly limits: SheetLimits;
  readonly #tablePrefix: string;
  /** Whether most tables of the sheet are Excel tables. */
  readonly #likesExcelTables: boolean;
  #tableCount = 0;

  /** @param tablePrefix The beginning of the names of Excel tables. */
  constructor(random: Random, domain: Domain, look: Look, limits: SheetLimits, tablePrefix: string) {
    this.random = random;
    this.domain = domain;
    this.look = look;
    this.limits = limits;
    this.#tablePrefix = tablePrefix;
    this.#likesExcelTables = random.chance(0.34);
  }

  /** A new table. See `planTable` for `mayLackHeader`. */
  table(size: TableSize, mayLackHeader = false, look = this.look): TableBlock {
    const random = this.random;
    const plan = planTable(random, this.domain, size, mayLackHeader);
    const block = tableBlock(random, plan, look);
    if (random.chance(this.#likesExcelTables ? 0.8 : 0.04)) {
      this.#tableCount++;
      block.excelTableName = `${this.#tablePrefix}${this.#tableCount}`;
    }
    return block;
  }

  /** The number of tables of a sheet of several. */
  tableCount(): number {
    return weighted(this.random, [
      [2, 6],
      [3, 3],
      [4, 1.5],
      [5, 0.7],
      [7, 0.3],
    ]);
  }

  /**
   * The size of a table, on a logarithmic scale. `tables`: the number on the sheet; several are smaller
   * each.
   */
  size(tables: number, mostRows = Number.POSITIVE_INFINITY): TableSize {
    const random = this.random;
    const { maxRows, maxColumns } = this.limits;
    const rows = Math.min(mostRows, maxRows);
    const isMany = tables > 1;
    const [low, high] = weighted<readonly [number, number]>(random, [
      [[1, 5], isMany ? 3.5 : 2.2],
      [[3, 25], 5],
      [[15, 90], isMany ? 1.3 : 3],
      [[60, 450], isMany ? 0.1 : 2.8],
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

  /** The size of one of `tables` tables beside one another. */
  narrowSize(tables: number, mostRows: number, isNarrow: boolean): TableSize {
    const { bodyRows, width } = this.size(tables, mostRows);
    const share = Math.max(2, Math.floor(this.limits.maxColumns / tables) - 2);
    return { bodyRows, width: isNarrow ? this.random.integer(1, 3) : Math.min(width, 12, share) };
  }
}
