/** Combines the styles of cells and keeps every combination once. */

import type { CellStyle } from "../../excel/write/workbook-layout.ts";

/**
 * Lays styles over one another. The same two objects give the same object again, so that a sheet of
 * thousands of cells has a few dozen style objects.
 */
export class StylePool {
  #combined = new Map<CellStyle, Map<CellStyle, CellStyle>>();

  /**
   * Lays `over` on `base`. Fonts and borders are combined property by property, other groups are replaced
   * as a whole.
   */
  combine(base: CellStyle | undefined, over: CellStyle | undefined): CellStyle | undefined {
    if (base === undefined || over === undefined || base === over) return over ?? base;
    let results = this.#combined.get(base);
    if (results === undefined) {
      results = new Map();
      this.#combined.set(base, results);
    }
    let result = results.get(over);
    if (result === undefined) {
      result = { ...base, ...over };
      if (base.font && over.font) result = { ...result, font: { ...base.font, ...over.font } };
      if (base.border && over.border) result = { ...result, border: { ...base.border, ...over.border } };
      results.set(over, result);
    }
    return result;
  }
}
