/** The cells of a sheet in typed arrays: 18 bytes per cell, without objects. */

/** What a cell holds. A cell with a formula holds the cached result. */
export const CellKind = {
  /** Only a style. */
  Blank: 0,
  /** `value` is the number. */
  Number: 1,
  /** `value` is an index into the workbook's shared strings. */
  SharedText: 2,
  /** `value` is an index into the sheet's own texts. */
  Text: 3,
  /** `value` is 0 or 1. */
  Boolean: 4,
  /** `value` is an index into the sheet's own texts: `#N/A`. */
  Error: 5,
  /** `value` is an index into the sheet's own texts: an ISO 8601 date, as strict workbooks write them. */
  IsoDate: 6,
} as const;

export type CellKind = (typeof CellKind)[keyof typeof CellKind];

/** Added to the kind of a cell with a formula. */
const FORMULA = 0x80;

/** The numeral is not the shortest form of its number, so its text has to be made from the number. */
export const UNKNOWN_NUMERAL = 0xff;

/** Append-only cells in the order of the file. This is usually row by row, but no code may rely on it. */
export class CellTable {
  /** Rows and columns count from 1. */
  rows: Uint32Array;
  columns: Uint16Array;
  /** Index of the style in the workbook's `cellXfs`. */
  styles: Uint16Array;
  #kinds: Uint8Array;
  values: Float64Array;
  /**
   * For numbers: the length of the shortest form (bits 0–4) and how many of its characters are not digits
   * (bits 5–6), or `UNKNOWN_NUMERAL`.
   */
  numerals: Uint8Array;
  length = 0;

  /** @param capacity The number of cells to allocate memory for at first. */
  constructor(capacity = 64) {
    this.rows = new Uint32Array(capacity);
    this.columns = new Uint16Array(capacity);
    this.styles = new Uint16Array(capacity);
    this.#kinds = new Uint8Array(capacity);
    this.values = new Float64Array(capacity);
    this.numerals = new Uint8Array(capacity);
  }

  /** Appends a cell and returns its index. */
  push(
    row: number,
    column: number,
    style: number,
    kind: CellKind,
    hasFormula: boolean,
    value: number,
    numeral: number,
  ): number {
    const index = this.length++;
    if (index === this.rows.length) this.#grow();
    this.rows[index] = row;
    this.columns[index] = column;
    this.styles[index] = style;
    this.#kinds[index] = hasFormula ? kind | FORMULA : kind;
    this.values[index] = value;
    this.numerals[index] = numeral;
    return index;
  }

  kind(index: number): CellKind {
    return (this.#kinds[index]! & ~FORMULA) as CellKind;
  }

  hasFormula(index: number): boolean {
    return this.#kinds[index]! >= FORMULA;
  }

  #grow(): void {
    const capacity = Math.max(64, this.rows.length * 2);
    this.rows = enlarged(this.rows, new Uint32Array(capacity));
    this.columns = enlarged(this.columns, new Uint16Array(capacity));
    this.styles = enlarged(this.styles, new Uint16Array(capacity));
    this.#kinds = enlarged(this.#kinds, new Uint8Array(capacity));
    this.values = enlarged(this.values, new Float64Array(capacity));
    this.numerals = enlarged(this.numerals, new Uint8Array(capacity));
  }
}

/** How a formula is stored. */
export const FormulaKind = {
  Normal: 0,
  /**
   * One formula of a group: the first cell of the group has the expression, which is shifted for the others.
   */
  Shared: 1,
  Array: 2,
  DataTable: 3,
} as const;

export type FormulaKind = (typeof FormulaKind)[keyof typeof FormulaKind];

/** The formulas of a sheet, in the order of their cells in the cell table. */
export class FormulaTable {
  #cells = new Int32Array(16);
  #kinds = new Uint8Array(16);
  #texts = new Int32Array(16);
  #groups = new Int32Array(16);
  /** The first formula with an expression of each group of shared formulas. */
  readonly #masters = new Map<number, number>();
  length = 0;

  /**
   * @param cell Index in the cell table, larger than that of the previous formula.
   * @param text Index of the expression in the sheet's own texts; −1 for none.
   * @param group The shared formula's `si`; −1 for none.
   */
  push(cell: number, kind: FormulaKind, text: number, group: number): void {
    const index = this.length++;
    if (index === this.#cells.length) this.#grow();
    this.#cells[index] = cell;
    this.#kinds[index] = kind;
    this.#texts[index] = text;
    this.#groups[index] = group;
    if (kind === FormulaKind.Shared && text >= 0) this.#masters.set(group, index);
  }

  /** The index of the formula of a cell in the cell table, or −1. */
  find(cell: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#cells[middle]! < cell) low = middle + 1;
      else high = middle;
    }
    return low < this.length && this.#cells[low] === cell ? low : -1;
  }

  cell(index: number): number {
    return this.#cells[index]!;
  }

  kind(index: number): FormulaKind {
    return this.#kinds[index]! as FormulaKind;
  }

  text(index: number): number {
    return this.#texts[index]!;
  }

  /** The index of the formula that has the expression for the group of formula `index`, or −1. */
  master(index: number): number {
    return this.#masters.get(this.#groups[index]!) ?? -1;
  }

  #grow(): void {
    const capacity = this.#cells.length * 2;
    this.#cells = enlarged(this.#cells, new Int32Array(capacity));
    this.#kinds = enlarged(this.#kinds, new Uint8Array(capacity));
    this.#texts = enlarged(this.#texts, new Int32Array(capacity));
    this.#groups = enlarged(this.#groups, new Int32Array(capacity));
  }
}

/** Whole numbers that are appended one by one, for things that a sheet has few of. */
export class IntegerList {
  #values = new Int32Array(16);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length)
      this.#values = enlarged(this.#values, new Int32Array(this.length * 2));
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }
}

function enlarged<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array>(
  from: T,
  to: T,
): T {
  to.set(from as never);
  return to;
}
