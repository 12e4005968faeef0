/** Tests the copies of workbooks into which found tables are drawn. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";
import { columnName, parseRange } from "../../../core/base/range.ts";
import { ByteSource } from "../../../core/excel/byte-source.ts";
import { DEFAULT_READ_LIMITS } from "../../../core/excel/read-limits.ts";
import { openWorkbook } from "../../../core/excel/read-workbook.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { XmlReader } from "../../../core/excel/xml-reader.ts";
import { ZipPackage } from "../../../core/excel/zip-package.ts";
import { DRAWN_MARK, drawnMark, drawnMarkOf, isDrawnCopy } from "../../../core/files/drawn-copy.ts";
import { annotateWorkbook } from "../../../core/prediction/annotate/annotate-workbook.ts";
import {
  type Parts,
  relationships,
  sheetOf,
  workbookParts,
  worksheet,
  zip,
} from "../../excel/build-package.ts";
import { filledSheet } from "../../support/dataset-folder.ts";
import { skipped } from "../../support/skipped.ts";
import { sharedFolder } from "../../support/temporary-folder.ts";
import { rawMembers } from "../raw-members.ts";
import { workbookContent } from "../sheet-content.ts";
import { asZip64 } from "../zip64.ts";

const folder = sharedFolder("annotate").path;

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing";
const CELLS = '<c r="A1"><v>1</v></c><c r="B1"><v>2</v></c>';
const ROWS = `<sheetData><row r="1">${CELLS}</row></sheetData>`;

interface Annotated {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Members whose bytes differ, and new ones, in the order of the archive. */
  readonly changed: readonly string[];
  text(part: string): string;
}

/** Draws the ranges of each sheet, by name, and checks what always has to hold. */
async function annotate(
  bytes: Uint8Array,
  ranges: Readonly<Record<string, readonly string[]>>,
): Promise<Annotated> {
  const path = join(folder, "before.xlsx");
  const target = join(folder, "after.xlsx");
  writeFileSync(path, bytes);
  rmSync(target, { force: true });
  const { entries } = await openWorkbook(path);
  await annotateWorkbook(
    path,
    target,
    entries.map(({ name, part }) => ({
      sheet: name,
      part,
      tables: (ranges[name] ?? []).map((range, at) => ({ range: parseRange(range)!, score: 0.9 - at / 10 })),
    })),
  );
  const after = readFileSync(target);
  expect(await workbookContent(target)).toEqual(await workbookContent(path));
  const [old, now] = [rawMembers(bytes), rawMembers(after)];
  expect([...now.keys()].slice(0, old.size)).toEqual([...old.keys()]);
  const changed = [...now].filter(([name, raw]) => old.get(name) !== raw).map(([name]) => name);
  const opened = await ZipPackage.open(ByteSource.open({ name: "after", bytes: after }), DEFAULT_READ_LIMITS);
  for (const name of changed) expect(() => opened.parse(name, readThrough)).not.toThrow();
  return { before: bytes, after, changed, text: (part) => Buffer.from(opened.read(part)).toString() };
}

function readThrough(bytes: Uint8Array): void {
  const xml = new XmlReader(bytes);
  while (xml.next());
}

/** Of a drawing: each rectangle's name, corners (columns and rows from 0) and number. */
function rectangles(xml: string): { name: string; corners: number[]; id: number }[] {
  return xml
    .split("twoCellAnchor xmlns")
    .slice(1)
    .map((anchor) => ({
      name: /cNvPr id="\d+" name="(Table[^"]*)"/.exec(anchor)![1]!,
      corners: [...anchor.matchAll(/<xdr:(?:col|row)>(\d+)</g)].map(([, number]) => Number(number)),
      id: Number(/cNvPr id="(\d+)"/.exec(anchor)![1]),
    }));
}

/** A package with `[Content_Types].xml` and whatever the sheet has beside it. */
function packageOf(sheet: string, extra: Parts = {}): Uint8Array {
  return zip(workbookParts({ Sheet1: sheet }, extra));
}

test("annotateWorkbook() draws a rectangle around each range, with its score in its name", async () => {
  const { changed, text } = await annotate(
    encodeWorkbook({ sheets: [filledSheet("A", 9, 9), filledSheet("B", 2, 2)] }),
    {
      A: ["B3:D5", "A1:A1"],
    },
  );
  expect(changed).toEqual([
    "xl/worksheets/sheet1.xml",
    "[Content_Types].xml",
    "xl/drawings/drawing1.xml",
    "xl/worksheets/_rels/sheet1.xml.rels",
  ]);
  expect(rectangles(text("xl/drawings/drawing1.xml"))).toEqual([
    { name: "Table B3:D5, score 0.90", corners: [1, 2, 4, 5], id: 2 },
    { name: "Table A1:A1, score 0.80", corners: [0, 0, 1, 1], id: 3 },
  ]);
  expect(text("[Content_Types].xml")).toContain(
    '<Override PartName="/xl/drawings/drawing1.xml" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>',
  );
  expect(text("xl/worksheets/_rels/sheet1.xml.rels")).toContain('Target="../drawings/drawing1.xml"');
});

test("annotateWorkbook() without a table on any sheet copies every byte of every member", async () => {
  const { changed } = await annotate(encodeWorkbook({ sheets: [filledSheet("A", 3, 3)] }), {});
  expect(changed).toEqual([]);
});

test("annotateWorkbook() puts the drawing where the schema has it: before notes, tables and extensions", async () => {
  for (const [behind, what] of [
    ['<legacyDrawing r:id="rId1"/>', "legacyDrawing"],
    ['<picture r:id="rId1"/>', "picture"],
    ['<tableParts count="0"/>', "tableParts"],
    ["<extLst/>", "extLst"],
    [
      '<mc:AlternateContent xmlns:mc="x"><mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>',
      "mc:",
    ],
    ["", "/worksheet"],
  ]) {
    const sheet = worksheet(
      `${ROWS}<pageMargins left="1"/><ignoredErrors/><!-- <extLst/> -->${behind}`,
    ).replace("<worksheet ", `<worksheet xmlns:r="${OFFICE}" `);
    const { text } = await annotate(packageOf(sheet), { Sheet1: ["A1:B1"] });
    const found = text("xl/worksheets/sheet1.xml");
    expect(found).toContain(`<drawing xmlns:r="${OFFICE}" r:id="rId1"/><${what}`);
  }
});

test("annotateWorkbook() keeps notes and Excel tables, whose relationships come before its own", async () => {
  const layout = {
    ...filledSheet("A", 4, 3),
    comments: [{ row: 2, column: 2, author: "Ann", text: "seen" }],
    excelTables: [{ name: "T", range: parseRange("A1:C4")!, columns: ["a", "b", "c"], hasHeader: false }],
  };
  const { text } = await annotate(encodeWorkbook({ sheets: [layout] }), { A: ["A1:C4"] });
  expect(text("xl/worksheets/sheet1.xml")).toMatch(
    /<drawing [^>]*r:id="rId4"\/><legacyDrawing r:id="rId2"\/><tableParts /,
  );
});

const OWN_DRAWING = `<?xml version="1.0"?><d:wsDr xmlns:d="${DRAWING}"><d:oneCellAnchor><d:sp><d:nvSpPr><d:cNvPr id="7" name="old"/></d:nvSpPr></d:sp></d:oneCellAnchor></d:wsDr><!-- end -->`;

test("annotateWorkbook() adds to a drawing that is there, whatever its prefix and however it is referred to", async () => {
  for (const target of [
    "../drawings/drawing4.xml",
    "/xl/drawings/drawing4.xml",
    "/XL/Drawings/drawing4.xml",
  ]) {
    const sheet = worksheet(`${ROWS}<drawing r:id="x9"/>`).replace(
      "<worksheet ",
      `<worksheet xmlns:r="${OFFICE}" `,
    );
    const bytes = packageOf(sheet, {
      "xl/worksheets/_rels/sheet1.xml.rels": relationships(["x9", "drawing", target]),
      "xl/drawings/drawing4.xml": OWN_DRAWING,
    });
    const { changed, text } = await annotate(bytes, { Sheet1: ["A1:B1"] });
    expect(changed).toEqual(["xl/drawings/drawing4.xml"]);
    const drawing = text("xl/drawings/drawing4.xml");
    expect(drawing).toContain('name="old"');
    expect(drawing).toEndWith("</d:wsDr><!-- end -->");
    expect(rectangles(drawing).map(({ id }) => id)).toEqual([8]);
  }
});

test("annotateWorkbook() fills a drawing that is empty, and takes the first free name for a new one", async () => {
  const parts = workbookParts({
    One: worksheet(`${ROWS}<drawing r:id="rId1"/>`).replace("<worksheet ", `<worksheet xmlns:r="${OFFICE}" `),
    Two: worksheet(ROWS),
  });
  const bytes = zip({
    ...parts,
    "xl/worksheets/_rels/sheet1.xml.rels": relationships(["rId1", "drawing", "../drawings/Drawing1.xml"]),
    "xl/drawings/Drawing1.xml": `<wsDr xmlns="${DRAWING}"/>`,
  });
  const { changed, text } = await annotate(bytes, { One: ["A1:A1"], Two: ["A1:B1"] });
  expect(changed).toContain("xl/drawings/drawing2.xml");
  expect(text("xl/drawings/Drawing1.xml")).toMatch(/^<wsDr [^>]*><xdr:twoCellAnchor .*<\/wsDr>$/);
});

test("annotateWorkbook() writes strict workbooks with strict names, under the prefix of the sheet", async () => {
  const strict = "http://purl.oclc.org/ooxml";
  const sheet = `<s:worksheet xmlns:s="${strict}/spreadsheetml/main"><s:sheetData><s:row r="1"><s:c r="A1"><s:v>1</s:v></s:c></s:row></s:sheetData></s:worksheet>`;
  const { text } = await annotate(packageOf(sheet), { Sheet1: ["A1:B2"] });
  expect(text("xl/worksheets/sheet1.xml")).toContain(
    `</s:sheetData><s:drawing xmlns:r="${strict}/officeDocument/relationships" r:id="rId1"/></s:worksheet>`,
  );
  expect(text("xl/drawings/drawing1.xml")).toContain(`xmlns:xdr="${strict}/drawingml/spreadsheetDrawing"`);
  expect(text("xl/worksheets/_rels/sheet1.xml.rels")).toContain(
    `Type="${strict}/officeDocument/relationships/drawing"`,
  );
});

test("annotateWorkbook() keeps the text of a sheet that is not UTF-8", async () => {
  const sheet = `<?xml version="1.0" encoding="UTF-16"?><worksheet xmlns="${MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Größe</t></is></c></row></sheetData></worksheet>`;
  const bytes = packageOf(sheet, {
    "xl/worksheets/sheet1.xml": Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(sheet, "utf16le")]),
  });
  const { text } = await annotate(bytes, { Sheet1: ["A1:B2"] });
  expect(text("xl/worksheets/sheet1.xml")).toStartWith('<?xml version="1.0" encoding="UTF-8"');
  expect(text("xl/worksheets/sheet1.xml")).toContain("<t>Größe</t>");
});

test("annotateWorkbook() stays on the sheet at its last row and column", async () => {
  const { text } = await annotate(packageOf(sheetOf(CELLS)), { Sheet1: ["XFC1048575:XFD1048576"] });
  const [only] = rectangles(text("xl/drawings/drawing1.xml"));
  expect(only!.corners).toEqual([16_382, 1_048_574, 16_383, 1_048_575]);
});

test("annotateWorkbook() leaves stored members and folders as they are", async () => {
  const bytes = zip([
    ["xl/", ""],
    ...Object.entries(workbookParts({ Sheet1: worksheet(ROWS) })),
    ["xl/media/picture.png", { content: "not compressed", method: 0 }],
  ]);
  const { changed } = await annotate(bytes, { Sheet1: ["A1:B1"] });
  expect(changed).not.toContain("xl/");
  expect(changed).not.toContain("xl/media/picture.png");
});

test("annotateWorkbook() copies archives whose places are 64 bits wide", async () => {
  const bytes = asZip64(packageOf(worksheet(ROWS), { "xl/media/picture.png": "a picture" }));
  const { after, text } = await annotate(bytes, { Sheet1: ["A1:B1"] });
  expect(text("xl/media/picture.png")).toBe("a picture");
  expect(after.length).toBeGreaterThan(bytes.length);
});

test("annotateWorkbook() gives a sheet a new drawing where its own is missing", async () => {
  const sheet = worksheet(`${ROWS}<drawing r:id="rId1"/><legacyDrawing r:id="rId2"/>`).replace(
    "<worksheet ",
    `<worksheet xmlns:r="${OFFICE}" `,
  );
  const list = "xl/worksheets/_rels/sheet1.xml.rels";
  for (const [extra, id] of [
    [{}, "rId1"], // no relationships at all
    [{ [list]: relationships(["rId1", "drawing", "../drawings/NULL"]) }, "rId2"],
    [{ [list]: relationships(["rId7", "drawing", "../drawings/drawing1.xml"]) }, "rId1"],
  ] as const) {
    const { text } = await annotate(packageOf(sheet, extra), { Sheet1: ["A1:B1"] });
    expect(text("xl/worksheets/sheet1.xml")).toContain(
      `</sheetData><drawing xmlns:r="${OFFICE}" r:id="${id}"/><legacyDrawing r:id="rId2"/>`,
    );
    expect(text(list)).toContain(`Id="${id}" Type="${OFFICE}/drawing" Target="../drawings/drawing1.xml"`);
    expect(rectangles(text("xl/drawings/drawing1.xml"))).toHaveLength(1);
  }
});

test("annotateWorkbook() draws on whatever can be read: a part that is read twice counts once", async () => {
  // Just within the limit of all parts together, which is 200 times the archive from 16 MiB on.
  const cells = Array.from({ length: 30_000 }, (_, at) => `<row r="${at + 1}"><c><v>${at % 7}</v></c></row>`);
  const padding = `<!--${" ".repeat(2 ** 20)}-->`.repeat(16);
  const sheet = worksheet(`<sheetData>${cells.join("")}</sheetData>${padding}`);
  const { before, changed } = await annotate(packageOf(sheet), { Sheet1: ["A1:A9"] });
  expect(sheet.length).toBeLessThan(200 * before.length);
  expect(2 * sheet.length).toBeGreaterThan(200 * before.length);
  expect(changed).toContain("xl/drawings/drawing1.xml");
}, 60_000);

test("isDrawnCopy() knows a copy, and no longer once another program has saved it", async () => {
  const { before, after } = await annotate(packageOf(worksheet(ROWS)), {});
  const path = join(folder, "copy.xlsx");
  writeFileSync(path, after);
  expect(isDrawnCopy(path)).toBe(true);
  writeFileSync(path, before);
  expect(isDrawnCopy(path)).toBe(false);
  expect(isDrawnCopy(join(folder, "absent.xlsx"))).toBe(false);
});

test("drawnMarkOf() gives what a copy says that it was drawn from, also if it says nothing", async () => {
  const path = join(folder, "marked.xlsx");
  const source = join(folder, "marked-source.xlsx");
  writeFileSync(source, packageOf(worksheet(ROWS)));
  for (const mark of [drawnMark("0123456789abcdef"), DRAWN_MARK]) {
    await annotateWorkbook(source, path, [], { mark });
    expect([drawnMarkOf(path), isDrawnCopy(path)]).toEqual([mark, true]);
  }
  expect(drawnMark("0123456789abcdef")).toBe(`${DRAWN_MARK} 0123456789ab`);
  expect(drawnMarkOf(source)).toBeNull();
});

test("annotateWorkbook() says which part is at fault, and leaves no file behind", async () => {
  const sheet = worksheet(`${ROWS}<drawing r:id="rId1"/>`).replace(
    "<worksheet ",
    `<worksheet xmlns:r="${OFFICE}" `,
  );
  const bytes = packageOf(sheet, {
    "xl/worksheets/_rels/sheet1.xml.rels": relationships(["rId1", "drawing", "../drawings/drawing1.xml"]),
    "xl/drawings/drawing1.xml": "<wsDr",
  });
  const pending = annotate(bytes, { Sheet1: ["A1:B1"] });
  expect(pending).rejects.toThrow("xl/drawings/drawing1.xml");
  await pending.catch(() => {});
  expect(existsSync(join(folder, "after.xlsx"))).toBe(false);
});

const soffice = Bun.which("soffice");
if (soffice === null) skipped("test that LibreOffice draws the ranges at their cells", "no LibreOffice");

test.skipIf(soffice === null)(
  "LibreOffice has the rectangles of annotateWorkbook() at their cells, and the cells as they were",
  async () => {
    const sheets = [filledSheet("A", 12, 8), filledSheet("B", 4, 3)];
    await annotate(encodeWorkbook({ sheets }), { A: ["B3:D5", "F1:H12"], B: ["A1:C4"] });
    // apart from a running LibreOffice
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, "profile"))}`;
    const out = join(folder, "out");
    const command = [soffice!, profile, "--headless", "--convert-to", "xlsx", "--outdir", out];
    const { success, stderr } = Bun.spawnSync([...command, join(folder, "after.xlsx")], { timeout: 60_000 });
    if (!success) throw new Error(`LibreOffice failed: ${stderr}`);
    const bytes = readFileSync(join(out, "after.xlsx"));
    const saved = await ZipPackage.open(ByteSource.open({ name: "saved", bytes }), DEFAULT_READ_LIMITS);
    const drawings = saved.names().filter((name) => /drawings\/drawing\d+\.xml$/.test(name));
    const found = drawings.sort().flatMap((name) => {
      const xml = Buffer.from(saved.read(name)).toString();
      return [...xml.matchAll(/name="Table ([A-Z0-9:]+), score/g)].map(([, range], at) => {
        const anchor = xml.split("<xdr:from>")[at + 1]!;
        const [left, top] = [...anchor.matchAll(/<xdr:(?:col|row)>(\d+)</g)].map(
          ([, number]) => Number(number) + 1,
        );
        return [range, `${columnName(left!)}${top}`];
      });
    });
    expect(found).toEqual([
      ["B3:D5", "B3"],
      ["F1:H12", "F1"],
      ["A1:C4", "A1"],
    ]);
  },
  90_000,
);

const REAL = join(PROJECT_ROOT, "..", "shared", "data", "real");
const hasReal = existsSync(join(REAL, "annotations", "annotations.jsonl"));
if (!hasReal) skipped("test of copies of the real workbooks", "no ../shared/data/real");

test.skipIf(!hasReal)(
  "annotateWorkbook() changes nothing but drawings in real workbooks",
  async () => {
    const lines = readFileSync(join(REAL, "annotations", "annotations.jsonl"), "utf8")
      .trim()
      .split("\n");
    const labels = lines.map((line) => JSON.parse(line));
    const others = new Set(
      labels.filter((each) => each.split_code !== "training_set").map((each) => each.file_name),
    );
    const names = [...new Set<string>(labels.map((each) => each.file_name))].filter(
      (name) => !others.has(name),
    );
    const allowed = /^(\[Content_Types\]\.xml|xl\/worksheets\/(_rels\/)?[^/]+|xl\/drawings\/[^/]+)$/i;
    for (const name of names.filter((_, at) => at % 6 === 0)) {
      const bytes = readFileSync(join(REAL, "files", name));
      const { entries } = await openWorkbook(join(REAL, "files", name));
      const { changed } = await annotate(
        bytes,
        Object.fromEntries(entries.map((each) => [each.name, ["B2:D9"]])),
      );
      expect(changed.filter((part) => !allowed.test(part))).toEqual([]);
    }
  },
  60_000,
);
