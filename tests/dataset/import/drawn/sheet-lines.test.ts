/** Tests where columns and rows lie, and the cells that rectangles on them enclose. */

import { expect, test } from "bun:test";
import { formatRange } from "../../../../core/base/range.ts";
import { type DrawnShape, readDrawnShapes } from "../../../../core/dataset/import/drawn/drawn-shape.ts";
import { rectangleRange } from "../../../../core/dataset/import/drawn/rectangle-range.ts";
import {
  SheetEdges,
  type SheetLines,
  sheetLines,
} from "../../../../core/dataset/import/drawn/sheet-lines.ts";
import { readSheet } from "../../../excel/read-sheet.ts";

const PIXEL = 9_525;

test("SheetEdges agrees with sums line by line, for edges and for what is nearest", () => {
  const spans = [
    { first: 3, last: 4, size: 0 },
    { first: 9, last: 9, size: 50 },
    { first: 5, last: 6, size: 7 },
    { first: 6, last: 8, size: 1000 }, // overlaps the one before
  ];
  const edges = new SheetEdges(20, 10, spans);
  const sizes: number[] = Array.from({ length: 20 }, (_, at) => {
    const line = at + 1;
    if (line === 3 || line === 4) return 0;
    if (line === 5 || line === 6) return 7;
    return line === 9 ? 50 : 10;
  });
  const sums = [0, ...sizes.map((_, at) => sizes.slice(0, at + 1).reduce((a, b) => a + b, 0))];
  expect(sums.map((_, edge) => edges.at(edge))).toEqual(sums);
  for (let position = -5; position < sums.at(-1)! + 20; position++) {
    const distance = Math.min(...sums.map((each) => Math.abs(each - position)));
    expect(Math.abs(edges.at(edges.nearest(position)) - position)).toBe(distance);
  }
});

const lines = async (sheet: string): Promise<SheetLines> =>
  sheetLines(await readSheet(`<worksheet>${sheet}</worksheet>`));

test("sheetLines() knows usual, own and hidden sizes, as Excel rounds them to pixels", async () => {
  const plain = await lines("<sheetData/>");
  expect([plain.columns.at(3), plain.rows.at(3)]).toEqual([3 * 64 * PIXEL, 3 * 20 * PIXEL]);
  const { columns, rows } = await lines(
    '<sheetFormatPr defaultColWidth="10.7109375" defaultRowHeight="12"/>' +
      '<cols><col min="2" max="3" width="20.7109375"/><col min="5" max="5" width="9" hidden="1"/></cols>' +
      '<sheetData><row r="2" ht="30"/><row r="3" hidden="1" ht="30"><c r="A3"/></row><row/></sheetData>',
  );
  const widths = [75, 145, 145, 75, 0, 75];
  expect(widths.map((_, at) => (columns.at(at + 1) - columns.at(at)) / PIXEL)).toEqual(widths);
  const heights = [12, 30, 0, 12];
  expect(heights.map((_, at) => (rows.at(at + 1) - rows.at(at)) / 12_700)).toEqual(heights);
});

const point = (name: string, column: number, dx: number, row: number, dy: number) =>
  `<xdr:${name}><xdr:col>${column}</xdr:col><xdr:colOff>${dx * PIXEL}</xdr:colOff>` +
  `<xdr:row>${row}</xdr:row><xdr:rowOff>${dy * PIXEL}</xdr:rowOff></xdr:${name}>`;

function shape(anchor: string, name = "Rectangle 1"): DrawnShape {
  const [kind] = anchor.includes("<xdr:to>")
    ? ["twoCellAnchor"]
    : anchor.includes("<xdr:pos")
      ? ["absoluteAnchor"]
      : ["oneCellAnchor"];
  const look =
    `<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="${name}"/></xdr:nvSpPr>` +
    '<xdr:spPr><a:prstGeom prst="rect"/><a:ln><a:solidFill><a:srgbClr val="e8590c"/></a:solidFill></a:ln>' +
    "</xdr:spPr><xdr:txBody><a:p><a:r><a:t>two</a:t></a:r></a:p><a:p><a:r><a:t>lines</a:t></a:r></a:p></xdr:txBody></xdr:sp>";
  const drawing = `<xdr:wsDr xmlns:xdr="x" xmlns:a="a"><!-- one --><xdr:${kind}>${anchor}${look}</xdr:${kind}></xdr:wsDr>`;
  return readDrawnShapes(new TextEncoder().encode(drawing))[0]!;
}

const enclosed = async (each: DrawnShape, sheet = "<sheetData/>") => {
  const range = rectangleRange(each, await lines(sheet));
  return range && formatRange(range);
};

test("readDrawnShapes() reads name, text, form, line and place of a shape", () => {
  expect(shape(point("from", 1, 0, 2, 0) + point("to", 4, 0, 9, 0))).toMatchObject({
    kind: "shape",
    name: "Rectangle 1",
    text: "two lines",
    form: "rect",
    lineColor: "E8590C",
    from: { column: 1, row: 2 },
    to: { column: 4, row: 9 },
  });
});

test("rectangleRange() takes the nearest edges of cells, for every kind of anchor", async () => {
  const two = (from: string, to: string) => enclosed(shape(from + to));
  expect(await two(point("from", 1, 0, 2, 0), point("to", 4, 0, 9, 0))).toBe("B3:D9");
  expect(await two(point("from", 1, 10, 2, 4), point("to", 4, 12, 9, 6))).toBe("B3:D9");
  expect(await two(point("from", 1, 40, 2, 15), point("to", 4, 50, 9, 15))).toBe("C4:E10");
  // past the cell's end
  expect(await two(point("from", 1, 0, 2, 0), point("to", 3, 900, 8, 900))).toBe("B3:D9");
  expect(await two(point("from", 0, 0, 0, 0), point("to", 0, 900, 0, 900))).toBe("A1:A1");
  expect(await two(point("from", 1, 0, 2, 0), point("to", 1, 9, 2, 4))).toBeNull();
  const size = `<xdr:ext cx="${3 * 64 * PIXEL}" cy="${7 * 20 * PIXEL}"/>`;
  expect(await enclosed(shape(point("from", 1, 3, 2, 3) + size))).toBe("B3:D9");
  expect(await enclosed(shape(`<xdr:pos x="${70 * PIXEL}" y="${42 * PIXEL}"/>${size}`))).toBe("B3:D9");
});

test("rectangleRange() keeps edges that nobody moved where lines beside them are hidden", async () => {
  const sheet =
    '<cols><col min="4" max="5" hidden="1"/></cols><sheetData><row r="10" hidden="1"/></sheetData>';
  const saved = point("from", 1, 0, 2, 0) + point("to", 2, 64, 8, 20);
  for (const range of ["B3:C9", "B3:D9", "B3:E10"]) {
    expect(await enclosed(shape(saved, `Table ${range}, score 0.90`), sheet)).toBe(range);
  }
  expect(await enclosed(shape(saved, "Table H1:J9, score 0.90"), sheet)).toBe("B3:C9");
  // One edge was moved, the others were not.
  const stretched = point("from", 1, 0, 2, 0) + point("to", 2, 64, 14, 1);
  expect(await enclosed(shape(stretched, "Table B3:E10, score 0.90"), sheet)).toBe("B3:E14");
});
