/** The byte scanner against saxes. `bun tests/excel/scanner-oracle.test.ts FILE…` compares whole files. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ByteSource } from "../../core/excel/byte-source.ts";
import { DEFAULT_READ_LIMITS } from "../../core/excel/read-limits.ts";
import { toUtf8 } from "../../core/excel/xml-encoding.ts";
import { ZipPackage } from "../../core/excel/zip-package.ts";
import { skipped } from "../support/skipped.ts";
import { readWithSaxes, readWithScanner } from "./sheet-oracle.ts";

const REAL = join(import.meta.dir, "../../../shared/data/real/files");
const MANY_STRINGS = 200_000;

test.skipIf(!existsSync(REAL))(
  "SheetScanner reads what saxes reads, on real sheets and in windows of any size",
  async () => {
    const step = Number(process.env.ORACLE_STEP ?? 12); // 1 for all files
    let compared = 0;
    for (const name of readdirSync(REAL).filter((_, index) => index % step === 0)) {
      const source = ByteSource.open(join(REAL, name));
      const zip = await ZipPackage.open(source, DEFAULT_READ_LIMITS);
      for (const part of zip.names()) {
        if (!/worksheets\/[^/]*\.xml$/.test(part) || (step > 1 && zip.size(part) > 400_000)) continue;
        const bytes = toUtf8(zip.read(part));
        const expected = readWithSaxes(Buffer.from(bytes).toString(), MANY_STRINGS);
        if (expected === null) continue;
        for (const windowBytes of [bytes.length, 997]) {
          const got = readWithScanner(bytes, MANY_STRINGS, windowBytes);
          expect([name, part, Bun.deepEquals(got, expected)]).toEqual([name, part, true]);
        }
        compared++;
      }
      source.close();
    }
    expect(compared).toBeGreaterThan(20);
  },
  600_000,
);

if (!existsSync(REAL)) skipped("test of the real workbooks against saxes", "no ../shared/data/real");

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const blanks = fc.constantFrom("", " ", "\n\t");
/** Between elements, where blanks of Unicode and byte order marks are passed over too. */
const gaps = fc.oneof(blanks, fc.constantFrom("\uFEFF", "\u00A0 \u3000", "\u0085\u200B"));
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }).map((drawn) => [...drawn].map(escapeCharacter).join("")),
  fc.constantFrom(
    "a&amp;b",
    "<![CDATA[<x>&]]>",
    "<!-- c -->",
    "&#x41;",
    "\r\n",
    "_x0041_",
    " ",
    "1.5",
    "-3e5",
    "0",
  ),
);
/** A character as XML may hold it: markup as a reference, control characters not at all. */
function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!;
  if ("&<>".includes(character)) return `&#${code};`;
  return code < 32 || code === 0xfffe || code === 0xffff ? "" : character;
}

const texts = fc.array(text, { maxLength: 3 }).map((parts) => parts.join(""));
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.constantFrom("0", "1", "7", "-0", "00.50", "1E5", " 3 ", ""),
);
const cell = fc.oneof(
  fc.record({ t: fc.constantFrom("n", "b"), v: value }).map(({ t, v }) => `<c t="${t}"><v>${v}</v></c>`),
  fc.nat(99).map((index) => `<c t="s" s="${index % 3}"><v>${index}</v></c>`),
  texts.map((t) => `<c t="str"><f>${t}</f><v>${t}</v></c>`),
  texts.map((t) => `<c t="inlineStr"><is><t>${t}</t><r><t>${t}</t></r><rPh><t>no</t></rPh></is></c>`),
  fc.tuple(blanks, blanks).map(([a, b]) => `<c${a || " "}s = '4'${b}/>`),
  fc.constantFrom(
    '<c><f t="shared" si="0"/><v/></c>',
    "<c><extLst><ext><v>9</v></ext></extLst><v>1</v></c>",
    "<c t='e'><v/></c>",
    '<c t="s" s="-1"><v>-1</v></c><c t="s"><v>100</v></c><c r="" s=""><v>1</v></c>',
    `<y:c xmlns:y="${MAIN}" t="str"><y:f>1</y:f><y:v>a</y:v></y:c>`,
    `<c xmlns:y="${MAIN}"><y:v>7</y:v></c>`,
    '<z:c t="inlineStr"><z:is><z:t>a</z:t><t>b</t></z:is></z:c>',
    '<z:c xmlns:z="urn:other"><z:v>7</z:v></z:c>',
    '<c><z:v xmlns:z="urn:other">7</z:v><v>1</v></c>',
    "<o:c><v>7</v></o:c><c><o:v>7</o:v></c>",
  ),
);
const sheet = fc
  .array(fc.tuple(fc.array(fc.tuple(cell, gaps), { maxLength: 4 }), gaps), { maxLength: 4 })
  .map((rows) => {
    const data = rows.map(
      ([cells, gap]) => `<row>${gap}${cells.map((c) => c.join("")).join("")}</row>${gap}`,
    );
    return `<worksheet xmlns:o="urn:other"><cols/><sheetData>${data.join("")}</sheetData><mergeCells><mergeCell ref="A1:C2"/><mergeCell ref="9:9"/><mergeCell ref="F:$G"/><mergeCell ref=""/></mergeCells></worksheet>`;
  });

test("SheetScanner reads what saxes reads, on made-up sheets cut into windows anywhere", () => {
  fc.assert(
    fc.property(sheet, fc.integer({ min: 1, max: 60 }), (xml, windowBytes) => {
      const expected = readWithSaxes(xml, 100);
      expect(expected).not.toBeNull();
      expect(readWithScanner(Buffer.from(xml), 100, windowBytes)).toEqual(expected);
    }),
    { numRuns: 300, seed: 42 },
  );
});
