/** Tests the parts of the TableSense import: lines, file names, workbooks of the old format. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../core/base/problem.ts";
import { formatRange } from "../../../core/base/range.ts";
import { DatasetDraft } from "../../../core/dataset/import/dataset-draft.ts";
import { portableNames } from "../../../core/dataset/import/file-names.ts";
import { FileMatcher } from "../../../core/dataset/import/match-files.ts";
import { importTableSense } from "../../../core/dataset/import/tablesense.ts";
import { readTableSenseLines } from "../../../core/dataset/import/tablesense-lines.ts";
import { unpackArchive } from "../../../core/dataset/import/unpack-archive.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { compoundFile } from "../../support/build-encrypted.ts";
import { filledSheet } from "../../support/dataset-folder.ts";
import { skipped } from "../../support/skipped.ts";
import { tarArchive } from "../../support/tar-archive.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const line = (fields: object) => `${JSON.stringify(fields)}\n`;

function read(fields: object) {
  const { lines, leftOut } = readTableSenseLines(line(fields));
  return lines[0] ?? leftOut[0]!.what;
}

const PLAIN = { clean_file: "a.xlsx", sheet_name: "S", split: "training_set", table_regions: ["A1:B2"] };

test("readTableSenseLines() mends reversed, qualified and repeated regions, and says so", () => {
  const found = read({ ...PLAIN, table_regions: ["C9:A1", "'My sheet'!D1:E2", "A1:C9", "$F$1:$G$3"] });
  if (typeof found === "string") throw new Error(found);
  expect(found.regions.map(formatRange)).toEqual(["A1:C9", "D1:E2", "F1:G3"]);
  expect(found.mended).toEqual([
    "the corners of C9:A1 were swapped",
    "the region 'My sheet'!D1:E2 was taken for D1:E2",
    "the region A1:C9 stood twice",
  ]);
});

test("readTableSenseLines() takes names from all three keys, backslashes and all", () => {
  expect(read({ ...PLAIN, original_file: "a.xls", original_path: "VEUSES\\b\\a.xls" })).toMatchObject({
    names: ["a.xlsx", "VEUSES/b/a.xls", "a.xls"],
    source: "VEUSES/b/a.xls",
    splitCode: "training_set",
  });
  expect(read({ ...PLAIN, original_file: "a.xls", original_path: "VEUSES\\b" })).toMatchObject({
    names: ["a.xlsx", "VEUSES/b/a.xls", "a.xls"],
  });
  expect(read({ ...PLAIN, split: "test" })).toMatchObject({ splitCode: "testing_set" });
  expect(read({ ...PLAIN, table_regions: "A1:B2; D4:E5" })).toMatchObject({ regions: [{}, {}] });
});

test("readTableSenseLines() leaves out lines that say too little, each with its reason", () => {
  expect(read({ ...PLAIN, clean_file: undefined })).toContain("names no workbook");
  expect(read({ ...PLAIN, sheet_name: 3 })).toContain("names no sheet");
  expect(read({ ...PLAIN, table_regions: ["A1:B2", "everything"] })).toBe(
    'its region "everything" is no range of cells',
  );
  expect(read({ ...PLAIN, table_regions: [[1, 2]] })).toContain("no list of ranges");
  expect(readTableSenseLines("\n[1]\n").leftOut).toEqual([
    { line: 2, where: "", what: "it is no JSON object" },
  ]);
});

test("FileMatcher finds a file by its name, by its folders where names repeat, by its letters, by its stem", () => {
  const names = ["d/VFUSE/x.xlsx", "d/VEnron2/x.xlsx", "d/Größe (1).xlsx", "d/old.xlsx"];
  const matcher = new FileMatcher(
    names.map((name) => ({ name, path: name })),
    () => false,
  );
  const find = (...wanted: string[]) => {
    const match = matcher.find(wanted);
    return match.kind === "found" ? [match.file.name, match.isExact] : match.kind;
  };
  expect(find("x.xlsx", "VEnron2/x.xlsx")).toEqual(["d/VEnron2/x.xlsx", true]);
  expect(find("x.xlsx")).toBe("ambiguous");
  expect(find("Gro\u0308ße_1_.xlsx")).toEqual(["d/Größe (1).xlsx", false]);
  expect(find("old.xls")).toEqual(["d/old.xlsx", false]);
  expect(find("new.xls")).toBe("none");
});

test("portableNames() are ones that every file system takes, and no two differ in case alone", () => {
  expect(portableNames(["a/b.xls", "c/B.xls", "d/what? ..xls. ", "../../..", "b.xls"])).toEqual([
    "b.xls",
    "c__B.xls",
    "what_ ..xls",
    "workbook",
    "b (2).xls",
  ]);
});

test("portableNames() does not try all numbers for each of many names", () => {
  const names = Array.from({ length: 50_000 }, (_, index) => `a/${index}.xlsx`);
  expect(portableNames(names)).toEqual(names.map((name) => name.slice(2)));
  const alike = portableNames(names.map(() => "a/b.xlsx"));
  expect(alike.slice(0, 3)).toEqual(["b.xlsx", "a__b.xlsx", "b (2).xlsx"]);
  expect([alike.at(-1), new Set(alike).size]).toEqual(["b (49999).xlsx", alike.length]);
});

test("importTableSense() takes an unpacked folder too, and leaves its files where they are", async () => {
  using folder = temporaryFolder("data-command");
  const unpacked = folder.join("unpacked");
  mkdirSync(join(unpacked, "VFUSE"), { recursive: true });
  writeFileSync(join(unpacked, "VFUSE", "a.xlsx"), encodeWorkbook({ sheets: [filledSheet("S", 4, 4)] }));
  const annotations = folder.join("annotations.jsonl");
  writeFileSync(annotations, line(PLAIN));
  const draft = new DatasetDraft(folder.join("root"), "mine", false);
  const { lines, result } = await importTableSense(unpacked, annotations, draft, {
    maxRows: 50,
    maxCols: 50,
  });
  expect([lines.length, result.workbooks, result.tables]).toEqual([1, 1, 1]);
  expect(existsSync(join(unpacked, "VFUSE", "a.xlsx"))).toBe(true);
  draft.discard();
  expect(readdirSync(folder.join("root"))).toEqual([]);
});

/** The first bytes of a compound file: what .xls workbooks begin with. */
const XLS = compoundFile({ Workbook: new Uint8Array(600) });

test("unpackArchive() tells a dataset that cannot be written from an archive that cannot be read", async () => {
  using folder = temporaryFolder("tablesense");
  const archive = folder.write("data.tar", tarArchive([{ name: "a.xlsx", content: "a" }]));
  const unpacking = unpackArchive(archive, {
    isWanted: () => true,
    into: folder.join("missing"),
    dataset: folder.join("tablesense"),
  });
  const error = (await unpacking.catch((caught) => caught)) as UserError;
  expect(error).toBeInstanceOf(UserError);
  expect(error.problems).toMatchObject([
    { file: folder.join("tablesense"), message: "Cannot write the dataset" },
  ]);
});

test("importTableSense() says what it takes to read .xls where LibreOffice is not installed", async () => {
  using folder = temporaryFolder("data-command");
  const archive = folder.join("data.tar");
  writeFileSync(archive, tarArchive([{ name: "a.xls", content: XLS }]));
  const annotations = folder.join("annotations.jsonl");
  writeFileSync(annotations, line({ ...PLAIN, clean_file: "a.xls" }));
  const draft = new DatasetDraft(folder.join("root"), "mine", false);
  const { lines, result } = await importTableSense(archive, annotations, draft, {
    maxRows: 50,
    maxCols: 50,
    soffice: null,
  });
  draft.discard();
  expect(lines).toEqual([]);
  expect(result.leftOut[0]!.what).toContain("install LibreOffice");
});

const soffice = Bun.which("soffice");
if (!soffice) skipped("test of the conversion of .xls", "no LibreOffice");

test.skipIf(!soffice)(
  "importTableSense() converts .xls once, where LibreOffice is installed",
  async () => {
    using folder = temporaryFolder("data-command");
    const [source, target] = [folder.join("a.xlsx"), folder.join("out")];
    writeFileSync(source, encodeWorkbook({ sheets: [filledSheet("S", 4, 4)] }));
    const profile = `-env:UserInstallation=file://${folder.join("profile")}`;
    const convert = ["--headless", "--convert-to", "xls", "--outdir", target, source];
    await Bun.spawn([soffice!, profile, ...convert], { stdout: "ignore", stderr: "ignore" }).exited;
    const annotations = folder.join("annotations.jsonl");
    writeFileSync(annotations, line({ ...PLAIN, table_regions: ["A1:D4"] }));
    const draft = new DatasetDraft(folder.join("root"), "mine", false);
    const { lines, result } = await importTableSense(target, annotations, draft, {
      maxRows: 50,
      maxCols: 50,
    });
    expect(JSON.parse(lines[0]!)).toMatchObject({ file_name: "a.xls.xlsx", table_regions: ["A1:D4"] });
    expect(result.mended.map(({ what }) => what)).toEqual([
      "the workbook is called a.xls in the archive",
      "converted from .xls: a.xls.xlsx",
    ]);
    draft.discard();
  },
  60_000,
);
