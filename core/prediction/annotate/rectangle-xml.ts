/** Rectangles around ranges of cells as DrawingML (ECMA-376 part 1, 20.5). */

import { DRAWN_COLOR, DRAWN_HINT, drawnTableName } from "../../base/drawn-table.ts";
import type { PredictedTable } from "../../base/predicted-table.ts";
import { MAX_COLUMN, MAX_ROW, type Range } from "../../base/range.ts";

/** The namespaces of one of the two vocabularies of workbooks, transitional and strict. */
export interface Vocabulary {
  readonly drawing: string;
  readonly main: string;
  readonly relationships: string;
}

const TRANSITIONAL: Vocabulary = {
  drawing: "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
  main: "http://schemas.openxmlformats.org/drawingml/2006/main",
  relationships: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
};

const STRICT: Vocabulary = {
  drawing: "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing",
  main: "http://purl.oclc.org/ooxml/drawingml/main",
  relationships: "http://purl.oclc.org/ooxml/officeDocument/relationships",
};

/** The vocabulary that a part's root namespace belongs to. */
export function vocabularyOf(namespace: string | null): Vocabulary {
  return namespace?.startsWith("http://purl.oclc.org/ooxml/") ? STRICT : TRANSITIONAL;
}

/** The width of a line: 2 pt, in EMU, the unit of drawings. */
const LINE_WIDTH = 25_400;
/** The usual size of a column and a row, EMU. The last ones of a sheet have no next one to end at. */
const COLUMN_WIDTH = 609_600;
const ROW_HEIGHT = 190_500;

/**
 * One rectangle per table, without a fill. Its name and alternative text have the score, and the alternative
 * text says how to correct it. It is anchored to the cells, so it moves and grows with them. Every anchor
 * declares its namespaces itself, whatever prefixes the drawing has.
 *
 * @param firstId The id of the first shape. The others count up from it.
 */
export function rectanglesXml(
  tables: readonly PredictedTable[],
  firstId: number,
  { drawing, main }: Vocabulary,
): string {
  return tables
    .map(({ range, score }, index) => {
      const name = drawnTableName(range, score);
      return [
        `<xdr:twoCellAnchor xmlns:xdr="${drawing}" xmlns:a="${main}" editAs="twoCell">`,
        corner("from", { column: range.left - 1, row: range.top - 1 }),
        corner("to", lowerRight(range)),
        `<xdr:sp macro="" textlink=""><xdr:nvSpPr>`,
        `<xdr:cNvPr id="${firstId + index}" name="${name}" descr="${name}. ${DRAWN_HINT}"/><xdr:cNvSpPr/></xdr:nvSpPr>`,
        '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></a:xfrm>',
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>',
        `<a:ln w="${LINE_WIDTH}"><a:solidFill><a:srgbClr val="${DRAWN_COLOR}"/></a:solidFill></a:ln>`,
        "</xdr:spPr></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>",
      ].join("");
    })
    .join("");
}

/** A new drawing with these anchors. */
export function drawingXml(anchors: string, { drawing, main }: Vocabulary): string {
  const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  return `${declaration}<xdr:wsDr xmlns:xdr="${drawing}" xmlns:a="${main}">${anchors}</xdr:wsDr>`;
}

/** A point of a sheet: a cell, counted from 0, and the distance from its left and top edges in EMU. */
interface Point {
  readonly column: number;
  readonly row: number;
  readonly columnOffset?: number;
  readonly rowOffset?: number;
}

/** A range ends at the upper left corner of the next cell. */
function lowerRight({ right, bottom }: Range): Point {
  const atEnd = { column: right === MAX_COLUMN, row: bottom === MAX_ROW };
  return {
    column: atEnd.column ? right - 1 : right,
    columnOffset: atEnd.column ? COLUMN_WIDTH : 0,
    row: atEnd.row ? bottom - 1 : bottom,
    rowOffset: atEnd.row ? ROW_HEIGHT : 0,
  };
}

function corner(name: "from" | "to", { column, row, columnOffset = 0, rowOffset = 0 }: Point): string {
  return [
    `<xdr:${name}><xdr:col>${column}</xdr:col><xdr:colOff>${columnOffset}</xdr:colOff>`,
    `<xdr:row>${row}</xdr:row><xdr:rowOff>${rowOffset}</xdr:rowOff></xdr:${name}>`,
  ].join("");
}
