import type { CellStyle } from "../../excel/write/workbook-layout.ts";

/**
 * Lays styles over one another and gives the same object for the same combination, so that a sheet with thousands of
 * cells has a few dozen style objects.
 */
export class StylePool {
  #combined = new Map<CellStyle, Map<CellStyle, CellStyle>>();

  /** `over` on top of `base`: of fonts and borders each property by itself, of the rest the whole group. */
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
