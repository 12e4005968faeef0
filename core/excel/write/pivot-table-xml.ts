/**
 * The parts of a pivot table (ECMA-376 part 1, 18.10): the table, its cache, and the records of the cache.
 */

import { formatRange } from "../../base/range.ts";
import type { PivotTableLayout } from "./workbook-layout.ts";
import { escapeAttribute, XML_DECLARATION } from "./xml-text.ts";

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/** Excel 2016 and later; 3 is Excel 2007. */
const VERSIONS = 'createdVersion="6" refreshedVersion="6" minRefreshableVersion="3"';
/** The day on which the cache was filled; any day is valid. */
const REFRESHED = 45_292;

/** `xl/pivotTables/pivotTableN.xml`. @param cacheId The id of its cache in the workbook. */
export function pivotTableXml(pivot: PivotTableLayout, cacheId: number): string {
  const { name, range, rowCaption, totalCaption, items, values } = pivot;
  const several = values.length > 1;
  const hasTotal = totalCaption !== null;
  const index = (at: number) => (at === 0 ? "<x/>" : `<x v="${at}"/>`);
  return [
    XML_DECLARATION,
    `<pivotTableDefinition xmlns="${MAIN}" name="${escapeAttribute(name)}" cacheId="${cacheId}"`,
    ' applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" applyPatternFormats="0"',
    ' applyAlignmentFormats="0" applyWidthHeightFormats="1" dataCaption="Values" updatedVersion="6"',
    ' minRefreshableVersion="3" useAutoFormatting="1"',
    hasTotal ? "" : ' colGrandTotals="0"',
    ' itemPrintTitles="1" createdVersion="6" indent="0" outline="1" outlineData="1" multipleFieldFilters="0"',
    hasTotal ? ` grandTotalCaption="${escapeAttribute(totalCaption)}"` : "",
    ` rowHeaderCaption="${escapeAttribute(rowCaption)}">`,
    `<location ref="${formatRange(range)}" firstHeaderRow="${several ? 0 : 1}" firstDataRow="1" firstDataCol="1"/>`,
    `<pivotFields count="${values.length + 1}">`,
    `<pivotField axis="axisRow" showAll="0"><items count="${items.length + 1}">`,
    ...items.map((_, at) => `<item x="${at}"/>`),
    '<item t="default"/></items></pivotField>',
    '<pivotField dataField="1" showAll="0"/>'.repeat(values.length),
    "</pivotFields>",
    '<rowFields count="1"><field x="0"/></rowFields>',
    `<rowItems count="${items.length + (hasTotal ? 1 : 0)}">`,
    ...items.map((_, at) => `<i>${index(at)}</i>`),
    hasTotal ? '<i t="grand"><x/></i>' : "",
    "</rowItems>",
    several ? '<colFields count="1"><field x="-2"/></colFields>' : "",
    `<colItems count="${values.length}">`,
    ...values.map((_, at) => (several ? `<i${at === 0 ? "" : ` i="${at}"`}>${index(at)}</i>` : "<i/>")),
    "</colItems>",
    `<dataFields count="${values.length}">`,
    ...values.map(
      ({ caption }, at) =>
        `<dataField name="${escapeAttribute(caption)}" fld="${at + 1}" baseField="0" baseItem="0"/>`,
    ),
    "</dataFields>",
    '<pivotTableStyleInfo name="PivotStyleLight16" showRowHeaders="1" showColHeaders="1" showRowStripes="0"',
    ' showColStripes="0" showLastColumn="1"/>',
    "</pivotTableDefinition>",
  ].join("");
}

/** `xl/pivotCache/pivotCacheDefinitionN.xml`: the fields and their source. */
export function pivotCacheXml(pivot: PivotTableLayout, sheetName: string, recordsId: string): string {
  const { rowField, items, values } = pivot;
  // The source is a list with one record per item. It does not exist, which Excel only says on a refresh.
  const source = { top: 1, left: 1, bottom: items.length + 1, right: values.length + 1 };
  return [
    XML_DECLARATION,
    `<pivotCacheDefinition xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}" r:id="${recordsId}" refreshedBy="Author"`,
    ` refreshedDate="${REFRESHED}" ${VERSIONS} recordCount="${items.length}">`,
    '<cacheSource type="worksheet">',
    `<worksheetSource ref="${formatRange(source)}" sheet="${escapeAttribute(sheetName)}"/></cacheSource>`,
    `<cacheFields count="${values.length + 1}">`,
    `<cacheField name="${escapeAttribute(rowField)}" numFmtId="0"><sharedItems count="${items.length}">`,
    ...items.map((item) => `<s v="${escapeAttribute(item)}"/>`),
    "</sharedItems></cacheField>",
    ...values.map(
      ({ field, amounts }) =>
        `<cacheField name="${escapeAttribute(field)}" numFmtId="0">${numbersXml(amounts)}</cacheField>`,
    ),
    "</cacheFields></pivotCacheDefinition>",
  ].join("");
}

/** `xl/pivotCache/pivotCacheRecordsN.xml`: one record per item. */
export function pivotRecordsXml({ items, values }: PivotTableLayout): string {
  const records = items.map((_, row) => {
    const amounts = values.map(({ amounts }) => {
      const amount = amounts[row] ?? null;
      return amount === null ? "<m/>" : `<n v="${amount}"/>`;
    });
    return `<r><x v="${row}"/>${amounts.join("")}</r>`;
  });
  return [
    XML_DECLARATION,
    `<pivotCacheRecords xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}" count="${items.length}">`,
    ...records,
    "</pivotCacheRecords>",
  ].join("");
}

/** The kinds of values of a field of numbers, which Excel compares with the records. */
function numbersXml(amounts: readonly (number | null)[]): string {
  const numbers = amounts.filter((amount) => amount !== null);
  if (numbers.length === 0) return '<sharedItems containsNonDate="0" containsString="0" containsBlank="1"/>';
  const hasBlanks = numbers.length < amounts.length;
  const isInteger = numbers.every(Number.isInteger);
  return [
    "<sharedItems",
    hasBlanks ? ' containsString="0" containsBlank="1"' : ' containsSemiMixedTypes="0" containsString="0"',
    ' containsNumber="1"',
    isInteger ? ' containsInteger="1"' : "",
    ` minValue="${Math.min(...numbers)}" maxValue="${Math.max(...numbers)}"/>`,
  ].join("");
}
