import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { formatRange } from "../../../core/base/range.ts";
import { readAnnotations } from "../../../core/dataset/annotations.ts";
import { DatasetDraft } from "../../../core/dataset/import/dataset-draft.ts";
import { portableNames } from "../../../core/dataset/import/file-names.ts";
import { FileMatcher } from "../../../core/dataset/import/match-files.ts";
import { importTableSense } from "../../../core/dataset/import/tablesense.ts";
import { readTableSenseLines } from "../../../core/dataset/import/tablesense-lines.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { filledSheet } from "../../support/dataset-folder.ts";
import { skipped } from "../../support/skipped.ts";
import { gnuLongName, type TarEntry, tarArchive } from "../../support/tar-archive.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runData } from "./run-data.ts";

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

/** An archive and annotations with one line of every kind. */
function madeUp(folder: string): { archive: string; annotations: string } {
  const book = (name: string, height: number) => encodeWorkbook({ sheets: [filledSheet(name, height, 4)] });
  const odd = `VEnron2/${"cluster ".repeat(14)}/andréa #3 100%.xlsx`;
  const entries: TarEntry[] = [
    { name: "data/", type: "5" },
    ...gnuLongName({ name: odd, content: book("Sheet1 ", 9) }),
    { name: "data/VFUSE/x.xlsx", content: book("Data", 6) },
    { name: "data/VEUSES/x.xlsx", content: book("Data", 7) },
    { name: "data/broken.xlsx", content: "broken" },
    { name: "../../outside.xlsx", content: book("Data", 5) },
    { name: "data/unwanted.xlsx", content: book("Data", 5) },
  ];
  const line = (file: string, sheet: string, split: string, ...regions: string[]) =>
    `${JSON.stringify({
      original_file: file.split("/").at(-1)!.replace(".xlsx", ".xls"),
      original_path: file.replaceAll("/", "\\").replace(".xlsx", ".xls"),
      clean_file: file.split("/").at(-1),
      sheet_name: sheet,
      split,
      table_regions: regions,
    })}\n`;
  const lines = [
    line(odd, "Sheet1", "training_set", "D9:A1"),
    line("VFUSE/x.xlsx", "Data", "testing_set", "A1:D8"),
    line("VEUSES/x.xlsx", "Data", "training_set", "A1:B3", "C4:D7"),
    line("VEUSES/x.xlsx", "data ", "training_set", "A1:B3"),
    line("VEUSES/x.xlsx", "Nowhere", "training_set", "A1:B3"),
    line("VFUSE/x.xlsx", "Data", "testing_set", "Z1:Z3"),
    line("broken.xlsx", "Data", "training_set", "A1:B2"),
    line("missing.xlsx", "Data", "training_set", "A1:B2"),
    line("outside.xlsx", "Data", "training_set", "A1:D5"),
    "not json\n",
  ];
  const archive = join(folder, "data.tar.gz");
  const annotations = join(folder, "annotations.jsonl");
  writeFileSync(archive, gzipSync(tarArchive(entries)));
  writeFileSync(annotations, lines.join(""));
  return { archive, annotations };
}

test("bun run data import tablesense makes a dataset that loads, and tells all that it mended and left out", async () => {
  using folder = temporaryFolder("data-command");
  const { archive, annotations } = madeUp(folder.path);
  const args = [
    "import",
    "tablesense",
    "--archive",
    archive,
    "--annotations",
    annotations,
    "--data.root=root",
  ];
  const { code, stdout, stderr } = await runData(folder.path, ...args);
  expect([code, stderr]).toEqual([0, ""]);
  const dataset = folder.join("root", "tablesense");
  const path = join(dataset, "annotations", "annotations.jsonl");
  const labels = readAnnotations(path).map(({ fileName, sheetName, splitCode, regions }) => [
    fileName,
    sheetName,
    splitCode,
    regions.map(formatRange).join(),
  ]);
  expect(labels).toEqual([
    ["andréa #3 100%.xlsx", "Sheet1 ", "training_set", "A1:D9"],
    ["x.xlsx", "Data", "testing_set", "A1:D6"],
    ["VEUSES__x.xlsx", "Data", "training_set", "A1:B3,C4:D7"],
    ["outside.xlsx", "Data", "training_set", "A1:D5"],
  ]);
  expect(readdirSync(join(dataset, "files")).sort()).toEqual(labels.map(([name]) => name as string).sort());
  expect(readdirSync(folder.join("root"))).toEqual(["tablesense"]);
  expect(existsSync(folder.join("outside.xlsx"))).toBe(false);

  const report = readFileSync(join(dataset, "annotations", "import-report.txt"), "utf8");
  expect(stdout).toContain(report.trim());
  expect(report).toContain("tablesense: 4 sheets of 4 workbooks, 5 tables");
  for (const note of [
    /line 1, .*the sheet's name in the workbook is "Sheet1 "/,
    /line 1, .*the corners of D9:A1 were swapped/,
    /line 2, .*the region A1:D8 was clipped to A1:D6/,
    /line 4, .*the same as line 3/,
    /line 5, .*the workbook lacks the sheet \(its sheets: "Data"\)/,
    /line 6, .*its region Z1:Z3 lies outside of the sheet \(A1:D6\)/,
    /line 7, .*Cannot read the workbook/,
    /line 8, .*the archive lacks the workbook/,
    /line 10: it is no JSON object/,
  ]) {
    expect(report).toMatch(note);
  }
  const checked = await runData(folder.path, "check", dataset, "--data.cache=false");
  expect(checked.code).toBe(0);
});

test("bun run data import tablesense leaves nothing behind where it fails, and replaces only when told to", async () => {
  using folder = temporaryFolder("data-command");
  const { archive, annotations } = madeUp(folder.path);
  const run = (from: string, ...more: string[]) =>
    runData(
      folder.path,
      "import",
      "tablesense",
      "--archive",
      from,
      "--annotations",
      annotations,
      "--data.root=root",
      ...more,
    );

  const cut = folder.join("cut.tar.gz");
  writeFileSync(cut, readFileSync(archive).subarray(0, 3000));
  const failed = await run(cut);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("cut.tar.gz  Cannot read the archive");
  expect(failed.stderr).toContain("download it again");
  const missing = await run("nowhere.tar.gz");
  expect([missing.code, missing.stderr.includes("no such file")]).toEqual([2, true]);
  const empty = folder.join("empty.tar");
  writeFileSync(empty, tarArchive([]));
  const nothing = await run(empty);
  expect(nothing.code).toBe(1);
  expect(nothing.stderr).toContain("Cannot import anything: no sheet is left");
  expect(readdirSync(folder.join("root"))).toEqual([]);

  const mine = folder.join("root", "tablesense");
  mkdirSync(mine);
  writeFileSync(join(mine, "mine.txt"), "");
  const refused = await run(archive);
  expect([refused.code, refused.stderr.includes("--replace")]).toEqual([2, true]);
  expect(readdirSync(mine)).toEqual(["mine.txt"]);
  expect((await run(archive, "--replace")).code).toBe(0);
  expect(readdirSync(mine).sort()).toEqual(["annotations", "files"]);
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
const XLS = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600)]);

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
