/** Tests the reader of workbooks part by part. */

import { expect, test } from "bun:test";
import { cellFormula, cellStyle, cellText, cellValue } from "../../core/excel/cell.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { MERGE_FIELDS } from "../../core/excel/sheet-scanner.ts";
import {
  relationships,
  sharedStrings,
  sheetOf,
  styles,
  workbook,
  workbookParts,
  worksheet,
  zip,
} from "./build-package.ts";
import { readSheet, textsOf } from "./read-sheet.ts";

test("readWorkbook() reads every type of cell", async () => {
  const sheet = await readSheet(
    sheetOf(
      '<c r="A1" t="s"><v>1</v></c><c r="B1"><v>12.50</v></c><c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c>',
      '<c r="A2" t="str"><f>A1</f><v>result</v></c><c r="B2" t="inlineStr"><is><t>inline</t></is></c><c r="C2" t="d"><v>2024-02-29T06:30:00</v></c><c r="D2"/>',
    ),
    { "xl/sharedStrings.xml": sharedStrings("<t>zero</t>", "<t>one</t>") },
  );
  const types = Array.from({ length: sheet.cells.length }, (_, cell) => cellValue(sheet, cell).type);
  expect(types).toEqual(["text", "number", "boolean", "error", "text", "text", "date", "blank"]);
  expect(textsOf(sheet)).toEqual({
    A1: "one",
    B1: "12.5",
    C1: "TRUE",
    D1: "#N/A",
    A2: "result",
    B2: "inline",
    C2: "2024-02-29T06:30:00",
    D2: "",
  });
  expect([sheet.height, sheet.width]).toEqual([2, 4]);
});

test("readWorkbook() joins rich text and leaves phonetic readings out", async () => {
  const rich =
    '<r><rPr><b/></rPr><t>To</t></r><r><t xml:space="preserve">kyo </t></r><rPh sb="0" eb="1"><t>no</t></rPh><phoneticPr fontId="1"/>';
  const sheet = await readSheet(sheetOf(`<c t="s"><v>0</v></c><c t="inlineStr"><is>${rich}</is></c>`), {
    "xl/sharedStrings.xml": sharedStrings(rich),
  });
  expect(textsOf(sheet)).toEqual({ A1: "Tokyo ", B1: "Tokyo " });
});

test("readWorkbook() resolves entities, CDATA, line ends and Excel's own escapes", async () => {
  const text =
    "<t>a&amp;b&#65;&#x1F600;<![CDATA[<c>&]]>\r\nx<!-- no -->_x000D__x0041_ _x00zz_ _xD83D__xDE00_</t>";
  const sheet = await readSheet(sheetOf(`<c t="inlineStr"><is>${text}</is></c>`));
  expect(textsOf(sheet).A1).toBe("a&bA😀<c>&\nx\rA _x00zz_ 😀");
});

test("readWorkbook() counts positions where rows and cells have no reference", async () => {
  const sheet = await readSheet(
    worksheet(
      '<sheetData><row><c><v>1</v></c><c r="D1"><v>2</v></c><c><v>3</v></c></row><row/><row><c><v>4</v></c></row></sheetData>',
    ),
  );
  expect(textsOf(sheet)).toEqual({ A1: "1", D1: "2", E1: "3", A3: "4" });
});

test("readWorkbook() takes rows in any order, and the last of two cells at one place", async () => {
  const sheet = await readSheet(
    worksheet(
      '<sheetData><row r="3"><c r="B3"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row></sheetData>',
    ),
  );
  expect(textsOf(sheet)).toEqual({ B3: "3", A1: "2" });
  expect([sheet.height, sheet.width]).toEqual([3, 2]);
});

test("readWorkbook() reads prefixed, strict and oddly spaced XML", async () => {
  const strict = "http://purl.oclc.org/ooxml/spreadsheetml/main";
  const sheet = await readSheet(
    `<?xml version='1.0'?><!-- c --><x:worksheet xmlns:x='${strict}'>\n<x:sheetData >\n<x:row\n r = '2' >\n<x:c\tr='B2' t = "s" >\n<x:v >0</x:v ></x:c ></x:row></x:sheetData></x:worksheet>\n`,
    { "xl/sharedStrings.xml": `<x:sst xmlns:x="${strict}"><x:si><x:t>hit</x:t></x:si></x:sst>` },
  );
  expect(textsOf(sheet)).toEqual({ B2: "hit" });
});

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

test("readWorkbook() reads sheets in which only some elements have a prefix", async () => {
  const rows =
    '<row r="1"><c r="A1"><f>3*4</f><v>12</v></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>';
  const prefixed = rows.replace(/<(\/?)/g, "<$1y:");
  const merges = '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>';
  const root = `<x:worksheet xmlns:x="${MAIN}" xmlns="${MAIN}"><sheetData>${rows}</sheetData>${merges}</x:worksheet>`;
  const undeclared = root.replace(` xmlns="${MAIN}"`, "");
  const data = worksheet(
    `<y:sheetData xmlns:y="${MAIN}">${prefixed}</y:sheetData>${merges.replace("<merge", "<z:merge").replace("</merge", "</z:merge")}`,
  );
  const inner = worksheet(`<sheetData>${prefixed}</sheetData>${merges}`).replace(
    "<worksheet",
    `<worksheet xmlns:y="${MAIN}"`,
  );
  const values = worksheet(
    `<sheetData>${rows.replaceAll("<v>", "<y:v>").replaceAll("</v>", "</y:v>").replaceAll("t>", "y:t>")}</sheetData>${merges}`,
  );
  for (const xml of [root, undeclared, data, inner, values]) {
    const sheet = await readSheet(xml);
    expect([xml, textsOf(sheet)]).toEqual([xml, { A1: "12", B1: "b" }]);
    expect([cellFormula(sheet, 0), sheet.merges.length / MERGE_FIELDS]).toEqual(["3*4", 1]);
  }
});

test("readWorkbook() leaves elements of other namespaces out, whatever their local names", async () => {
  const sheet = await readSheet(
    `<worksheet xmlns="${MAIN}" xmlns:o="urn:other"><sheetData><o:row r="9"><c><v>9</v></c></o:row><row><c><v>1</v></c><o:c><v>2</v></o:c><c><o:v>3</o:v></c><z:c xmlns:z="urn:other"><v>4</v></z:c></row></sheetData></worksheet>`,
  );
  expect(textsOf(sheet)).toEqual({ A1: "1", B1: "" });
});

test("readWorkbook() reads every other part in which only some elements have a prefix", async () => {
  const declared = `xmlns="${MAIN}" xmlns:x="${MAIN}"`;
  const sheet = await readSheet(
    sheetOf('<c t="s" s="1"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c>'),
    {
      "xl/workbook.xml": `<x:workbook ${declared} xmlns:r="urn:r"><sheets><x:sheet name="One" r:id="rId1"/></sheets></x:workbook>`,
      "xl/sharedStrings.xml": `<sst ${declared}><x:si><x:t>zero</x:t></x:si><si><r><x:t>on</x:t></r><x:r><t>e</t></x:r></si><x:si/></sst>`,
      "xl/styles.xml": `<x:styleSheet ${declared}><fonts><x:font/><x:font><b/></x:font></fonts><x:cellXfs><xf/><xf fontId="1"/></x:cellXfs></x:styleSheet>`,
      "xl/worksheets/_rels/sheet1.xml.rels":
        '<p:Relationships xmlns:p="urn:p"><Relationship Id="a" Type="x/table" Target="../t.xml"/><p:Relationship Id="b" Type="x/comments" Target="../c.xml"/></p:Relationships>',
      "xl/t.xml": `<x:table ${declared} displayName="T" ref="A1:C2"><tableColumns/></x:table>`,
      "xl/c.xml": `<comments ${declared}><x:commentList><comment ref="B1"><x:text><t>note</t></x:text></comment></x:commentList></comments>`,
    },
  );
  expect(textsOf(sheet)).toEqual({ A1: "zero", B1: "one", C1: "" });
  expect(cellStyle(sheet, 0).font.bold).toBe(true);
  expect(sheet.tables.map(({ name }) => name)).toEqual(["T"]);
  expect(sheet.comments).toEqual([{ row: 1, column: 2, text: "note" }]);
});

test("readWorkbook() reads UTF-16 and the encoding that a part declares", async () => {
  const xml = sheetOf('<c t="inlineStr"><is><t>größer €</t></is></c>');
  const utf16 = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from(xml.replace("UTF-8", "UTF-16"), "utf16le"),
  ]);
  const latin = Buffer.from(xml.replace("UTF-8", "windows-1252").replace("€", "\u0080"), "latin1");
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(xml)]);
  for (const bytes of [utf16, latin, marked]) {
    const sheet = await readSheet("", { "xl/worksheets/sheet1.xml": bytes });
    expect(textsOf(sheet)).toEqual({ A1: "größer €" });
  }
});

/** A byte order mark, a no-break space, an ideographic space, a next line, a zero-width space. */
const STRAY = ["\uFEFF", "\u00A0", "\u3000", "\u0085", "\u200B", "\u2003"];

test("readWorkbook() passes over byte order marks and blanks of Unicode between elements of every part", async () => {
  for (const stray of STRAY) {
    const spread = (xml: string) =>
      xml.replace(/(?=<(?!\/?(?:t|v|f)>|\?))/g, stray).replaceAll("?>", `?>${stray}`) + stray;
    const list = relationships(["a", "comments", "../comments1.xml"]);
    const xml = spread(sheetOf('<c t="s"><v>0</v></c><c><f>1+1</f><v>2</v></c>', "<c><v>3</v></c>"));
    expect(xml).toContain(`<sheetData>${stray}<row r="1">${stray}<c`);
    const sheet = await readSheet(xml, {
      "xl/sharedStrings.xml": spread(sharedStrings("<t>one</t>")),
      "xl/worksheets/_rels/sheet1.xml.rels": spread(list),
      "xl/comments1.xml": spread('<comments><comment ref="A1"><text><t>note</t></text></comment></comments>'),
    });
    expect(textsOf(sheet)).toEqual({ A1: "one", B1: "2", A2: "3" });
    expect(sheet.comments[0]!.text).toBe("note");
  }
});

test("readWorkbook() reads a part of many windows with a byte order mark, in UTF-16, and with text between", async () => {
  const note = `<headerFooter><oddHeader>${"größer 東京 ".repeat(90_000)}</oddHeader></headerFooter>`;
  const rows = Array.from(
    { length: 60_000 },
    (_, i) => `<row>\uFEFF<c t="str"><v>größer ${i}</v></c>　</row>`,
  ).join("\u00A0");
  const xml = worksheet(`<sheetData>${rows}</sheetData>${note.repeat(4)}`).replace(' encoding="UTF-8"', "");
  const utf8 = Buffer.from(`\uFEFF${xml}`);
  const utf16 = Buffer.from(`\uFEFF${xml}`, "utf16le");
  // Beyond what is inflated in one piece.
  expect(Math.min(utf8.length, utf16.length)).toBeGreaterThan(8 * 2 ** 20);
  for (const bytes of [utf8, utf16, Buffer.from(utf16).swap16()]) {
    const sheet = await readSheet("", { "xl/worksheets/sheet1.xml": bytes });
    expect(sheet.cells.length).toBe(60_000);
    expect([cellText(sheet, 0), cellText(sheet, 59_999)]).toEqual(["größer 0", "größer 59999"]);
  }
}, 60_000);

test("readWorkbook() shifts shared formulas and keeps array and data-table ones", async () => {
  const sheet = await readSheet(
    sheetOf(
      '<c r="A1"><f t="shared" ref="A1:B2" si="0">SUM(C1:$D$1)+LOG10(E1)&amp;"C1"&amp;\'C1\'!C1</f><v>1</v></c><c r="B1"><f t="shared" si="0"/><v>2</v></c>',
      '<c r="B2"><f t="shared" si="0"/></c><c r="C2"><f t="array" ref="C2:C3">A1:A2*2</f><v>3</v></c><c r="D2"><f t="dataTable" ref="D2" r1="A1"/></c>',
    ),
  );
  const formulas = Array.from({ length: sheet.cells.length }, (_, cell) => cellFormula(sheet, cell));
  expect(formulas).toEqual([
    "SUM(C1:$D$1)+LOG10(E1)&\"C1\"&'C1'!C1",
    "SUM(D1:$D$1)+LOG10(F1)&\"C1\"&'C1'!D1",
    "SUM(D2:$D$1)+LOG10(F2)&\"C1\"&'C1'!D2",
    "A1:A2*2",
    "",
  ]);
  expect(textsOf(sheet).B2).toBe("SUM(D2:$D$1)+LOG10(F2)&\"C1\"&'C1'!D2"); // no cached result: the expression
});

test("readWorkbook() keeps a shared formula's expression from outside the kept area", async () => {
  const bytes = workbook(
    sheetOf(
      '<c r="D1"><f t="shared" ref="A1:D2" si="7">D9+1</f></c>',
      '<c r="A2"><f t="shared" si="7"/></c>',
    ),
  );
  const { sheets } = await readWorkbook(bytes, { maxColumns: 2 });
  const cell = sheets[0]!.cells.length - 1;
  expect(cellFormula(sheets[0]!, cell)).toBe("A10+1");
  expect([sheets[0]!.height, sheets[0]!.width]).toEqual([2, 4]);
});

test("readWorkbook() tells the empty string of a formula from a formula without a result", async () => {
  const sheet = await readSheet(
    sheetOf(
      '<c t="str"><f>A1&amp;""</f><v></v></c><c t="str"><f>A1&amp;""</f><v/></c><c><f>1+1</f></c><c><f>1+1</f><v/></c>',
    ),
  );
  expect(textsOf(sheet)).toEqual({ A1: "", B1: "", C1: "1+1", D1: "1+1" });
});

test("readWorkbook() reads numbers exactly, and keeps what no double can hold as text", async () => {
  const numerals = [
    "0.1",
    "-1.25e-3",
    "12345678901234567890",
    "0.30000000000000004",
    "1E400",
    "007",
    "5e-324",
    " 42 ",
  ];
  const sheet = await readSheet(sheetOf(numerals.map((numeral) => `<c><v>${numeral}</v></c>`).join("")));
  expect(Object.values(textsOf(sheet))).toEqual([
    "0.1",
    "-0.00125",
    "12345678901234567000",
    "0.30000000000000004",
    "1E400",
    "7",
    "5e-324",
    "42",
  ]);
});

test("readWorkbook() shows dates of both systems, times of day and the day that never was", async () => {
  const dates = styles({
    numFmts: '<numFmt numFmtId="164" formatCode="[$-409]d\\-mmm;@"/>',
    cellXfs: [0, 14, 164]
      .map((id) => `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0"/>`)
      .join(""),
  });
  const row = ["45351", "45351.270833333336", "0.25", "60", "1", "-3"]
    .map((v) => `<c s="1"><v>${v}</v></c>`)
    .join("");
  const parts = { "xl/styles.xml": dates };
  const sheet = await readSheet(sheetOf(`${row}<c s="2"><v>45351</v></c><c><v>45351</v></c>`), parts);
  const expected = [
    "2024-02-29",
    "2024-02-29T06:30:00",
    "06:00:00",
    "1900-02-29",
    "1900-01-01",
    "-3",
    "2024-02-29",
    "45351",
  ];
  expect(Object.values(textsOf(sheet))).toEqual(expected);
  const old = workbookParts({ Sheet1: sheetOf(row) }, parts);
  const book = String(old["xl/workbook.xml"]).replace("<sheets>", '<workbookPr date1904="1"/><sheets>');
  const { sheets } = await readWorkbook({
    name: "mac.xlsx",
    bytes: zip({ ...old, "xl/workbook.xml": book }),
  });
  expect(Object.values(textsOf(sheets[0]!)).slice(0, 2)).toEqual(["2028-03-01", "2028-03-01T06:30:00"]);
});

test("readWorkbook() lists worksheets in the order of their tabs, with their states, without chart sheets", async () => {
  const parts = workbookParts({ One: sheetOf("<c><v>1</v></c>"), Two: sheetOf("<c><v>2</v></c>") });
  const book = String(parts["xl/workbook.xml"]).replace(
    /<sheets>.*<\/sheets>/,
    '<sheets><sheet name="Two" state="hidden" r:id="rId2"/><sheet name="Chart" r:id="rId9"/><sheet name="Module" r:id=""/><sheet name="One" state="veryHidden" r:id="rId1"/></sheets>',
  );
  const list = relationships(
    ["rId1", "worksheet", "/xl/worksheets/sheet1.xml"],
    ["rId2", "worksheet", "worksheets/../worksheets/SHEET2.xml"],
    ["rId9", "chartsheet", "chartsheets/sheet1.xml"],
  );
  const bytes = zip({ ...parts, "xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": list });
  const { sheets } = await readWorkbook({ name: "tabs.xlsx", bytes });
  expect(sheets.map(({ name, state }) => [name, state])).toEqual([
    ["Two", "hidden"],
    ["One", "veryHidden"],
  ]);
  expect(textsOf(sheets[0]!)).toEqual({ A1: "2" });
});

test("readWorkbook() reads merged ranges, columns, rows, tables, comments, threads and pivot tables", async () => {
  const sheet = await readSheet(
    worksheet(
      '<cols><col min="2" max="3" style="1"/><col min="5" max="16384" hidden="1"/></cols><sheetData><row r="2" s="1" customFormat="1"/><row r="3" s="1"/><row r="4" hidden="true"/></sheetData><mergeCells count="2"><mergeCell ref="B2:C4"/><mergeCell ref="A1"/></mergeCells>',
    ),
    {
      "xl/worksheets/_rels/sheet1.xml.rels": relationships(
        ["a", "table", "../tables/table1.xml"],
        ["b", "comments", "../comments1.xml"],
        ["c", "threadedComment", "../threaded.xml"],
        ["d", "pivotTable", "../pivot.xml"],
        ["e", "printerSettings", "../gone.bin"],
      ),
      "xl/tables/table1.xml": '<table displayName="T" ref="D5:E9" headerRowCount="0" totalsRowCount="1"/>',
      "xl/comments1.xml":
        '<comments><commentList><comment ref="F7"><text><r><t>first </t></r><r><t>note</t></r></text></comment></commentList></comments>',
      "xl/threaded.xml":
        '<ThreadedComments><threadedComment ref="F7"><text>twin</text></threadedComment><threadedComment ref="A12"><text>thread</text></threadedComment></ThreadedComments>',
      "xl/pivot.xml": '<pivotTableDefinition><location ref="H1:J30"/></pivotTableDefinition>',
    },
  );
  const list = (values: { length: number; at(index: number): number }) =>
    Array.from({ length: values.length }, (_, index) => values.at(index));
  expect(list(sheet.merges)).toEqual([2, 2, 4, 3]);
  expect(sheet.merges.length / MERGE_FIELDS).toBe(1);
  expect(list(sheet.columns)).toEqual([2, 3, 1, 0, 5, 16_384, -1, 1]);
  expect(list(sheet.rows)).toEqual([2, 1, 0, 4, -1, 1]);
  expect(sheet.tables).toEqual([
    { name: "T", range: { top: 5, left: 4, bottom: 9, right: 5 }, headerRows: 0, totalsRows: 1 },
  ]);
  expect(sheet.comments).toEqual([
    { row: 7, column: 6, text: "first note" },
    { row: 12, column: 1, text: "thread" },
  ]);
  expect(sheet.pivots).toEqual([{ top: 1, left: 8, bottom: 30, right: 10 }]);
  expect([sheet.height, sheet.width]).toEqual([12, 6]);
});

test("cell styles take what they leave out from the style they are based on", async () => {
  const sheet = await readSheet(
    sheetOf('<c s="1"><v>1</v></c><c s="2"><v>1</v></c><c s="3"><v>1</v></c><c s="999"/>'),
    {
      "xl/styles.xml": styles({
        fonts:
          '<font><sz val="11"/></font><font><b/><strike val="0"/><sz val="20"/><color rgb="FFFF0000"/></font>',
        cellStyleXfs: '<xf numFmtId="9" fontId="1"><protection locked="0" hidden="1"/></xf>',
        cellXfs:
          '<xf/><xf xfId="0"/><xf xfId="0" numFmtId="0" fontId="0" applyProtection="1"/><xf numFmtId="10" fontId="0"/>',
      }),
    },
  );
  const looks = [0, 1, 2, 3].map((cell) => {
    const { numberFormat, font, locked, hidden } = cellStyle(sheet, cell);
    return [numberFormat, font.size, font.bold, locked, hidden];
  });
  expect(looks).toEqual([
    ["0%", 20, true, false, true],
    ["General", 11, false, true, false],
    ["0.00%", 11, false, false, true],
    ["0%", 20, true, false, true],
  ]);
});

test("readWorkbook() measures what lies outside the kept area without keeping it", async () => {
  const bytes = workbook(
    sheetOf("<c><v>1</v></c>", '<c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c>'),
  );
  const { sheets } = await readWorkbook(bytes, { maxRows: 10, maxColumns: 10 });
  expect(sheets[0]!.cells.length).toBe(1);
  expect([sheets[0]!.height, sheets[0]!.width]).toEqual([1_048_576, 16_384]);
});

test("readWorkbook() reads a part of many windows as it reads a small one", async () => {
  const row = (r: number) =>
    `<row r="${r}"><c r="A${r}"><v>${r}</v></c><c r="B${r}" t="str"><v>text &amp; ${"x".repeat(r % 300)}</v></c></row>`;
  const rows = Array.from({ length: 60_000 }, (_, index) => row(index + 1)).join("");
  const xml = worksheet(`<sheetData>${rows}</sheetData>`);
  expect(xml.length).toBeGreaterThan(9 * 2 ** 20); // beyond what is inflated in one piece
  const { sheets } = await readWorkbook(workbook(xml));
  const [sheet] = sheets;
  expect(sheet!.cells.length).toBe(120_000);
  for (let r = 1; r <= 60_000; r += 977) {
    expect(cellText(sheet!, (r - 1) * 2)).toBe(String(r));
    expect(cellText(sheet!, (r - 1) * 2 + 1)).toBe(`text & ${"x".repeat(r % 300)}`);
  }
}, 60_000);

test("readWorkbook() reads comma-separated values as one sheet without styles", async () => {
  const csv = '\uFEFFName;Amount;Note\r\n"Müller; Söhne";1.5e3;"a ""b""\nc"\r\n;TRUE;\r\nlast';
  const { sheets } = await readWorkbook({ name: "folder/sales 2024.csv", bytes: Buffer.from(csv) });
  expect(sheets[0]!.name).toBe("sales 2024");
  expect(textsOf(sheets[0]!)).toEqual({
    A1: "Name",
    B1: "Amount",
    C1: "Note",
    A2: "Müller; Söhne",
    B2: "1500",
    C2: 'a "b"\nc',
    B3: "TRUE",
    A4: "last",
  });
  const latin = await readWorkbook({ name: "a.csv", bytes: Buffer.from("gr\u00fcn,1\n", "latin1") });
  expect(textsOf(latin.sheets[0]!)).toEqual({ A1: "grün", B1: "1" });
});
