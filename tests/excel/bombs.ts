/** Small workbooks that would unfold to gigabytes, or keep a reader busy for minutes. */

import { compressed, type Member, workbookParts } from "./build-package.ts";

const START = '<?xml version="1.0"?><worksheet>';

/** A worksheet whose content is `text(0)`, `text(1)` …, in pieces of 1,000. */
function* sheet(count: number, text: (index: number) => string): Generator<string> {
  yield START;
  for (let at = 0; at < count; at += 1000) {
    let piece = "";
    for (let index = at; index < Math.min(count, at + 1000); index++) piece += text(index);
    yield piece;
  }
  yield "</worksheet>";
}

type Parts = Record<string, string | Uint8Array | Member>;

async function single(pieces: Iterable<string>, claims: Partial<Member> = {}): Promise<Parts> {
  const member = { ...(await compressed(pieces)), ...claims };
  return workbookParts({ Sheet1: "" }, { "xl/worksheets/sheet1.xml": member });
}

async function manySheets(): Promise<Parts> {
  const member = await compressed(sheet(40_000, () => " ".repeat(200)));
  const names = Array.from({ length: 130 }, (_, index) => `S${index}`);
  const parts: Parts = workbookParts(Object.fromEntries(names.map((name) => [name, ""])));
  names.forEach((_, index) => {
    parts[`xl/worksheets/sheet${index + 1}.xml`] = member;
  });
  return parts;
}

/** By name; each makes the parts of one workbook. */
export const BOMBS: Record<string, () => Promise<Parts>> = {
  "four gigabytes by claim": () =>
    single(
      sheet(1, () => ""),
      { claimedSize: 0xffff_fff0 },
    ),
  "ratio 1000": () => single(sheet(100_000, () => " ".repeat(200))),
  "many parts": manySheets,
  "one cell of 20 MB": () =>
    single(
      sheet(210_000, (i) =>
        i === 0 ? '<sheetData><row><c t="str"><v>' : `${(i * 7919) % 99_991}`.repeat(20),
      ),
    ),
  "a million merged ranges": () =>
    single(
      sheet(1_000_002, (i) =>
        i === 0 ? "<mergeCells>" : i > 1_000_000 ? "</mergeCells>" : `<mergeCell ref="A${i}:B${i}"/>`,
      ),
    ),
  "overlapping merged ranges": () =>
    single(
      sheet(200_002, (i) =>
        i === 0
          ? "<mergeCells>"
          : i > 200_000
            ? "</mergeCells>"
            : `<mergeCell ref="A1:GR${1000 + (i % 1000)}"/>`,
      ),
    ),
  "many empty rows": () =>
    single(
      sheet(200_002, (i) =>
        i === 0
          ? "<sheetData>"
          : i > 200_000
            ? "</sheetData>"
            : `<row r="${i}" s="1" customFormat="1" hidden="1"/>`,
      ),
    ),
  "many column ranges": () =>
    single(
      sheet(200_002, (i) =>
        i === 0 ? "<cols>" : i > 200_000 ? "</cols>" : '<col min="1" max="16384" style="1"/>',
      ),
    ),
};
