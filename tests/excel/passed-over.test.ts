/** What is passed over in odd workbooks, so that the rest of them is read; the notes about it. */

import { expect, test } from "bun:test";
import { cellStyle } from "../../core/excel/cell.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { describeNote, type ReadingNote } from "../../core/excel/reading-note.ts";
import {
  relationships,
  sharedStrings,
  sheetOf,
  workbook,
  workbookParts,
  worksheet,
  zip,
} from "./build-package.ts";
import { readSheet, textsOf } from "./read-sheet.ts";

const kinds = (notes: readonly ReadingNote[]) =>
  notes.map(({ kind, count, example }) => [kind, count, example] as const);
const list = (values: { length: number; at(index: number): number }) =>
  Array.from({ length: values.length }, (_, index) => values.at(index));

const CELLS = '<c t="inlineStr"><is><t>a</t></is></c><c><v>1</v></c>';
const READ = { A1: "a", B1: "1" };

test("a workbook in which nothing is odd has no notes", async () => {
  const { notes, sheets } = await readWorkbook(workbook(sheetOf(CELLS)));
  expect([notes, sheets[0]!.notes]).toEqual([[], []]);
});

test("merged ranges may be whole rows and columns; those that are no ranges are left out", async () => {
  const merges = [
    "A1:B1",
    "2:3",
    "$F:$G",
    "",
    "#REF!",
    "Sheet2!A1:B2",
    "F4:XFE5",
    "A1048570:B1048580",
    "XFE1:XFF2",
    "C9",
  ];
  const refs = merges.map((ref) => `<mergeCell ref="${ref}"/>`).join("");
  const sheet = await readSheet(
    worksheet(`<sheetData><row>${CELLS}</row></sheetData><mergeCells>${refs}<mergeCell/></mergeCells>`),
  );
  expect(textsOf(sheet)).toEqual(READ);
  expect(list(sheet.merges)).toEqual([
    ...[1, 1, 1, 2],
    ...[2, 1, 3, 16_384],
    ...[1, 6, 1_048_576, 7],
    ...[4, 6, 5, 16_384],
    ...[1_048_570, 1, 1_048_576, 2],
  ]);
  expect(kinds(sheet.notes)).toEqual([
    ["merged-range", 4, ""],
    ["merged-range-beyond-sheet", 2, "F4:XFE5"],
  ]);
});

test("ranges of columns that end before they begin are left out", async () => {
  const cols =
    '<cols><col min="1" max="0"/><col min="3" max="2" style="1"/><col min="2" max="2" hidden="1"/><col/></cols>';
  const sheet = await readSheet(worksheet(`${cols}<sheetData><row>${CELLS}</row></sheetData>`));
  expect(textsOf(sheet)).toEqual(READ);
  expect(list(sheet.columns)).toEqual([2, 2, -1, 1]);
  expect(kinds(sheet.notes)).toEqual([["column-range", 3, "1:0"]]);
});

test("rows and cells without a valid place follow the one before", async () => {
  const sheet = await readSheet(
    worksheet(
      '<sheetData><row r=""><c r="B1"><v>1</v></c><c r=""><v>2</v></c><c r="7"><v>3</v></c></row><row r="0"><c r="A0"><v>4</v></c></row><row r="x"><c><v>5</v></c></row><row r="9"><c><v>6</v></c></row></sheetData>',
    ),
  );
  expect(textsOf(sheet)).toEqual({ B1: "1", C1: "2", D1: "3", A2: "4", A3: "5", A9: "6" });
  expect(kinds(sheet.notes)).toEqual([
    ["row-number", 3, ""],
    ["cell-reference", 3, ""],
  ]);
});

test("a shared string that the workbook lacks leaves a text, and a style that is no number the default", async () => {
  const sheet = await readSheet(
    sheetOf(
      '<c t="s"><v>-1</v></c><c t="s" s="-3"><v>9</v></c><c t="s" s="x"><v>1.5</v></c><c t="s"><v>0</v></c>',
    ),
    { "xl/sharedStrings.xml": sharedStrings("<t>zero</t>") },
  );
  expect(textsOf(sheet)).toEqual({ A1: "\uFFFD", B1: "\uFFFD", C1: "\uFFFD", D1: "zero" });
  expect([cellStyle(sheet, 1), sheet.cells.styles[1]]).toEqual([sheet.styles[0]!, 0]);
  expect(kinds(sheet.notes)).toEqual([
    ["lost-text", 3, "-1"],
    ["cell-style", 2, "-3"],
  ]);
});

test("what a window cuts is noted once", async () => {
  const cells = '<c t="s" s="-1"><v>7</v></c>'.repeat(300);
  const xml = worksheet(`<sheetData>${`<row>${cells}</row>`.repeat(1200)}</sheetData>`);
  expect(xml.length).toBeGreaterThan(8 * 2 ** 20);
  const sheet = await readSheet(xml);
  expect(kinds(sheet.notes)).toEqual([
    ["cell-style", 360_000, "-1"],
    ["lost-text", 360_000, "7"],
  ]);
}, 60_000);

test("a workbook without the strings, styles or theme that it names is read without them", async () => {
  for (const content of [null, "", "<broken", "<other/>"]) {
    const parts = workbookParts(
      { Sheet1: sheetOf(CELLS) },
      {
        "xl/styles.xml": content ?? "",
        "xl/theme/theme1.xml": content ?? "",
      },
    ) as Record<string, string>;
    if (content === null) for (const gone of ["xl/styles.xml", "xl/theme/theme1.xml"]) delete parts[gone];
    const { notes, sheets } = await readWorkbook({ name: "odd.xlsx", bytes: zip(parts) });
    expect(textsOf(sheets[0]!)).toEqual(READ);
    expect(sheets[0]!.styles).toHaveLength(1);
    const wanted = content === null ? "missing-part" : content === "<other/>" ? undefined : "broken-part";
    expect(notes.map(({ kind }) => kind)).toEqual(wanted ? [wanted, wanted] : []);
  }
});

test("a workbook without shared strings is read, and their cells keep a text", async () => {
  const sheet = sheetOf('<c t="s"><v>0</v></c><c><v>1</v></c>');
  for (const content of [null, ""]) {
    const parts = workbookParts({ Sheet1: sheet }, { "xl/sharedStrings.xml": "" });
    if (content === null) delete parts["xl/sharedStrings.xml"];
    const { notes, sheets } = await readWorkbook({ name: "odd.xlsx", bytes: zip(parts) });
    expect(kinds(notes)).toEqual([["missing-part", 1, ""]]);
    expect(textsOf(sheets[0]!)).toEqual({ A1: "\uFFFD", B1: "1" });
  }
});

test("a sheet's comments, tables, pivot tables and settings may be missing or broken", async () => {
  const types = [
    "comments",
    "threadedComment",
    "table",
    "pivotTable",
    "printerSettings",
    "drawing",
    "vmlDrawing",
  ];
  for (const target of ["NULL", "../gone.xml", "../broken.xml", "../empty.xml", ""]) {
    const sheet = await readSheet(sheetOf(CELLS), {
      "xl/worksheets/_rels/sheet1.xml.rels": relationships(
        ...types.map((type, index) => [`a${index}`, type, target && `${target}${index}`] as const),
      ),
      ...Object.fromEntries(types.map((_, index) => [`xl/broken.xml${index}`, "<a><b></a>"])),
      ...Object.fromEntries(types.map((_, index) => [`xl/empty.xml${index}`, ""])),
    });
    expect(textsOf(sheet)).toEqual(READ);
    const noted = sheet.notes.map(({ kind }) => kind);
    expect(new Set(noted)).toEqual(new Set([/broken|empty/.test(target) ? "broken-part" : "missing-part"]));
    expect(noted).toHaveLength(target === "" ? 1 : 4);
  }
});

test("the other parts of a sheet are read beside a broken one, and comments beside one at no cell", async () => {
  const sheet = await readSheet(sheetOf(CELLS), {
    "xl/worksheets/_rels/sheet1.xml.rels": relationships(
      ["a", "table", "../t1.xml"],
      ["b", "table", "../t2.xml"],
      ["c", "comments", "../c.xml"],
      ["d", "pivotTable", "../p.xml"],
    ),
    "xl/t1.xml": '<table displayName="One" ref="#REF!"/>',
    "xl/t2.xml": '<table displayName="Two" ref="A1:B2"/>',
    "xl/c.xml":
      '<comments><comment><text><t>nowhere</t></text></comment><comment ref=""/><comment ref="B1"><text><t>note</t></text></comment></comments>',
    "xl/p.xml": "<pivotTableDefinition/>",
  });
  expect(sheet.tables.map(({ name }) => name)).toEqual(["Two"]);
  expect(sheet.comments).toEqual([{ row: 1, column: 2, text: "note" }]);
  expect(kinds(sheet.notes)).toEqual([
    ["table-place", 1, "#REF!"],
    ["comment-place", 2, ""],
  ]);
  const broken = await readSheet(sheetOf(CELLS), {
    "xl/worksheets/_rels/sheet1.xml.rels": "<Relationships>",
  });
  expect(broken.notes.map(({ kind, part }) => [kind, part])).toEqual([
    ["broken-part", "xl/worksheets/_rels/sheet1.xml.rels"],
  ]);
});

test("sheets that the archive lacks are left out as long as one is there", async () => {
  const parts = workbookParts({ One: sheetOf(CELLS), Two: "", Three: sheetOf(CELLS) });
  delete parts["xl/worksheets/sheet3.xml"];
  parts["xl/workbook.xml"] = String(parts["xl/workbook.xml"]).replace(
    "</sheets>",
    '<sheet name="Four" r:id="rId99"/></sheets>',
  );
  const { notes, sheets } = await readWorkbook({ name: "odd.xlsx", bytes: zip(parts) });
  expect(sheets.map(({ name }) => name)).toEqual(["One"]);
  expect(notes.map(({ kind, part, example }) => [kind, part, example])).toEqual([
    ["missing-sheet", "xl/worksheets/sheet2.xml", "Two"],
    ["missing-sheet", "xl/worksheets/sheet3.xml", "Three"],
    ["missing-sheet", "xl/workbook.xml", "Four"],
  ]);
  delete parts["xl/worksheets/sheet1.xml"];
  await expect(readWorkbook({ name: "odd.xlsx", bytes: zip(parts) })).rejects.toMatchObject({
    fault: "corrupt",
    part: "xl/worksheets/sheet1.xml",
  });
});

test("a sheet that is there and broken is refused, whatever the other sheets", async () => {
  const bytes = zip(workbookParts({ One: sheetOf(CELLS), Two: worksheet("<sheetData>") }));
  await expect(readWorkbook({ name: "odd.xlsx", bytes })).rejects.toMatchObject({ fault: "corrupt" });
});

test("members that occur twice do no harm as long as they are not read, or are the same", async () => {
  const parts = workbookParts({ Sheet1: sheetOf(CELLS) }, { "docProps/app.xml": "<a/>" });
  const twins: [string, string][] = [
    ["docProps/app.xml", "<b/>"],
    ["DOCPROPS/APP.XML", "<c/>"],
    ["xl/workbook.xml", String(parts["xl/workbook.xml"])],
  ];
  const { notes, sheets } = await readWorkbook({
    name: "twins.xlsx",
    bytes: zip([...Object.entries(parts), ...twins]),
  });
  expect(textsOf(sheets[0]!)).toEqual(READ);
  expect(notes.map(({ kind, part }) => [kind, part])).toEqual([
    ["duplicate-member", "docProps/app.xml"],
    ["duplicate-member", "DOCPROPS/APP.XML"],
    ["duplicate-member", "xl/workbook.xml"],
  ]);
});

test("bytes behind the archive and a comment of another length are passed over", async () => {
  const { bytes } = workbook(sheetOf(CELLS));
  const end = bytes.length - 22;
  const announced = Buffer.from(bytes);
  announced.writeUInt16LE(300, end + 20);
  const noise = Buffer.from("PK\u0005\u0006 no record, PK\u0005\u0006".padEnd(60, "."), "latin1");
  const cases = {
    newline: Buffer.concat([bytes, Buffer.from("\r\n")]),
    zeros: Buffer.concat([bytes, Buffer.alloc(70_000)]),
    noise: Buffer.concat([bytes, noise]),
    "comment cut off": announced,
    "comment shorter than announced": Buffer.concat([announced, Buffer.from("short")]),
  };
  for (const [what, odd] of Object.entries(cases)) {
    const { notes, sheets } = await readWorkbook({ name: "odd.xlsx", bytes: odd });
    expect([what, textsOf(sheets[0]!), kinds(notes)]).toEqual([
      what,
      READ,
      [["bytes-behind-archive", 1, ""]],
    ]);
  }
  const commented = Buffer.from(bytes);
  commented.writeUInt16LE(5, end + 20);
  const { notes } = await readWorkbook({
    name: "fine.xlsx",
    bytes: Buffer.concat([commented, Buffer.from("hello")]),
  });
  expect(notes).toEqual([]);
});

test("document types, bombs and encrypted parts are refused in parts beside the cells, too", async () => {
  const list = relationships(["a", "comments", "../c.xml"]);
  const cases = {
    corrupt: "<!DOCTYPE a><comments/>",
    encrypted: { content: "<comments/>", flags: 1 },
    "too-large": { content: "<comments/>", claimedSize: 0x7fff_ffff },
  };
  for (const [fault, part] of Object.entries(cases)) {
    const odd = workbook(sheetOf(CELLS), { "xl/worksheets/_rels/sheet1.xml.rels": list, "xl/c.xml": part });
    await expect(readWorkbook(odd)).rejects.toMatchObject({ fault, part: "xl/c.xml" });
  }
});

test("describeNote() names the part, how often, and the first", () => {
  const note = { kind: "merged-range", part: "xl/a.xml", count: 3, example: "#REF!" } as const;
  expect(describeNote(note)).toBe(
    "xl/a.xml: a merged range that is no range: left out (3 times, first: #REF!)",
  );
  expect(describeNote({ kind: "default-password", part: null, count: 1, example: "" })).toBe(
    "encrypted with the password that Excel itself uses: decrypted",
  );
});
