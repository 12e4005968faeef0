/** Tests the workbench's server without a browser: lists, labels, cells, events and what must not be lost. */

import { expect, test } from "bun:test";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import type { SheetLayout as WrittenSheet } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { type FindProposals, proposalsOfBlocks } from "../../core/labelling/find-proposals.ts";
import type {
  CellBlock,
  LabelChange,
  LabelList,
  LabelRefusal,
  OpenedSheet,
  SheetLabel,
} from "../../core/labelling/label-messages.ts";
import { labelPlace } from "../../core/labelling/label-place.ts";
import { type LabelServer, startLabelServer } from "../../core/labelling/label-server.ts";
import { openLabelStore } from "../../core/labelling/label-store.ts";
import { ProposalCache } from "../../core/labelling/proposal-cache.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";

const BUNDLE = { script: "// the page's program", style: "/* its style */" };
const NOON = new Date("2026-11-30T12:00:00Z");

interface Opened extends AsyncDisposable {
  readonly server: LabelServer;
  readonly folder: TemporaryFolder;
  ask(path: string, init?: RequestInit): Promise<Response>;
  get<T>(path: string): Promise<T>;
  list(): Promise<LabelList>;
  idOf(workbook: string, sheet: string): Promise<string>;
  put(id: string, change: Partial<LabelChange>): Promise<{ status: number; body: SheetLabel & LabelRefusal }>;
  lines(): unknown[];
}

/** A server on a folder of workbooks, once it has looked at all of them. */
async function opened(
  workbooks: Readonly<Record<string, readonly WrittenSheet[]>>,
  {
    lines,
    find = proposalsOfBlocks,
    cache,
  }: { lines?: string; find?: FindProposals; cache?: ProposalCache } = {},
): Promise<Opened> {
  const folder = temporaryFolder("label-server");
  for (const [name, sheets] of Object.entries(workbooks)) {
    writeFileSync(folder.join(name), encodeWorkbook({ sheets }));
  }
  const output = folder.join("annotations.jsonl");
  if (lines !== undefined) writeFileSync(output, lines);
  const place = labelPlace(folder.path, folder.path, undefined);
  const store = openLabelStore(place.output, { by: "ada", now: () => NOON });
  const server = startLabelServer({ place, store, find, ...(cache && { cache }), bundle: BUNDLE, port: 0 });
  await server.proposed;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${server.port}/api/label${path}`, {
      ...init,
      headers: { authorization: `Bearer ${server.token}`, ...init.headers },
    });
  const get = async <T>(path: string) => (await (await ask(path)).json()) as T;
  const list = () => get<LabelList>("");
  return {
    server,
    folder,
    ask,
    get,
    list,
    async idOf(workbook, sheet) {
      const { sheets } = await list();
      return sheets.find((row) => row.workbook === workbook && row.sheet === sheet)!.id;
    },
    async put(id, change) {
      const body = JSON.stringify({ tables: [], confidence: null, note: "", ...change });
      const headers = { "content-type": "application/json" };
      const response = await ask(`/sheets/${id}`, { method: "PUT", body, headers });
      return { status: response.status, body: (await response.json()) as SheetLabel & LabelRefusal };
    },
    lines: () =>
      readFileSync(output, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      store[Symbol.dispose]();
      folder.remove();
    },
  };
}

/** Asks again until the answer is yes; the test's own limit ends it. */
async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await Bun.sleep(20);
}

const TWO = {
  "a.xlsx": [filledSheet("One", 6, 4), filledSheet("Two", 3, 3)],
  "b.xlsx": [filledSheet("B", 5, 2)],
};

test("the list has a row for each sheet with content, with its proposals", async () => {
  await using page = await opened({
    ...TWO,
    "c.xlsx": [
      { name: "Nothing", cells: [] },
      { ...filledSheet("Hidden", 2, 2), hidden: true },
      filledSheet("C", 2, 2),
    ],
  });
  const { folder, output, total, looked, sheets, order, training } = await page.list();
  expect([folder, output]).toEqual([page.folder.path, page.folder.join("annotations.jsonl")]);
  expect([total, looked, training?.state]).toEqual([5, 5, "idle"]);
  expect(
    sheets.map(({ workbook, sheet, state, tables, hidden }) => [workbook, sheet, state, tables, hidden]),
  ).toEqual([
    ["a.xlsx", "One", "open", 1, false],
    ["a.xlsx", "Two", "open", 1, false],
    ["b.xlsx", "B", "open", 1, false],
    ["c.xlsx", "Hidden", "open", 1, true],
    ["c.xlsx", "C", "open", 1, false],
  ]);
  expect([...order].sort()).toEqual(sheets.map(({ id }) => id).sort());
  expect(existsSync(page.folder.join("annotations.jsonl"))).toBe(false);
});

test("a label is written at once, with who and when, and read back by the next server", async () => {
  await using page = await opened(TWO);
  const id = await page.idOf("a.xlsx", "One");
  const before = await page.get<OpenedSheet>(`/sheets/${id}`);
  expect(before).toMatchObject({ state: "open", tables: [], version: 0, by: null, problem: null });
  expect(before.proposals).toEqual([{ range: "A1:D6", score: null, source: "blocks" }]);
  const change = {
    version: 0,
    state: "labelled",
    tables: ["b2:$D$6", "A1"],
    confidence: "low",
    note: "odd",
  } as const;
  const { status, body } = await page.put(id, change);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    state: "labelled",
    tables: ["B2:D6", "A1:A1"],
    by: "ada",
    at: NOON.toISOString(),
  });
  expect(page.lines()).toEqual([
    {
      file_name: "a.xlsx",
      file_path: "files",
      sheet_name: "One",
      table_regions: ["B2:D6", "A1:A1"],
      label_origin: "person",
      labelled_by: "ada",
      labelled_at: NOON.toISOString(),
      confidence: "low",
      note: "odd",
    },
  ]);
  const skipped = await page.put(id, { version: body.version, state: "skipped" });
  expect(page.lines()).toMatchObject([{ table_regions: [], skipped: true }]);
  const empty = await page.put(id, { version: skipped.body.version, state: "empty" });
  expect(page.lines()[0]).not.toHaveProperty("skipped");
  expect((await page.list()).sheets[0]).toMatchObject({
    state: "empty",
    tables: 0,
    version: empty.body.version,
  });
  await page.put(id, { version: empty.body.version, state: "open" });
  expect(readFileSync(page.folder.join("annotations.jsonl"), "utf8")).toBe("");
});

test("two pages never lose each other's work", async () => {
  await using page = await opened(TWO);
  const id = await page.idOf("b.xlsx", "B");
  const first = await page.put(id, { version: 0, state: "labelled", tables: ["A1:B5"] });
  const late = await page.put(id, { version: 0, state: "empty" });
  expect([late.status, late.body.tables]).toEqual([409, ["A1:B5"]]);
  // The same change once more, as after an answer that was lost.
  const again = await page.put(id, { version: 0, state: "labelled", tables: ["A1:B5"] });
  expect([again.status, again.body.version]).toEqual([200, first.body.version]);
  const other = await page.put(await page.idOf("a.xlsx", "Two"), { version: 0, state: "empty" });
  expect(other.status).toBe(200);
  expect(page.lines()).toHaveLength(2);
});

test("a change that comes before the sheets of a new server are known is kept", async () => {
  await using page = await opened(TWO);
  const id = await page.idOf("b.xlsx", "B");
  await page.server[Symbol.asyncDispose]();
  const place = labelPlace(page.folder.path, page.folder.path, page.folder.join("other.jsonl"));
  using store = openLabelStore(place.output, { by: "ada", now: () => NOON });
  await using server = startLabelServer({ place, store, find: proposalsOfBlocks, bundle: BUNDLE, port: 0 });
  const response = await fetch(`http://127.0.0.1:${server.port}/api/label/sheets/${id}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    body: JSON.stringify({ version: 0, state: "empty" }),
  });
  expect([response.status, store.get({ workbook: "b.xlsx", sheet: "B" }).state]).toEqual([200, "empty"]);
});

test("another program's changes to the file are kept, and a conflict is one of its sheet alone", async () => {
  const foreign = '{"sheet_name":"One","zz":[1],"file_name":"a.xlsx","table_regions":["A1:B2"],"source":"x"}';
  await using page = await opened(TWO, { lines: `${foreign}\nnot JSON\n` });
  const [one, two] = [await page.idOf("a.xlsx", "One"), await page.idOf("a.xlsx", "Two")];
  const { version } = await page.get<OpenedSheet>(`/sheets/${one}`);
  const output = page.folder.join("annotations.jsonl");
  const edited = foreign.replace("A1:B2", "A1:B3");
  writeFileSync(output, `${edited}\nnot JSON\n`);
  expect((await page.put(two, { version: 0, state: "empty" })).status).toBe(200);
  expect(readFileSync(output, "utf8").split("\n").slice(0, 2)).toEqual([edited, "not JSON"]);
  const conflict = await page.put(one, { version, state: "empty" });
  expect([conflict.status, conflict.body.tables]).toEqual([409, ["A1:B3"]]);
  const kept = await page.put(one, { version: conflict.body.version, state: "labelled", tables: ["A1:D6"] });
  expect(kept.status).toBe(200);
  const line = readFileSync(output, "utf8").split("\n")[0]!;
  expect(line).toStartWith(
    '{"sheet_name":"One","zz":[1],"file_name":"a.xlsx","table_regions":["A1:D6"],"source":"x"',
  );
});

test("a label that cannot be one is refused with every reason, and nothing is written", async () => {
  await using page = await opened(TWO);
  const id = await page.idOf("a.xlsx", "One");
  const wrong = ["A1:B2", "B2:C3", "nonsense", "Z1:Z9", "A1:ZZZ3"];
  const { status, body } = await page.put(id, { version: 0, state: "labelled", tables: wrong });
  expect(status).toBe(422);
  expect(body.problems).toEqual([
    '"nonsense" is no range of cells up to XFD1048576.',
    "Z1:Z9 lies outside of the sheet, whose last cell is D6.",
    '"A1:ZZZ3" is no range of cells up to XFD1048576.',
    "A1:B2 and B2:C3 overlap.",
  ]);
  expect((await page.put(id, { version: 0, state: "labelled", tables: [] })).status).toBe(422);
  expect(existsSync(page.folder.join("annotations.jsonl"))).toBe(false);
});

test("cells come as Excel shows them, in blocks", async () => {
  const style = {
    numberFormat: "0.0%",
    font: { bold: true, italic: true, color: { rgb: "FFFF0000" } },
    fill: { pattern: "solid", foreground: { rgb: "FFFFEE00" } },
    border: { top: "thin", left: "thin" },
  } as const;
  const sheet: WrittenSheet = {
    name: "<script>",
    cells: [
      { row: 2, column: 2, value: 0.125, style },
      { row: 2, column: 3, value: "text\nmore", style: { alignment: { wrap: true, horizontal: "center" } } },
      { row: 3, column: 2, value: true },
    ],
    merges: [{ top: 5, left: 1, bottom: 6, right: 3 }],
    columnWidths: new Map([[2, 20]]),
    rowHeights: new Map([[3, 30]]),
    hiddenRows: [4],
    frozenAt: { row: 2, column: 2 },
  };
  await using page = await opened({ "a.xlsx": [sheet] });
  const id = await page.idOf("a.xlsx", "<script>");
  const { layout } = await page.get<OpenedSheet>(`/sheets/${id}`);
  expect(layout).toMatchObject({ merges: ["A5:C6"], frozen: { rows: 1, cols: 1 }, truncated: false });
  expect(layout.widths.slice(0, 4)).toEqual([1, 64, 1, 140]);
  expect(layout.heights.slice(0, 6)).toEqual([2, 20, 1, 40, 1, 0]);
  const block = await page.get<CellBlock>(`/sheets/${id}/cells?top=2&left=2&rows=2&cols=2`);
  expect(block).toEqual({
    top: 2,
    left: 2,
    cells: [
      [
        {
          text: "12.5%",
          bold: true,
          italic: true,
          color: "#ff0000",
          fill: "#ffee00",
          border: 9,
          align: "right",
        },
        { text: "text\nmore", align: "center", wrap: true },
      ],
      [{ text: "TRUE", align: "center" }, null],
    ],
  });
  const far = await page.get<CellBlock>(`/sheets/${id}/cells?top=1048576&left=16384&rows=5&cols=5`);
  expect(far.cells).toEqual([[null]]);
  expect((await page.ask(`/sheets/${id}/cells?top=1&left=1&rows=1000&cols=1000`)).status).toBe(400);
});

test("a workbook that is gone or changed has a note, and its labels stay", async () => {
  await using page = await opened(TWO);
  const [one, b] = [await page.idOf("a.xlsx", "One"), await page.idOf("b.xlsx", "B")];
  await page.put(b, { version: 0, state: "labelled", tables: ["A1:B5"] });
  rmSync(page.folder.join("b.xlsx"));
  const gone = await page.get<OpenedSheet>(`/sheets/${b}`);
  expect(gone.problem).toBe(`The workbook is gone: there is no file ${page.folder.join("b.xlsx")}.`);
  expect(gone.tables).toEqual(["A1:B5"]);
  expect((await page.ask(`/sheets/${b}/cells?rows=1&cols=1`)).status).toBe(409);
  writeFileSync(page.folder.join("a.xlsx"), encodeWorkbook({ sheets: [filledSheet("Two", 9, 9)] }));
  const changed = await page.get<OpenedSheet>(`/sheets/${one}`);
  expect(changed.problem).toContain('The workbook has no sheet "One" any more');
  expect(page.lines()).toHaveLength(1);
});

test("a workbook that comes back as it was has no problem any more", async () => {
  await using page = await opened(TWO);
  const id = await page.idOf("b.xlsx", "B");
  const [here, away] = [page.folder.join("b.xlsx"), page.folder.join("b.away")];
  renameSync(here, away);
  const gone = await page.get<OpenedSheet>(`/sheets/${id}`);
  expect(gone.problem).toContain("The workbook is gone");
  renameSync(away, here);
  const back = await page.get<OpenedSheet>(`/sheets/${id}`);
  expect([back.problem, back.proposals.length]).toEqual([null, 1]);
});

test("a line whose sheet has another case or blanks around it is about the one sheet that there is", async () => {
  const line = '{"file_name":"b.xlsx","sheet_name":" b ","table_regions":["A1:B4"]}\n';
  await using page = await opened(TWO, { lines: line });
  const named = async () => {
    const { sheets } = await page.list();
    const own = sheets.filter(({ workbook }) => workbook === "b.xlsx");
    return own.map(({ sheet, state, problem }) => [sheet, state, problem]);
  };
  expect(await named()).toEqual([["B", "labelled", null]]);
  appendFileSync(page.folder.join("annotations.jsonl"), line.replace(" b ", "b "));
  expect(await named()).toEqual([["B", "labelled", null]]);
});

test("sheets whose names differ in blanks alone stay two, and neither takes the line of the other", async () => {
  const line = { file_name: "a.xlsx", sheet_name: "Data", table_regions: ["A1:B2"], label_origin: "person" };
  await using page = await opened(
    { "a.xlsx": [filledSheet("Data", 6, 4), filledSheet("Data ", 3, 3)] },
    { lines: `${JSON.stringify(line)}\n` },
  );
  const { sheets } = await page.list();
  expect(sheets.map(({ sheet, state }) => [sheet, state])).toEqual([
    ["Data", "labelled"],
    ["Data ", "open"],
  ]);
  const id = await page.idOf("a.xlsx", "Data ");
  const { status } = await page.put(id, { version: 0, state: "labelled", tables: ["A1:C3"] });
  expect(status).toBe(200);
  expect(page.lines()).toMatchObject([line, { sheet_name: "Data ", table_regions: ["A1:C3"] }]);
});

test("a workbook that is added while the server runs is listed with the next question, and its line counts", async () => {
  const line = '{"file_name":"aa.xlsx","sheet_name":"New","table_regions":["A1:B2"]}\n';
  await using page = await opened(TWO, { lines: line });
  const rowsOf = async (workbook: string) =>
    (await page.list()).sheets
      .filter((row) => row.workbook === workbook)
      .map(({ sheet, state, tables, problem }) => [sheet, state, tables, problem]);
  expect(await rowsOf("aa.xlsx")).toEqual([["New", "labelled", 1, expect.stringContaining("is gone")]]);
  const sheets = [filledSheet("First", 4, 4), filledSheet("New", 3, 3)];
  writeFileSync(page.folder.join("aa.xlsx"), encodeWorkbook({ sheets }));
  const names = async () => (await page.list()).sheets.map(({ workbook, sheet }) => `${workbook}/${sheet}`);
  await eventually(async () => (await names()).includes("aa.xlsx/First") && (await page.list()).looked === 5);
  expect(await names()).toEqual(["a.xlsx/One", "a.xlsx/Two", "aa.xlsx/First", "aa.xlsx/New", "b.xlsx/B"]);
  expect(await rowsOf("aa.xlsx")).toEqual([
    ["First", "open", 1, null],
    ["New", "labelled", 1, null],
  ]);
});

test("a workbook that could not be read is read once it is whole", async () => {
  await using page = await opened(TWO);
  const bytes = encodeWorkbook({ sheets: [filledSheet("Late", 4, 4)] });
  writeFileSync(page.folder.join("c.xlsx"), bytes.subarray(0, bytes.length / 2));
  const rows = async () => (await page.list()).sheets.filter(({ workbook }) => workbook === "c.xlsx");
  await eventually(async () => (await rows())[0]?.problem != null && (await page.list()).looked === 4);
  writeFileSync(page.folder.join("c.xlsx"), bytes);
  await eventually(async () => (await rows())[0]?.tables === 1);
  expect((await rows()).map(({ sheet, problem }) => [sheet, problem])).toEqual([["Late", null]]);
});

test("proposals are kept for the next server, until the workbook changes", async () => {
  using kept = temporaryFolder("proposals");
  const cache = new ProposalCache(kept.path);
  const asked: string[][] = [];
  const find: FindProposals = (sheets) => {
    asked.push(sheets.map(({ sheetName }) => sheetName));
    return proposalsOfBlocks(sheets);
  };
  const workbooks = { ...TWO, "c.xlsx": [{ name: "Nothing", cells: [] }, filledSheet("C", 2, 2)] };
  await using first = await opened(workbooks, { find, cache });
  expect(asked).toEqual([["One", "Two"], ["B"], ["C"]]);
  const before = await first.list();
  await using second = await opened(workbooks, { find, cache });
  expect(asked).toHaveLength(3);
  expect((await second.list()).sheets).toEqual(before.sheets);
  const id = await second.idOf("b.xlsx", "B");
  writeFileSync(second.folder.join("b.xlsx"), encodeWorkbook({ sheets: [filledSheet("B", 9, 9)] }));
  await second.get<OpenedSheet>(`/sheets/${id}`);
  await eventually(
    async () => (await second.get<OpenedSheet>(`/sheets/${id}`)).proposals[0]?.range === "A1:I9",
  );
  expect(asked.at(-1)).toEqual(["B"]);
});

test("lines about sheets that are not there are listed with the reason", async () => {
  const line = '{"file_name":"lost.xlsx","sheet_name":"S","table_regions":["A1:B2"]}\n';
  await using page = await opened(TWO, { lines: line });
  const row = (await page.list()).sheets.find(({ workbook }) => workbook === "lost.xlsx");
  expect(row).toMatchObject({ state: "labelled", tables: 1 });
  expect(row?.problem).toContain("The workbook is gone");
});

test("a workbook that cannot be read has a row that says so, and takes no label", async () => {
  const folder = temporaryFolder("label-broken");
  using _ = folder;
  writeFileSync(folder.join("broken.xlsx"), "no workbook");
  const place = labelPlace(folder.path, folder.path, undefined);
  using store = openLabelStore(place.output, { by: null, now: () => NOON });
  await using server = startLabelServer({ place, store, find: proposalsOfBlocks, bundle: BUNDLE, port: 0 });
  await server.proposed;
  const headers = { authorization: `Bearer ${server.token}`, "content-type": "application/json" };
  const base = `http://127.0.0.1:${server.port}/api/label`;
  const list = (await (await fetch(base, { headers })).json()) as LabelList;
  expect(list.sheets).toHaveLength(1);
  expect(list.sheets[0]!.problem).toContain("some other kind of file");
  const body = JSON.stringify({ version: 0, state: "empty", tables: [], confidence: null, note: "" });
  const refused = await fetch(`${base}/sheets/${list.sheets[0]!.id}`, { method: "PUT", body, headers });
  expect(refused.status).toBe(422);
  expect(existsSync(place.output)).toBe(false);
});

test("a label that cannot be written is no conflict: it is taken once there is room", async () => {
  await using page = await opened(TWO);
  const place = labelPlace(page.folder.path, page.folder.path, page.folder.join("labels", "own.jsonl"));
  using store = openLabelStore(place.output, { by: null, now: () => NOON });
  await using server = startLabelServer({ place, store, find: proposalsOfBlocks, bundle: BUNDLE, port: 0 });
  const put = async () =>
    await fetch(`http://127.0.0.1:${server.port}/api/label/sheets/${await page.idOf("b.xlsx", "B")}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      body: JSON.stringify({ version: 0, state: "empty" }),
    });
  rmSync(page.folder.join("labels"), { recursive: true });
  const refused = await put();
  expect([refused.status, await refused.text()]).toEqual([
    503,
    expect.stringContaining("Cannot write the labels"),
  ]);
  mkdirSync(page.folder.join("labels"));
  expect((await put()).status).toBe(200);
  expect(store.get({ workbook: "b.xlsx", sheet: "B" }).state).toBe("empty");
});

test("a page that listens hears of labels, also of those that an editor writes", async () => {
  await using page = await opened(TWO);
  const id = await page.idOf("a.xlsx", "One");
  const response = await page.ask("/events");
  const reader = response.body!.getReader();
  const heard = async (needle: string): Promise<string> => {
    let text = "";
    while (!text.includes(needle)) text += new TextDecoder().decode((await reader.read()).value);
    return text;
  };
  await heard("retry");
  await page.put(id, { version: 0, state: "empty" });
  expect(await heard('"state":"empty"')).toContain("event: list");
  const line = '{"file_name":"b.xlsx","sheet_name":"B","table_regions":["A1:B5"]}\n';
  appendFileSync(page.folder.join("annotations.jsonl"), line);
  await page.list();
  expect(await heard('"state":"labelled"')).toContain(await page.idOf("b.xlsx", "B"));
  await reader.cancel();
});

test("nobody without the token is answered, and no address leads out of the list", async () => {
  await using page = await opened(TWO);
  const base = `http://127.0.0.1:${page.server.port}`;
  expect((await fetch(`${base}/api/label`)).status).toBe(401);
  const strange = { headers: { origin: "http://evil.example" } };
  expect((await page.ask("", strange)).status).toBe(403);
  for (const path of ["/sheets/0123456789abcdef", "/sheets/..%2f", "/elsewhere"]) {
    expect([path, (await page.ask(path)).status]).toEqual([path, 404]);
  }
  const text = await (await page.ask("/../../")).text();
  expect(text).toContain("<title>Labels</title>");
});
