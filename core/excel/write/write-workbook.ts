/** Writes workbook layouts as .xlsx files (ECMA-376, the transitional variant, which Excel writes too). */

import { checkLayout } from "./check-layout.ts";
import { commentBoxesVml, commentsXml } from "./comments-xml.ts";
import { excelTableXml } from "./excel-table-xml.ts";
import { PackageIndex } from "./package-index.ts";
import { pivotCacheXml, pivotRecordsXml, pivotTableXml } from "./pivot-table-xml.ts";
import { SharedStrings } from "./shared-strings.ts";
import { sheetXml } from "./sheet-xml.ts";
import { StyleTable } from "./style-table.ts";
import { themeXml } from "./theme-xml.ts";
import type { WorkbookLayout } from "./workbook-layout.ts";
import { escapeAttribute, XML_DECLARATION } from "./xml-text.ts";
import { ZipArchive } from "./zip-archive.ts";

export interface WriteOptions {
  /** Where texts are kept: in one table for the workbook, as in Excel (the default), or in each cell. */
  readonly strings?: "shared" | "inline";
  /** The compression level of zlib, 0 … 9. Above 3, generated sheets hardly get smaller. */
  readonly compression?: number;
}

/**
 * The bytes of the .xlsx file. The same layout and options give the same bytes.
 *
 * @throws {RangeError} If Excel would refuse such a workbook; see `checkLayout`.
 */
export function encodeWorkbook(workbook: WorkbookLayout, options: WriteOptions = {}): Uint8Array {
  return Buffer.concat([...workbookChunks(workbook, options)]);
}

/**
 * Like `encodeWorkbook`, but part by part in the order of the file, with the XML of only one sheet in memory.
 */
export function* workbookChunks(
  workbook: WorkbookLayout,
  { strings: stringsPlace = "shared", compression = 3 }: WriteOptions = {},
): Generator<Uint8Array> {
  checkLayout(workbook);
  const archive = new ZipArchive();
  const index = new PackageIndex();
  const styles = new StyleTable();
  const strings = stringsPlace === "shared" ? new SharedStrings() : null;
  const add = (path: string, content: string) => archive.add(path, content, compression);

  const sheetIds: string[] = [];
  const firstVisible = workbook.sheets.findIndex((sheet) => !sheet.hidden);
  let tableCount = 0;
  const cacheIds: string[] = [];
  for (const [i, sheet] of workbook.sheets.entries()) {
    const path = `xl/worksheets/sheet${i + 1}.xml`;
    sheetIds.push(index.part(path, "worksheet", "xl/workbook.xml"));
    let commentBoxes: string | null = null;
    if (sheet.comments?.length) {
      const commentsPath = `xl/comments${i + 1}.xml`;
      const boxesPath = `xl/drawings/vmlDrawing${i + 1}.vml`;
      index.part(commentsPath, "comments", path);
      commentBoxes = index.part(boxesPath, "vmlDrawing", path);
      yield add(commentsPath, commentsXml(sheet.comments));
      yield add(boxesPath, commentBoxesVml(sheet.comments));
    }
    const tableIds: string[] = [];
    for (const table of sheet.excelTables ?? []) {
      tableCount++;
      const tablePath = `xl/tables/table${tableCount}.xml`;
      tableIds.push(index.part(tablePath, "table", path));
      yield add(tablePath, excelTableXml(table, tableCount));
    }
    for (const pivot of sheet.pivotTables ?? []) {
      const number = cacheIds.length + 1;
      const pivotPath = `xl/pivotTables/pivotTable${number}.xml`;
      const cachePath = `xl/pivotCache/pivotCacheDefinition${number}.xml`;
      const recordsPath = `xl/pivotCache/pivotCacheRecords${number}.xml`;
      index.part(pivotPath, "pivotTable", path);
      index.part(cachePath, "pivotCacheDefinition", pivotPath);
      cacheIds.push(index.part(cachePath, "pivotCacheDefinition", "xl/workbook.xml"));
      const recordsId = index.part(recordsPath, "pivotCacheRecords", cachePath);
      yield add(pivotPath, pivotTableXml(pivot, number));
      yield add(cachePath, pivotCacheXml(pivot, sheet.name, recordsId));
      yield add(recordsPath, pivotRecordsXml(pivot));
    }
    const relationships = { comments: commentBoxes, excelTables: tableIds };
    yield add(path, sheetXml(sheet, styles, strings, relationships, i === firstVisible));
  }

  index.part("xl/styles.xml", "styles", "xl/workbook.xml");
  yield add("xl/styles.xml", styles.toXml());
  index.part("xl/theme/theme1.xml", "theme", "xl/workbook.xml");
  yield add("xl/theme/theme1.xml", themeXml());
  if (strings && strings.size > 0) {
    index.part("xl/sharedStrings.xml", "sharedStrings", "xl/workbook.xml");
    yield add("xl/sharedStrings.xml", strings.toXml());
  }
  index.part("xl/workbook.xml", "officeDocument", "");
  yield add("xl/workbook.xml", workbookXml(workbook, sheetIds, cacheIds, firstVisible));
  for (const [path, xml] of index.relationshipParts()) yield add(path, xml);
  yield add("[Content_Types].xml", index.contentTypesXml());
  yield archive.end();
}

function workbookXml(
  { sheets }: WorkbookLayout,
  ids: readonly string[],
  cacheIds: readonly string[],
  firstVisible: number,
): string {
  const caches = cacheIds.map((id, i) => `<pivotCache cacheId="${i + 1}" r:id="${id}"/>`);
  return [
    XML_DECLARATION,
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">',
    `<bookViews><workbookView activeTab="${firstVisible}"/></bookViews><sheets>`,
    ...sheets.map(
      ({ name, hidden }, i) =>
        `<sheet name="${escapeAttribute(name)}" sheetId="${i + 1}"${hidden ? ' state="hidden"' : ""} r:id="${ids[i]}"/>`,
    ),
    "</sheets>",
    caches.length > 0 ? `<pivotCaches>${caches.join("")}</pivotCaches>` : "",
    "</workbook>",
  ].join("");
}
