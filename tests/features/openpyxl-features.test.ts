/** Fills in which openpyxl and this project could differ; whole workbooks are compared in tests/excel. */
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sheetOf, styles, workbookParts, zip } from "../excel/build-package.ts";
import { hasOpenpyxl } from "../excel/openpyxl-compare.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { compareGrids } from "./openpyxl-features.ts";

/** openpyxl finds the parts of a workbook by their types. */
const SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const CONTENT_TYPES = [
  '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">',
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
  `<Override PartName="/xl/workbook.xml" ContentType="${SPREADSHEET}.sheet.main+xml"/>`,
  `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SPREADSHEET}.worksheet+xml"/>`,
  `<Override PartName="/xl/styles.xml" ContentType="${SPREADSHEET}.styles+xml"/>`,
  "</Types>",
].join("");

const isPossible = hasOpenpyxl();
if (!isPossible) console.log("no openpyxl for /usr/bin/python3: fills are not compared with it");

const folder = sharedFolder("openpyxl-features").path;

test.skipIf(!isPossible)(
  "fills with every kind of alpha are as featurised over openpyxl's objects",
  async () => {
    const colors = ["00C6E0B4", "FFC6E0B4", "80C6E0B4", "C6E0B4", "00000000", "000070C0"];
    const fills = colors.flatMap((rgb) =>
      ["solid", "none", "lightGray", "gray125"].flatMap((pattern) => [
        `<fill><patternFill patternType="${pattern}"><fgColor rgb="${rgb}"/></patternFill></fill>`,
        `<fill><patternFill patternType="${pattern}"><bgColor rgb="${rgb}"/></patternFill></fill>`,
      ]),
    );
    const cells = fills.map((_, index) => `<c s="${index}"><v>1</v></c>`).join("");
    const parts = workbookParts(
      { Fills: sheetOf(cells) },
      {
        "[Content_Types].xml": CONTENT_TYPES,
        "xl/styles.xml": styles({
          fills: fills.join(""),
          cellXfs: fills.map((_, index) => `<xf numFmtId="0" fontId="0" fillId="${index}"/>`).join(""),
        }),
      },
    );
    const path = join(folder, "fills.xlsx");
    writeFileSync(path, zip(parts));
    const result = await compareGrids([path]);
    expect(result.peerErrors).toEqual([]);
    expect(result.differences).toEqual([]);
    expect(result.cells).toBe(fills.length);
  },
);
