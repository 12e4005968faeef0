/** Reads a worksheet part, window by window: cells, rows, columns and merged ranges. */

import { MAX_COLUMN, MAX_ROW } from "../base/range.ts";
import { CellScanner, type KeptArea } from "./cell-scanner.ts";
import { CellTable, FormulaTable, IntegerList } from "./cell-table.ts";
import { parseMergedRange } from "./merged-range.ts";
import type { TakeNote } from "./reading-note.ts";
import { GeometryReader, WIDTH_FIELDS } from "./sheet-geometry.ts";
import { TextTable } from "./text-table.ts";
import { Vocabulary } from "./vocabulary.ts";
import {
  AttributeCursor,
  equals,
  GT,
  INCOMPLETE,
  isSpace,
  LT,
  nameEnd,
  SLASH,
  skipBlanks,
  skipElement,
  skipMarkup,
  skipText,
  tagEnd,
  XmlFault,
} from "./xml-bytes.ts";

/**
 * The section that the scanner is in. Children of the root without a section here are skipped
 * with their contents.
 */
type Section =
  | "prolog"
  | "worksheet"
  | "sheetData"
  | "row"
  | "cols"
  | "mergeCells"
  | "views"
  | "other"
  | "epilog";

/** Integers per row in `SheetScanner.rows`: its number, its style or −1, 1 if it is hidden. */
export const ROW_FIELDS = 3;
/** Integers per range of columns: first, last, style or −1, 1 if they are hidden. */
export const COLUMN_FIELDS = 4;
/** Integers per merged range: top, left, bottom, right. */
export const MERGE_FIELDS = 4;

/** Call `scan` with each window of the part, in order. */
export class SheetScanner {
  readonly cells: CellTable;
  readonly formulas = new FormulaTable();
  /** The sheet's own texts: inline strings, formulas and their results, errors. */
  readonly texts = new TextTable();
  /** Rows that have a style or are hidden, `ROW_FIELDS` integers each. */
  readonly rows = new IntegerList();
  /** Ranges of columns that have a style or are hidden, `COLUMN_FIELDS` integers each. */
  readonly columns = new IntegerList();
  /** Merged ranges of more than one cell, `MERGE_FIELDS` integers each. */
  readonly merges = new IntegerList();
  readonly geometry = new GeometryReader();
  readonly cell: CellScanner;

  #section: Section = "prolog";
  readonly #vocabulary = new Vocabulary();
  /** The prefix of the root, with its colon. */
  #prefix: Uint8Array = new Uint8Array(0);
  #prefixLength = 0;
  /** The open elements, as hashes of their full names. */
  readonly #open = new IntegerList();
  readonly #attributes = new AttributeCursor();
  readonly #note: TakeNote;

  /**
   * @param strings The workbook's shared strings.
   * @param capacity The number of cells to allocate memory for at first.
   * @param note Takes what is passed over.
   */
  constructor(strings: TextTable, kept: KeptArea, capacity: number, note: TakeNote) {
    this.#note = note;
    this.cells = new CellTable(capacity);
    const vocabulary = this.#vocabulary;
    this.cell = new CellScanner(this.cells, this.formulas, this.texts, strings, vocabulary, kept, note);
  }

  /** The address of the last cell for messages, or null outside of the cells. */
  get address(): string | null {
    return this.#section === "row" ? this.cell.address : null;
  }

  /**
   * Reads everything in bytes[0, end) that is complete.
   *
   * @param last True for the last window.
   * @returns How many bytes were read; the next window has to begin with the rest.
   * @throws {XmlFault} If the part is not what it should be.
   */
  scan(bytes: Uint8Array, end: number, last: boolean): number {
    let at = 0;
    for (;;) {
      if (this.#section === "other") at = skipText(bytes, at, end);
      else if (bytes[at] !== LT) at = skipBlanks(bytes, at, end, "text between the cells");
      const isTag = at < end && bytes[at] === LT;
      if (!isTag && !last) return at;
      const next = !isTag || at + 1 >= end ? INCOMPLETE : this.#construct(bytes, at, end);
      if (next === INCOMPLETE) {
        if (last && (at < end || this.#section !== "epilog")) throw new XmlFault("the part ends too early");
        return at;
      }
      at = next;
    }
  }

  #construct(bytes: Uint8Array, from: number, end: number): number {
    const next = bytes[from + 1]!;
    if (this.#section === "row" && this.#isCell(bytes, from)) {
      return this.cell.scan(bytes, from + 2 + this.#prefixLength, end, this.#prefixLength);
    }
    if (next === 0x21 || next === 0x3f) return skipMarkup(bytes, from, end);
    const isEnd = next === SLASH;
    const name = from + (isEnd ? 2 : 1);
    const nameTo = nameEnd(bytes, name, end);
    if (nameTo === INCOMPLETE) return INCOMPLETE;
    const close = tagEnd(bytes, nameTo, end);
    if (close === INCOMPLETE) return INCOMPLETE;
    if (isEnd) this.#endTag(bytes, name, nameTo);
    else if (this.#section === "prolog" || this.#section === "epilog") this.#root(bytes, name, nameTo, close);
    else {
      const local = this.#vocabulary.localName(bytes, name, nameTo, close);
      if (this.#section === "row" && local >= 0 && equals(bytes, local, nameTo, "c")) {
        return this.cell.scan(bytes, nameTo, end, local - name);
      }
      const isForeign = local < 0 && this.#section !== "worksheet" && this.#section !== "other";
      if (isForeign) return bytes[close - 1] === SLASH ? close + 1 : skipElement(bytes, close + 1, end);
      this.#startTag(bytes, name, local < 0 ? nameTo : local, nameTo, close);
    }
    return close + 1;
  }

  /** True if `<c`, with the prefix of the root, stands at `from`. */
  #isCell(bytes: Uint8Array, from: number): boolean {
    const prefix = this.#prefix;
    const name = from + 1 + this.#prefixLength;
    const behind = bytes[name + 1]!;
    if (bytes[name] !== 0x63 || !(behind === 32 || behind === GT || behind === SLASH || isSpace(behind)))
      return false;
    if (this.#prefixLength === 0) return true;
    for (let i = 0; i < prefix.length; i++) if (bytes[from + 1 + i] !== prefix[i]) return false;
    return true;
  }

  #root(bytes: Uint8Array, name: number, nameTo: number, close: number): void {
    if (this.#section === "epilog") throw new XmlFault("elements behind the root element");
    const local = this.#vocabulary.root(bytes, name, nameTo, close);
    this.#prefix = bytes.slice(name, local);
    this.#prefixLength = local - name;
    if (!equals(bytes, local, nameTo, "worksheet")) throw new XmlFault("a root element other than worksheet");
    const isEmpty = bytes[close - 1] === SLASH;
    this.#section = isEmpty ? "epilog" : "worksheet";
    if (!isEmpty) this.#open.push(nameHash(bytes, name, nameTo));
  }

  /** @param local The index of the local name; `nameTo` if the element is of another vocabulary. */
  #startTag(bytes: Uint8Array, name: number, local: number, nameTo: number, close: number): void {
    const isEmpty = bytes[close - 1] === SLASH;
    const depth = this.#open.length;
    if (this.#section === "worksheet") {
      this.#child(bytes, local, nameTo, close);
    } else if (this.#section === "views") {
      if (equals(bytes, local, nameTo, "pane")) this.#pane(bytes, nameTo, close);
    } else if (this.#section === "sheetData") {
      if (depth === 2 && equals(bytes, local, nameTo, "row")) {
        this.#row(bytes, nameTo, close);
        if (!isEmpty) this.#section = "row";
      }
    } else if (this.#section === "cols" && depth === 2) {
      if (equals(bytes, local, nameTo, "col")) this.#column(bytes, nameTo, close);
    } else if (this.#section === "mergeCells" && depth === 2) {
      if (equals(bytes, local, nameTo, "mergeCell")) this.#merge(bytes, nameTo, close);
    }
    if (!isEmpty) {
      if (depth > 256) throw new XmlFault("elements more than 256 deep");
      this.#open.push(nameHash(bytes, name, nameTo));
    }
  }

  /** The start of a child of the root. */
  #child(bytes: Uint8Array, local: number, nameTo: number, close: number): void {
    if (equals(bytes, local, nameTo, "sheetFormatPr")) this.#defaultSizes(bytes, nameTo, close);
    if (bytes[close - 1] !== SLASH) this.#section = sectionOf(bytes, local, nameTo);
  }

  #endTag(bytes: Uint8Array, name: number, nameTo: number): void {
    const depth = this.#open.length;
    if (depth === 0 || this.#open.at(depth - 1) !== nameHash(bytes, name, nameTo)) {
      throw new XmlFault("an end tag that belongs to no start tag");
    }
    this.#open.length = depth - 1;
    if (depth === 1) this.#section = "epilog";
    else if (depth === 2) this.#section = "worksheet";
    else if (depth === 3 && this.#section === "row") this.#section = "sheetData";
  }

  #row(bytes: Uint8Array, nameTo: number, close: number): void {
    const attributes = this.#attributes;
    attributes.start(bytes, nameTo, close);
    let row = this.cell.row + 1;
    let style = -1;
    let isCustom = false;
    let isHidden = false;
    let height = Number.NaN;
    while (attributes.next()) {
      if (attributes.is("r")) {
        const number = attributes.natural();
        if (number >= 1 && number <= MAX_ROW) row = number;
        else if (/^0*[1-9][0-9]*$/.test(attributes.text())) {
          const shown = attributes.text().slice(0, 40);
          throw new XmlFault(`the row number "${shown}", which lies outside 1…${MAX_ROW}`);
        } else this.#note("row-number", attributes.text());
      } else if (attributes.is("s")) style = attributes.natural();
      else if (attributes.is("customFormat")) isCustom = attributes.boolean();
      else if (attributes.is("hidden")) isHidden = attributes.boolean();
      else if (attributes.is("ht")) height = Number(attributes.text());
    }
    if (row > MAX_ROW) throw new XmlFault(`more than ${MAX_ROW} rows`);
    this.cell.row = row;
    this.cell.column = 0;
    this.geometry.addRow(row, height);
    // Style 0 counts too: it keeps the row free of the styles of its columns.
    if (isHidden || (isCustom && style >= 0)) {
      this.rows.push(row);
      this.rows.push(isCustom ? style : -1);
      this.rows.push(isHidden ? 1 : 0);
    }
  }

  #column(bytes: Uint8Array, nameTo: number, close: number): void {
    const attributes = this.#attributes;
    attributes.start(bytes, nameTo, close);
    let first = 0;
    let last = 0;
    let style = -1;
    let isHidden = false;
    let width = Number.NaN;
    while (attributes.next()) {
      if (attributes.is("min")) first = attributes.natural();
      else if (attributes.is("max")) last = attributes.natural();
      else if (attributes.is("style")) style = attributes.natural();
      else if (attributes.is("hidden")) isHidden = attributes.boolean();
      else if (attributes.is("width")) width = Number(attributes.text());
    }
    if (first < 1 || last < first) {
      this.#note("column-range", `${first}:${last}`);
      return;
    }
    if (this.columns.length >= MAX_COLUMN * COLUMN_FIELDS)
      throw new XmlFault("more ranges of columns than columns");
    if (this.geometry.columns.length < MAX_COLUMN * WIDTH_FIELDS) {
      this.geometry.addColumns(first, Math.min(last, MAX_COLUMN), width);
    }
    if (style <= 0 && !isHidden) return;
    this.columns.push(first);
    this.columns.push(Math.min(last, MAX_COLUMN));
    this.columns.push(style);
    this.columns.push(isHidden ? 1 : 0);
  }

  #defaultSizes(bytes: Uint8Array, nameTo: number, close: number): void {
    const attributes = this.#attributes;
    attributes.start(bytes, nameTo, close);
    while (attributes.next()) {
      if (attributes.is("zeroHeight")) this.geometry.hidesRows = attributes.boolean();
      const isWidth = attributes.is("defaultColWidth");
      if (!isWidth && !attributes.is("defaultRowHeight")) continue;
      const size = Number(attributes.text());
      if (!(size >= 0)) continue;
      if (isWidth) this.geometry.defaultWidth = size;
      else this.geometry.defaultHeight = size;
    }
  }

  /** Frozen panes count whole rows and columns; other panes are split at a distance in 1/20 point. */
  #pane(bytes: Uint8Array, nameTo: number, close: number): void {
    const attributes = this.#attributes;
    attributes.start(bytes, nameTo, close);
    let [rows, columns, isFrozen] = [0, 0, false];
    while (attributes.next()) {
      if (attributes.is("ySplit")) rows = Number(attributes.text());
      else if (attributes.is("xSplit")) columns = Number(attributes.text());
      else if (attributes.is("state")) isFrozen = /^frozen/.test(attributes.text());
    }
    const isWhole = (count: number, most: number) => Number.isInteger(count) && count >= 0 && count < most;
    if (!isFrozen) return;
    if (isWhole(rows, MAX_ROW)) this.geometry.frozenRows = rows;
    if (isWhole(columns, MAX_COLUMN)) this.geometry.frozenColumns = columns;
  }

  #merge(bytes: Uint8Array, nameTo: number, close: number): void {
    const attributes = this.#attributes;
    attributes.start(bytes, nameTo, close);
    while (attributes.next()) {
      if (!attributes.is("ref")) continue;
      const range = parseMergedRange(attributes.text());
      if (range === null) {
        this.#note("merged-range", attributes.text());
        return;
      }
      if (range.isCut) this.#note("merged-range-beyond-sheet", attributes.text());
      if (range.top === range.bottom && range.left === range.right) return;
      this.merges.push(range.top);
      this.merges.push(range.left);
      this.merges.push(range.bottom);
      this.merges.push(range.right);
      return;
    }
  }
}

function sectionOf(bytes: Uint8Array, local: number, nameTo: number): Section {
  if (equals(bytes, local, nameTo, "sheetData")) return "sheetData";
  if (equals(bytes, local, nameTo, "cols")) return "cols";
  if (equals(bytes, local, nameTo, "mergeCells")) return "mergeCells";
  if (equals(bytes, local, nameTo, "sheetViews")) return "views";
  return "other";
}

/** The FNV-1a hash of a name, to see that an end tag belongs to another element. */
function nameHash(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash;
}
