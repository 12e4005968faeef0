/** Tests the command that imports TableSense, with an archive that has a line of every kind. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { formatRange } from "../../../core/base/range.ts";
import { readAnnotations } from "../../../core/dataset/annotations.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { filledSheet } from "../../support/dataset-folder.ts";
import { skipped } from "../../support/skipped.ts";
import { gnuLongName, type TarEntry, tarArchive } from "../../support/tar-archive.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runData } from "./run-data.ts";

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

test("bun run data import tablesense makes a dataset that loads, and reports what it mended and left out", async () => {
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

test("bun run data import tablesense leaves nothing behind when it fails, and replaces a dataset only with --replace", async () => {
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

const soffice = Bun.which("soffice");
if (!soffice) skipped("test of the conversion of .xls", "no LibreOffice");
