/** Writes Excel's own tables. */

import { formatRange } from "../../base/range.ts";
import type { ExcelTableLayout } from "./workbook-layout.ts";
import { escapeAttribute, escapeXml, XML_DECLARATION } from "./xml-text.ts";

/**
 * `xl/tables/tableN.xml` (ECMA-376 part 1, 18.5).
 *
 * @param id Unique in the workbook, from 1.
 */
export function excelTableXml(table: ExcelTableLayout, id: number): string {
  const { name, range, columns, hasHeader = true, hasTotals = false, style } = table;
  const filtered = formatRange(hasTotals ? { ...range, bottom: range.bottom - 1 } : range);
  return [
    XML_DECLARATION,
    '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
    ` id="${id}" name="${escapeXml(name)}" displayName="${escapeXml(name)}" ref="${formatRange(range)}"`,
    hasHeader ? "" : ' headerRowCount="0"',
    hasTotals ? ' totalsRowCount="1"' : ' totalsRowShown="0"',
    ">",
    hasHeader ? `<autoFilter ref="${filtered}"/>` : "",
    `<tableColumns count="${columns.length}">`,
    ...columns.map((column, index) => `<tableColumn id="${index + 1}" name="${escapeAttribute(column)}"/>`),
    "</tableColumns>",
    style
      ? `<tableStyleInfo name="${escapeXml(style)}" showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/>`
      : "",
    "</table>",
  ].join("");
}
