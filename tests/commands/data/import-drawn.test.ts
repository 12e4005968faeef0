/** Tests the command that reads labels back from copies with rectangles that a person corrected. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { lstatSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseRange } from "../../../core/base/range.ts";
import { readDrawnSheets } from "../../../core/dataset/import/drawn/drawn-copy-file.ts";
import { ByteSource } from "../../../core/excel/byte-source.ts";
import { rewriteZip } from "../../../core/excel/edit/rewrite-zip.ts";
import { DEFAULT_READ_LIMITS } from "../../../core/excel/read-limits.ts";
import { openWorkbook } from "../../../core/excel/read-workbook.ts";
import { encodeWorkbook } from "../../../core/excel/write/write-workbook.ts";
import { ZipPackage } from "../../../core/excel/zip-package.ts";
import { isDrawnCopy } from "../../../core/files/drawn-copy.ts";
import { acquireFileLock } from "../../../core/files/file-lock.ts";
import { annotateWorkbook } from "../../../core/prediction/annotate/annotate-workbook.ts";
import { filledSheet, label, writeDataset } from "../../support/dataset-folder.ts";
import { skipped } from "../../support/skipped.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/temporary-folder.ts";
import { runData } from "./run-data.ts";

setDefaultTimeout(120_000); // on a busy machine too

const SHEETS = [
  filledSheet("Kept", 12, 8),
  filledSheet("Moved", 20, 9),
  filledSheet("Deleted", 6, 3),
  filledSheet("Added", 20, 9),
  { ...filledSheet("Hidden", 5, 5), hidden: true },
  { name: "Empty", cells: [] },
];
const PROPOSED: Readonly<Record<string, readonly string[]>> = {
  Kept: ["B3:D5", "F1:H12"],
  Moved: ["B3:D9"],
  Deleted: ["A1:C6"],
  Added: ["A1:C4"],
  Hidden: ["A1:E5"],
};
const CORRECTED = [
  ["Kept", ["F1:H12", "B3:D5"]],
  ["Moved", ["C3:G15"]],
  ["Deleted", []],
  ["Added", ["A1:C4", "E2:G9"]],
];

/** Writes `books/a.xlsx`, and `drawn/a.xlsx` with the proposed tables. */
async function drawCopies(folder: TemporaryFolder, sheets = SHEETS): Promise<void> {
  const book = folder.write("books/a.xlsx", encodeWorkbook({ sheets }));
  const workbook = await openWorkbook(book);
  workbook.close();
  await annotateWorkbook(
    book,
    folder.join("drawn", "a.xlsx"),
    workbook.entries.map(({ name, part }) => {
      const tables = (PROPOSED[name] ?? []).map((range) => ({ range: parseRange(range)!, score: 0.9 }));
      return { part, tables };
    }),
  );
}

const POINT = (name: string, column: number, row: number) =>
  `<xdr:${name}><xdr:col>${column}</xdr:col><xdr:colOff>90000</xdr:colOff>` +
  `<xdr:row>${row}</xdr:row><xdr:rowOff>20000</xdr:rowOff></xdr:${name}>`;

/** A rectangle as a person draws it in Excel: filled, with an empty text. */
const BY_HAND =
  `<xdr:twoCellAnchor>${POINT("from", 4, 1)}${POINT("to", 7, 9)}<xdr:sp macro="" textlink=""><xdr:nvSpPr>` +
  '<xdr:cNvPr id="9" name="Rectangle 8"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/>' +
  '<a:ext cx="0" cy="0"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody>' +
  '<a:bodyPr/><a:p><a:endParaRPr lang="en-GB"/></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>';

/** What a person does to the copy: moves, deletes, adds. Saving it drops its mark. */
async function correctByHand(path: string): Promise<void> {
  const source = ByteSource.open({ name: path, bytes: readFileSync(path) });
  const parts = await ZipPackage.open(source, DEFAULT_READ_LIMITS);
  const changes = new Map<string, Uint8Array>();
  for (const name of parts.names().filter((each) => each.startsWith("xl/drawings/"))) {
    const xml = Buffer.from(parts.read(name)).toString();
    const change = (to: string) => changes.set(name, Buffer.from(to));
    const anchor = /<xdr:twoCellAnchor.*<\/xdr:twoCellAnchor>/;
    if (xml.includes("B3:D9")) {
      const corners = /<xdr:from>.*<\/xdr:to>/;
      change(xml.replace(corners, POINT("from", 2, 2) + POINT("to", 7, 15)));
    } else if (xml.includes("A1:C6")) change(xml.replace(anchor, ""));
    else if (xml.includes("A1:C4")) change(xml.replace("</xdr:wsDr>", `${BY_HAND}</xdr:wsDr>`));
  }
  expect(changes.size).toBe(3);
  writeFileSync(path, Buffer.concat([...rewriteZip(source, changes)]));
  expect(isDrawnCopy(path)).toBe(false);
}

function linesOf(path: string): [string, string[]][] {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line)).map((each) => [each.sheet_name, each.table_regions]);
}

test("bun run data import drawn makes a dataset of copies, with the originals or without the rectangles", async () => {
  using folder = temporaryFolder("drawn");
  await drawCopies(folder);
  const unsaved = await runData(
    folder.path,
    "import",
    "drawn",
    "drawn",
    "--name",
    "as-drawn",
    "--data.root=.",
  );
  expect([unsaved.code, unsaved.stderr]).toEqual([0, ""]);
  expect(unsaved.stdout).toContain("tables: 5 as they were drawn, 0 moved or stretched, 0 drawn by hand");
  expect(isDrawnCopy(folder.join("as-drawn", "files", "a.xlsx"))).toBe(false);
  await correctByHand(folder.join("drawn", "a.xlsx"));
  const args = ["import", "drawn", "drawn", "--name", "mine", "--data.root=."];
  const { code, stdout } = await runData(folder.path, ...args, "--workbooks", "books");
  expect(code).toBe(0);
  expect(linesOf(folder.join("mine", "annotations", "annotations.jsonl"))).toEqual(CORRECTED as never);
  expect(stdout).toContain("tables: 3 as they were drawn, 1 moved or stretched, 1 drawn by hand");
  expect(stdout).toContain('a.xlsx, sheet "Hidden": it is hidden');
  expect(stdout).not.toContain("is taken for a table");
  const original = readFileSync(folder.join("books", "a.xlsx"));
  expect(readFileSync(folder.join("mine", "files", "a.xlsx"))).toEqual(original);

  const alone = await runData(folder.path, ...args, "--replace", "--hidden", "--drawn-only");
  expect(alone.stdout).toContain('the shape "Rectangle 8" at E2:G9 is taken for a table');
  const taken = linesOf(folder.join("mine", "annotations", "annotations.jsonl"));
  expect(taken.map(([sheet]) => sheet)).toEqual(["Kept", "Moved", "Added", "Hidden"]);
  const left = await readDrawnSheets(folder.join("mine", "files", "a.xlsx"));
  expect(left.map(({ shapes }) => shapes.map(({ name }) => name))).toEqual([["Rectangle 8"]]);
  expect((await runData(folder.path, "check", "mine", "--data.root=.")).stdout).toContain(
    "every label fits its workbook",
  );
});

test("bun run data import drawn --to corrects the lines of a dataset and leaves all others as they are", async () => {
  using folder = temporaryFolder("drawn");
  await drawCopies(folder);
  await correctByHand(folder.join("drawn", "a.xlsx"));
  const book = readFileSync(folder.join("books", "a.xlsx"));
  const other = { ...label("b.xlsx", "Kept", ["A1:B2"]), note: "by hand", "7": 1 };
  const kept = {
    ...label("a.xlsx", "Kept", ["B3:D5", "F1:H12"], "testing_set"),
    scores: [0.9, 0.8],
    note: "x",
  };
  const moved = { ...label("a.xlsx", " MOVED", ["B3:D9"]), skipped: true };
  writeDataset(folder.path, "mine", { "a.xlsx": book, "b.xlsx": book }, [other, kept, moved]);
  const path = folder.join("mine", "annotations", "annotations.jsonl");
  const before = readFileSync(path, "utf8").split("\n");
  const to = ["import", "drawn", "drawn", "--to", "mine", "--data.root=."];
  const { code, stdout, stderr } = await runData(folder.path, ...to);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("1 label changed, 1 as before, 2 new");
  const lines = readFileSync(path, "utf8").trim().split("\n");
  expect(lines[0]).toBe(before[0]!);
  expect(JSON.parse(lines[1]!)).toEqual({
    file_name: "a.xlsx",
    file_path: "files",
    sheet_name: "Kept",
    split_code: "testing_set",
    table_regions: ["F1:H12", "B3:D5"],
    note: "x",
    label_origin: "drawn",
  });
  expect(linesOf(path).slice(2)).toEqual([
    [" MOVED", ["C3:G15"]],
    ["Deleted", []],
    ["Added", ["A1:C4", "E2:G9"]],
  ]);
  expect(JSON.parse(lines[2]!).skipped).toBeUndefined();
  const again = await runData(folder.path, ...to, "--json");
  expect(JSON.parse(again.stdout).labels).toEqual({ changed: 0, confirmed: 4, added: 0 });
});

test("bun run data import drawn --to takes no line of a hidden sheet for that of one with nearly its name", async () => {
  using folder = temporaryFolder("drawn");
  const [hidden, shown] = [{ ...filledSheet("Kept", 6, 3), hidden: true }, filledSheet("Kept ", 12, 8)];
  await drawCopies(folder, [hidden, shown]);
  const book = readFileSync(folder.join("books", "a.xlsx"));
  writeDataset(folder.path, "mine", { "a.xlsx": book }, [label("a.xlsx", "Kept", ["A1:B2"])]);
  const { code } = await runData(folder.path, "import", "drawn", "drawn", "--to", "mine", "--data.root=.");
  expect([code, linesOf(folder.join("mine", "annotations", "annotations.jsonl"))]).toEqual([
    0,
    [
      ["Kept", ["A1:B2"]],
      ["Kept ", []],
    ],
  ]);
});

test.skipIf(process.platform === "win32")(
  "bun run data import drawn --to follows links to a folder of workbooks and to the labels",
  async () => {
    using folder = temporaryFolder("drawn");
    await drawCopies(folder);
    const book = readFileSync(folder.join("books", "a.xlsx"));
    writeDataset(folder.path, "mine", { "2024/a.xlsx": book }, [label("2024/a.xlsx", "Kept", ["A1:B2"])]);
    const [inside, elsewhere] = [folder.join("mine", "files", "2024"), folder.join("elsewhere")];
    renameSync(inside, elsewhere);
    symlinkSync(elsewhere, inside);
    const annotations = folder.join("mine", "annotations", "annotations.jsonl");
    const kept = folder.join("labels.jsonl");
    renameSync(annotations, kept);
    symlinkSync(kept, annotations);
    mkdirSync(folder.join("copies"));
    renameSync(folder.join("drawn"), folder.join("copies", "2024"));
    const args = ["import", "drawn", "copies", "--to", "mine", "--data.root=.", "--json"];
    const { code, stdout } = await runData(folder.path, ...args);
    const { leftOut, labels } = JSON.parse(stdout);
    expect([code, labels]).toEqual([0, { changed: 1, confirmed: 0, added: 3 }]);
    expect(leftOut.map(({ where }: { where: string }) => where)).toEqual(['2024/a.xlsx, sheet "Hidden"']);
    expect(lstatSync(annotations).isSymbolicLink()).toBe(true);
    expect(linesOf(kept)).toHaveLength(4);
  },
);

test("bun run data import drawn says where the copy's cells are others, and where all rectangles are gone", async () => {
  using folder = temporaryFolder("drawn");
  await drawCopies(folder, [filledSheet("Kept", 12, 8)]);
  writeFileSync(folder.join("books", "a.xlsx"), encodeWorkbook({ sheets: [filledSheet("Kept", 12, 9)] }));
  folder.write("drawn/bare.xlsx", encodeWorkbook({ sheets: [filledSheet("Only", 3, 3)] }));
  folder.write("drawn/table.csv", "a;b\n1;2\n");
  folder.write("drawn/broken.xlsx", "broken");
  const args = ["import", "drawn", "drawn", "--data.root=root", "--workbooks", "books"];
  const { code, stdout } = await runData(folder.path, ...args);
  expect(code).toBe(0);
  expect(stdout).toContain("12 cells with a value in one of copy and original alone");
  expect(stdout).toContain("bare.xlsx: no rectangle is on any sheet");
  expect(stdout).toContain("bare.xlsx: no original of this name: the copy takes its place");
  expect(stdout).toContain("left out: 2");
  expect(stdout).toContain("table.csv: rectangles are read from .xlsx, .xlsm, .xltx and .xltm alone");
});

const python = ["python3", "/usr/bin/python3"].find((each) => {
  const program = Bun.which(each);
  return program !== null && Bun.spawnSync([program, "-c", "import openpyxl"]).success;
});
if (python === undefined) skipped("test of copies that openpyxl saved", "no Python with openpyxl");

test.skipIf(python === undefined)(
  "a copy that openpyxl saved has lost its rectangles, and the report says so",
  async () => {
    using folder = temporaryFolder("drawn");
    await drawCopies(folder);
    const program = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[1])";
    const { success } = Bun.spawnSync([python!, "-c", program, folder.join("drawn", "a.xlsx")]);
    expect(success).toBe(true);
    const { stdout } = await runData(folder.path, "import", "drawn", "drawn", "--data.root=root");
    expect(stdout).toContain("a.xlsx: no rectangle is on any sheet");
    const refused = await runData(
      folder.path,
      "import",
      "drawn",
      "drawn",
      "--data.root=other",
      "--drawn-only",
    );
    expect([refused.code, refused.stderr.includes("no sheet is left")]).toEqual([1, true]);
  },
);

test("bun run data import drawn --to waits for no other writer of the labels", async () => {
  using folder = temporaryFolder("drawn");
  await drawCopies(folder);
  const book = readFileSync(folder.join("books", "a.xlsx"));
  writeDataset(folder.path, "mine", { "a.xlsx": book }, [label("a.xlsx", "Kept", [])]);
  const path = folder.join("mine", "annotations", "annotations.jsonl");
  const before = readFileSync(path, "utf8");
  using _ = acquireFileLock(path, "taken", "wait");
  const { code, stderr } = await runData(
    folder.path,
    "import",
    "drawn",
    "drawn",
    "--to",
    "mine",
    "--data.root=.",
  );
  expect([code, readFileSync(path, "utf8")]).toEqual([1, before]);
  expect(stderr).toContain("Cannot write the labels");
});

test("bun run data import drawn refuses what it cannot read labels from, with exit code 2", async () => {
  using folder = temporaryFolder("drawn");
  await drawCopies(folder, [filledSheet("Kept", 12, 8)]);
  folder.emptyFolder();
  mkdirSync(folder.join("empty"));
  writeDataset(folder.path, "mine", {}, [label("other.xlsx", "S", [])]);
  for (const [args, code, message] of [
    [["nowhere"], 2, "no such folder"],
    [["empty"], 2, "no workbook"],
    [["drawn", "--workbooks", "nowhere"], 2, "the folder of the workbooks"],
    [["drawn", "--to", "mine", "--name", "new"], 2, "Cannot tell where the labels go"],
    [["drawn", "--to", "absent"], 2, "absent"],
    [["drawn", "--to", "mine"], 1, "no copy is of a workbook of the dataset"],
  ] as const) {
    const result = await runData(folder.path, "import", "drawn", ...args, "--data.root=.");
    expect([args, result.code]).toEqual([args, code]);
    expect(result.stderr).toContain(message);
  }
  expect(linesOf(folder.join("mine", "annotations", "annotations.jsonl"))).toEqual([["S", []]]);
});

const soffice = Bun.which("soffice");
if (soffice === null) skipped("test that corrected rectangles survive LibreOffice", "no LibreOffice");

test.skipIf(soffice === null)(
  "corrected rectangles that LibreOffice saved are read back, twice",
  async () => {
    using folder = temporaryFolder("drawn");
    await drawCopies(folder);
    await correctByHand(folder.join("drawn", "a.xlsx"));
    // apart from a running LibreOffice
    const profile = `-env:UserInstallation=${pathToFileURL(folder.join("profile"))}`;
    let from = "drawn";
    for (const round of ["once", "twice"]) {
      const command = [
        soffice!,
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        folder.join(round),
      ];
      const { success, stderr } = Bun.spawnSync([...command, folder.join(from, "a.xlsx")], {
        timeout: 100_000,
      });
      if (!success) throw new Error(`LibreOffice failed: ${stderr}`);
      from = round;
      const args = ["import", "drawn", round, "--data.root=root", "--workbooks", "books"];
      const { code, stdout } = await runData(folder.path, ...args);
      expect(code).toBe(0);
      expect(stdout).toContain("tables: 3 as they were drawn, 1 moved or stretched, 1 drawn by hand");
      const path = join("root", round, "annotations", "annotations.jsonl");
      expect(linesOf(folder.join(path))).toEqual(CORRECTED as never);
    }
  },
);
