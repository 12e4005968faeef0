/** Writes a worksheet. */

import { columnName, formatRange } from "../../base/range.ts";
import type { SharedStrings } from "./shared-strings.ts";
import type { StyleTable } from "./style-table.ts";
import type { CellLayout, CellStyle, CellValue, SheetLayout } from "./workbook-layout.ts";
import { escapeXml, textElement, XML_DECLARATION } from "./xml-text.ts";

/** The number format of dates that have none of their own. */
const DATE_FORMAT = "yyyy-mm-dd";
const MS_PER_DAY = 86_400_000;
/** Serial 0 of the 1900 system. It makes 1 March 1900 the day 61, because Excel counts a 29 February 1900. */
const SERIAL_EPOCH = Date.UTC(1899, 11, 30);

/** The ids of the relationships to the parts that the XML of a sheet refers to. */
export interface SheetRelationships {
  readonly comments: string | null;
  readonly excelTables: readonly string[];
}

/** `xl/worksheets/sheetN.xml`: cells, merges, columns and settings of a sheet (ECMA-376 part 1, 18.3.1). */
export function sheetXml(
  sheet: SheetLayout,
  styles: StyleTable,
  /** Null: texts are written into the cells themselves. */
  strings: SharedStrings | null,
  relationships: SheetRelationships,
  isFirst: boolean,
): string {
  const parts = [
    XML_DECLARATION,
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">',
    viewXml(sheet, isFirst),
    '<sheetFormatPr defaultRowHeight="15"/>',
    columnsXml(sheet),
    "<sheetData>",
  ];
  pushRows(parts, sheet, new CellWriter(styles, strings));
  parts.push("</sheetData>");
  if (sheet.isProtected) parts.push('<sheetProtection sheet="1" objects="1" scenarios="1"/>');
  const merges = sheet.merges ?? [];
  if (merges.length > 0) {
    parts.push(`<mergeCells count="${merges.length}">`);
    for (const merge of merges) parts.push(`<mergeCell ref="${formatRange(merge)}"/>`);
    parts.push("</mergeCells>");
  }
  parts.push('<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>');
  if (relationships.comments) parts.push(`<legacyDrawing r:id="${relationships.comments}"/>`);
  if (relationships.excelTables.length > 0) {
    parts.push(`<tableParts count="${relationships.excelTables.length}">`);
    for (const id of relationships.excelTables) parts.push(`<tablePart r:id="${id}"/>`);
    parts.push("</tableParts>");
  }
  parts.push("</worksheet>");
  return parts.join("");
}

/** The serial number of a date in the 1900 system, by its UTC fields: 2024-01-01 is 45292. */
export function excelSerial(date: Date): number {
  return (date.getTime() - SERIAL_EPOCH) / MS_PER_DAY;
}

function viewXml({ frozenAt, gridLines }: SheetLayout, isFirst: boolean): string {
  const attributes = `${gridLines === false ? ' showGridLines="0"' : ""}${isFirst ? ' tabSelected="1"' : ""}`;
  if (!frozenAt || (frozenAt.row === 1 && frozenAt.column === 1)) {
    return `<sheetViews><sheetView${attributes} workbookViewId="0"/></sheetViews>`;
  }
  const columns = frozenAt.column - 1;
  const rows = frozenAt.row - 1;
  const pane = columns === 0 ? "bottomLeft" : rows === 0 ? "topRight" : "bottomRight";
  const split = `${columns > 0 ? ` xSplit="${columns}"` : ""}${rows > 0 ? ` ySplit="${rows}"` : ""}`;
  const corner = `${columnName(frozenAt.column)}${frozenAt.row}`;
  return (
    `<sheetViews><sheetView${attributes} workbookViewId="0">` +
    `<pane${split} topLeftCell="${corner}" activePane="${pane}" state="frozen"/>` +
    "</sheetView></sheetViews>"
  );
}

function columnsXml({ columnWidths, hiddenColumns = [] }: SheetLayout): string {
  const columns = [...new Set([...(columnWidths?.keys() ?? []), ...hiddenColumns])].sort((a, b) => a - b);
  if (columns.length === 0) return "";
  const hidden = new Set(hiddenColumns);
  const elements = columns.map((column) => {
    const width = columnWidths?.get(column);
    return (
      `<col min="${column}" max="${column}" width="${width ?? 9.140625}"` +
      `${width === undefined ? "" : ' customWidth="1"'}${hidden.has(column) ? ' hidden="1"' : ""}/>`
    );
  });
  return `<cols>${elements.join("")}</cols>`;
}

function pushRows(parts: string[], sheet: SheetLayout, writer: CellWriter): void {
  const cells = sheet.cells.toSorted((a, b) => a.row - b.row || a.column - b.column);
  const hidden = new Set(sheet.hiddenRows);
  // A row without cells is written only if it has a height or is hidden.
  const bare = [...new Set([...(sheet.rowHeights?.keys() ?? []), ...hidden])].sort((a, b) => a - b);
  let nextBare = 0;
  const open = (row: number) => {
    const height = sheet.rowHeights?.get(row);
    return (
      `<row r="${row}"${height === undefined ? "" : ` ht="${height}" customHeight="1"`}` +
      `${hidden.has(row) ? ' hidden="1"' : ""}`
    );
  };
  for (let at = 0; at < cells.length; ) {
    const row = cells[at]!.row;
    for (; nextBare < bare.length && bare[nextBare]! <= row; nextBare++) {
      if (bare[nextBare]! < row) parts.push(open(bare[nextBare]!), "/>");
    }
    parts.push(open(row), ">");
    for (; at < cells.length && cells[at]!.row === row; at++) parts.push(writer.xml(cells[at]!));
    parts.push("</row>");
  }
  for (; nextBare < bare.length; nextBare++) parts.push(open(bare[nextBare]!), "/>");
}

class CellWriter {
  #styles: StyleTable;
  #strings: SharedStrings | null;
  #columnNames: string[] = [];
  #dated = new Map<CellStyle | undefined, CellStyle>();

  constructor(styles: StyleTable, strings: SharedStrings | null) {
    this.#styles = styles;
    this.#strings = strings;
  }

  xml({ row, column, value, style }: CellLayout): string {
    this.#columnNames[column] ??= columnName(column);
    const shown = value instanceof Date && !style?.numberFormat ? this.#withDateFormat(style) : style;
    const index = shown ? this.#styles.add(shown) : 0;
    const start = `<c r="${this.#columnNames[column]}${row}"${index === 0 ? "" : ` s="${index}"`}`;
    return start + this.#content(value);
  }

  #content(value: CellValue): string {
    switch (typeof value) {
      case "number":
        return `><v>${value}</v></c>`;
      case "string":
        if (this.#strings === null) return ` t="inlineStr"><is>${textElement(value)}</is></c>`;
        return ` t="s"><v>${this.#strings.add(value)}</v></c>`;
      case "boolean":
        return ` t="b"><v>${value ? 1 : 0}</v></c>`;
    }
    if (value === null) return "/>";
    if (value instanceof Date) return `><v>${excelSerial(value)}</v></c>`;
    if ("error" in value) return ` t="e"><v>${value.error}</v></c>`;
    const { cached } = value;
    const formula = `<f>${escapeXml(value.formula)}</f>`;
    if (cached === null) return `>${formula}</c>`;
    if (typeof cached === "number") return `>${formula}<v>${cached}</v></c>`;
    if (typeof cached === "string") return ` t="str">${formula}<v>${escapeXml(cached)}</v></c>`;
    if (typeof cached === "boolean") return ` t="b">${formula}<v>${cached ? 1 : 0}</v></c>`;
    return ` t="e">${formula}<v>${cached.error}</v></c>`;
  }

  /** Returns the same object for the same style, so that the style table recognises it. */
  #withDateFormat(style: CellStyle | undefined): CellStyle {
    let dated = this.#dated.get(style);
    if (dated === undefined) {
      dated = { ...style, numberFormat: DATE_FORMAT };
      this.#dated.set(style, dated);
    }
    return dated;
  }
}
