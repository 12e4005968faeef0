/** Tests that the file of labels has one writer, and that a killed one loses nothing that it confirmed. */

import { expect, test } from "bun:test";
import { lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { UserError } from "../../core/base/problem.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { readAnnotations } from "../../core/dataset/annotations.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { LabelLines } from "../../core/labelling/label-lines.ts";
import { openLabelStore } from "../../core/labelling/label-store.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { runCommand } from "../support/run-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const OPTIONS = { by: null, now: () => new Date("2026-11-30T12:00:00Z") };
const EMPTY = { state: "empty", tables: [], confidence: null, note: "" } as const;

/** Labels one sheet after the other and says which label is written, until it is killed. */
const WRITER = `
const { openLabelStore } = await import(${JSON.stringify(`${PROJECT_ROOT}/core/labelling/label-store.ts`)});
const store = openLabelStore(process.argv[1], { by: "kim", now: () => new Date(0) });
for (let sheet = 0; ; sheet++) {
  const tables = ["A1:B" + (sheet + 2)];
  const change = { version: 0, state: "labelled", tables, confidence: null, note: "x".repeat(5000) };
  store.save({ workbook: "a.xlsx", sheet: "S" + sheet }, change);
  process.stdout.write(sheet + "\\n");
}
`;

test("a writer that is killed while it saves loses no label that it has confirmed, and holds nothing", async () => {
  using folder = temporaryFolder("label-killed");
  const path = folder.join("annotations.jsonl");
  writeFileSync(path, '{"file_name":"z.xlsx","sheet_name":"Z","table_regions":[],"odd":1}\n');
  const child = Bun.spawn([process.execPath, "-e", WRITER, path], { stdout: "pipe", stderr: "inherit" });
  const reader = child.stdout.getReader();
  let said = "";
  while (said.split("\n").length < 40) said += new TextDecoder().decode((await reader.read()).value);
  child.kill("SIGKILL");
  await child.exited;
  for (let rest = await reader.read(); !rest.done; rest = await reader.read()) {
    said += new TextDecoder().decode(rest.value);
  }
  const confirmed = said.split("\n").slice(0, -1).length;
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const parsed = lines.map((line) => JSON.parse(line) as { sheet_name: string });
  expect(parsed[0]).toMatchObject({ sheet_name: "Z", odd: 1 });
  expect(parsed.length - 1).toBeGreaterThanOrEqual(confirmed);
  expect(parsed.length - 1).toBeLessThanOrEqual(confirmed + 1);
  using store = openLabelStore(path, OPTIONS);
  expect(store.get({ workbook: "a.xlsx", sheet: "S0" })).toMatchObject({ tables: ["A1:B2"], by: "kim" });
});

test("a second process is refused by name, with exit code 2, and before it does anything else", async () => {
  using folder = temporaryFolder("label-held");
  writeFileSync(folder.join("a.xlsx"), encodeWorkbook({ sheets: [filledSheet("S", 2, 2)] }));
  using store = openLabelStore(folder.join("annotations.jsonl"), OPTIONS);
  const { code, stderr } = await runCommand("core/commands/label.ts", [folder.path, "--blocks"]);
  expect([code, stderr.includes(`process ${process.pid}`)]).toEqual([2, true]);
  expect(stderr).toContain("another process writes these labels");
  store[Symbol.dispose]();
  expect(() => openLabelStore(folder.join("annotations.jsonl"), OPTIONS)[Symbol.dispose]()).not.toThrow();
});

test("a file that somebody removes is written again with all of its lines", () => {
  using folder = temporaryFolder("label-removed");
  const path = folder.join("annotations.jsonl");
  writeFileSync(path, '{"file_name":"z.xlsx","sheet_name":"Z","table_regions":["A1:B2"]}\n');
  using store = openLabelStore(path, OPTIONS);
  rmSync(path);
  store.save({ workbook: "a.xlsx", sheet: "S" }, { version: 0, ...EMPTY });
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(3);
});

test("a line that is not UTF-8 stays to the byte while others change", () => {
  using folder = temporaryFolder("label-latin1");
  const path = folder.join("annotations.jsonl");
  const odd = Buffer.from(
    '{"file_name":"z.xlsx","sheet_name":"Z","table_regions":[],"note":"caf\xe9"}\n',
    "latin1",
  );
  writeFileSync(path, odd);
  using store = openLabelStore(path, OPTIONS);
  expect(store.get({ workbook: "z.xlsx", sheet: "Z" }).state).toBe("empty");
  store.save({ workbook: "a.xlsx", sheet: "S" }, { version: 0, ...EMPTY });
  expect(readFileSync(path).subarray(0, odd.length).equals(odd)).toBe(true);
});

test.skipIf(process.platform === "win32")(
  "a link to the labels stays one, and what it leads to is held",
  () => {
    using folder = temporaryFolder("label-link");
    const [path, link] = [folder.write("kept/labels.jsonl", ""), folder.join("annotations.jsonl")];
    symlinkSync("kept/labels.jsonl", link);
    using store = openLabelStore(link, OPTIONS);
    store.save({ workbook: "a.xlsx", sheet: "S" }, { version: 0, ...EMPTY });
    expect(readFileSync(path, "utf8")).toContain('"file_name":"a.xlsx"');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(() => openLabelStore(path, OPTIONS)).toThrow("another process writes these labels");
  },
);

test("a label that cannot be written is an error, and nothing has changed", () => {
  using folder = temporaryFolder("label-full");
  const path = folder.join("labels", "annotations.jsonl");
  using store = openLabelStore(path, OPTIONS);
  const key = { workbook: "a.xlsx", sheet: "S" };
  rmSync(folder.join("labels"), { recursive: true });
  expect(() => store.save(key, { version: 0, ...EMPTY })).toThrow(UserError);
  expect(store.get(key).state).toBe("open");
});

test("a version means the same to the next server", () => {
  using folder = temporaryFolder("label-version");
  const path = folder.join("annotations.jsonl");
  const key = { workbook: "a.xlsx", sheet: "S" };
  let version: number;
  {
    using store = openLabelStore(path, OPTIONS);
    version = store.save(key, { version: 0, ...EMPTY }).label.version;
  }
  using store = openLabelStore(path, OPTIONS);
  expect(store.get(key).version).toBe(version);
  const change = { version, state: "labelled", tables: ["A1:B2"], confidence: null, note: "" } as const;
  expect(store.save(key, change).kind).toBe("saved");
  expect(store.save(key, { ...change, tables: ["A1:B3"] }).kind).toBe("conflict");
});

test("all lines but the changed one stay to the byte: marks, ends, blanks, order of keys", () => {
  const first = '\ufeff{ "file_name": "a.xlsx",  "sheet_name": "A", "table_regions": [] }\r';
  const second = '{"table_regions":["A1:B2"],"file_name":"./b.xlsx","sheet_name":" Data "}';
  const lines = new LabelLines(Buffer.from(`${first}\n\n${second}\nbroken`));
  expect(lines.toBytes().toString()).toBe(`${first}\n\n${second}\nbroken\n`);
  // As the reader of datasets, which ignores case and blanks where no sheet has the exact name.
  const key = { workbook: "b.xlsx", sheet: "data" };
  const fields = { ...lines.fields(key), table_regions: ["A1:B3"] };
  const changed = lines.with(key, fields).toBytes().toString().split("\n");
  expect([changed[0], changed[1], changed[3]]).toEqual([first, "", "broken"]);
  expect(changed[2]).toBe('{"table_regions":["A1:B3"],"file_name":"./b.xlsx","sheet_name":" Data "}');
  const top = lines.with({ workbook: "a.xlsx", sheet: "A" }, { file_name: "a.xlsx", sheet_name: "A" });
  expect(top.toBytes().toString().split("\n")[0]).toBe('\ufeff{"file_name":"a.xlsx","sheet_name":"A"}\r');
});

test("proposals of a line come back when its label is taken back, and stay if nobody has replaced them", () => {
  using folder = temporaryFolder("label-proposed");
  const path = folder.join("annotations.jsonl");
  const proposed = [{ range: "A1:B2", score: 0.9, source: "model" }];
  const fields = { file_name: "a.xlsx", sheet_name: "S", table_regions: ["A1:B2"], scores: [0.9], proposed };
  writeFileSync(path, `${JSON.stringify({ ...fields, label_origin: "proposed by a model" })}\n`);
  using store = openLabelStore(path, OPTIONS);
  const key = { workbook: "a.xlsx", sheet: "S" };
  const open = { state: "open", tables: [], confidence: "low", note: "odd" } as const;
  const before = store.get(key);
  const noted = store.save(key, { ...open, version: before.version }).label;
  expect(noted).toMatchObject({ ...open, by: null, proposed: before.proposed });
  const change = { ...EMPTY, version: noted.version, state: "labelled", tables: ["A1:C9"] } as const;
  const labelled = store.save(key, change).label;
  expect(labelled).toMatchObject({ tables: ["A1:C9"], proposed: null });
  const reopened = store.save(key, { ...open, version: labelled.version }).label;
  expect(reopened).toMatchObject({ ...open, by: null, at: null, proposed });
  // Ranges that somebody corrected in the file are proposals too.
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace('"table_regions":["A1:B2"]', '"table_regions":["A1:B7"]'),
  );
  const corrected = store.get(key).version === reopened.version && store.look() ? store.get(key) : null;
  expect(corrected?.proposed).toEqual([{ range: "A1:B7", score: null, source: "model" }]);
  const kept = store.save(key, { ...open, note: "odder", version: corrected!.version }).label;
  expect(kept).toMatchObject({ note: "odder", proposed: corrected!.proposed });
});

test("a label that is taken back is unseen until somebody corrects its ranges in the file", () => {
  using folder = temporaryFolder("label-taken-back");
  const path = folder.join("annotations.jsonl");
  const fields = { file_name: "a.xlsx", sheet_name: "S", table_regions: ["$A$1:B2"], odd: 1 };
  writeFileSync(path, `${JSON.stringify({ ...fields, label_origin: "person" })}\n`);
  using store = openLabelStore(path, OPTIONS);
  const key = { workbook: "a.xlsx", sheet: "S" };
  const open = { state: "open", tables: [], confidence: null, note: "" } as const;
  const isUnseen = () => readAnnotations(path)[0]!.isUnseen;
  const takeBack = () => store.save(key, { ...open, version: store.get(key).version }).label;
  expect(isUnseen()).toBe(false);
  expect(takeBack().proposed?.map(({ range }) => range)).toEqual(["A1:B2"]);
  expect(isUnseen()).toBe(true);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace('"table_regions":["A1:B2"]', '"table_regions":["A1:B7"]'));
  store.look();
  expect([isUnseen(), store.get(key).proposed?.length]).toEqual([false, 1]);
  // A second label that is taken back is not mixed up with the first.
  const change = { ...EMPTY, version: store.get(key).version, state: "labelled", tables: ["C1:D9"] } as const;
  store.save(key, change);
  expect(isUnseen()).toBe(false);
  expect(takeBack().proposed?.map(({ range }) => range)).toEqual(["C1:D9"]);
  expect([isUnseen(), readAnnotations(path)[0]!.origin]).toEqual([true, "proposed by a person"]);
  // A sheet without a table, too.
  store.save(key, { ...EMPTY, version: store.get(key).version });
  takeBack();
  expect([isUnseen(), readAnnotations(path)[0]!.regions]).toEqual([true, []]);
});

test("a line about a workbook outside of the folder names no sheet, and stays", () => {
  const text = '{"file_name":"../a.csv","sheet_name":"a","table_regions":[]}\n';
  const lines = new LabelLines(Buffer.from(text));
  expect([lines.keys, lines.toBytes().toString()]).toEqual([[], text]);
});
