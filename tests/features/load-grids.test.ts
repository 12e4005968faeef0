/** Tests the grids of a workbook and their cache. */

import { beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { WorkbookError } from "../../core/excel/workbook-error.ts";
import { clearGridCache, gridCacheSize } from "../../core/features/grid-cache.ts";
import { featureCacheFolder, loadGrids } from "../../core/features/load-grids.ts";
import { unpackGrid } from "../../core/features/packed-grid.ts";
import { relationships, sheetOf, workbookParts, worksheet, zip } from "../excel/build-package.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const folder = sharedFolder("load-grids").path;
const path = join(folder, "two sheets.xlsx");
const cacheFolder = join(folder, "cache", "features");

beforeAll(() => {
  const parts = workbookParts(
    { First: sheetOf("<c><v>1</v></c><c><v>2</v></c>", '<c t="str"><v>text</v></c>'), Empty: worksheet("") },
    {
      "xl/worksheets/_rels/sheet1.xml.rels": relationships(
        ["a", "table", "../t.xml"],
        ["b", "pivotTable", "../p.xml"],
      ),
      "xl/t.xml": '<table displayName="A" ref="A1:B3"/>',
      "xl/p.xml": '<pivotTableDefinition><location ref="D4:E9"/></pivotTableDefinition>',
    },
  );
  parts["xl/workbook.xml"] = String(parts["xl/workbook.xml"]).replace(
    'name="Empty"',
    'name="Empty" state="veryHidden"',
  );
  writeFileSync(path, zip(parts));
});

const load = (overrides: Partial<Parameters<typeof loadGrids>[1]> = {}) =>
  loadGrids(path, { cacheFolder, maxRows: 100, maxCols: 50, ...overrides });

const cacheFile = () => {
  const names = readdirSync(cacheFolder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".grids"),
  );
  return join(cacheFolder, names[0]!);
};

test("loadGrids() gives what the sheets hold", async () => {
  const { sheets, fromCache } = await load({ cacheFolder: null });
  expect(fromCache).toBe(false);
  expect(sheets.map(({ grid, ...facts }) => facts)).toEqual([
    {
      sheetName: "First",
      hidden: false,
      height: 3,
      width: 2,
      cropped: false,
      tables: [{ top: 1, left: 1, bottom: 3, right: 2 }],
      pivots: [{ top: 4, left: 4, bottom: 9, right: 5 }],
      notes: [],
    },
    {
      sheetName: "Empty",
      hidden: true,
      height: 0,
      width: 0,
      cropped: false,
      tables: [],
      pivots: [],
      notes: [],
    },
  ]);
  expect(sheets[1]!.grid).toBeNull();
});

test("loadGrids() finds the same grids in the cache, by content and limits", async () => {
  clearGridCache(cacheFolder);
  const fresh = await load({ cacheFolder: null });
  const first = await load();
  const second = await load();
  expect([first.fromCache, second.fromCache]).toEqual([false, true]);
  expect(second.sheets).toEqual(fresh.sheets);
  expect(unpackGrid(second.sheets[0]!.grid!)).toEqual(unpackGrid(fresh.sheets[0]!.grid!));

  const copy = join(folder, "other name.xlsx");
  writeFileSync(copy, readFileSync(path));
  expect((await loadGrids(copy, { cacheFolder, maxRows: 100, maxCols: 50 })).fromCache).toBe(true);
  const cropped = await load({ maxRows: 2 });
  expect(cropped.fromCache).toBe(false);
  expect([cropped.sheets[0]!.grid!.height, cropped.sheets[0]!.height, cropped.sheets[0]!.cropped]).toEqual([
    2,
    3,
    true,
  ]);
  expect(gridCacheSize(cacheFolder).files).toBe(2);
});

test("loadGrids() builds a damaged entry anew, wherever a byte was changed or cut", async () => {
  clearGridCache(cacheFolder);
  const { sheets } = await load();
  const file = cacheFile();
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at += 7) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 0x40;
    writeFileSync(file, at % 2 === 0 ? damaged : whole.subarray(0, at));
    const again = await load();
    expect([at, again.fromCache, Bun.deepEquals(again.sheets, sheets)]).toEqual([at, false, true]);
  }
  expect((await load()).fromCache).toBe(true);
});

test("loadGrids() leaves whole entries however many processes write at once", async () => {
  clearGridCache(cacheFolder);
  const script = `
    import { loadGrids } from ${JSON.stringify(join(import.meta.dir, "../../core/features/load-grids.ts"))};
    for (let i = 0; i < 20; i++) {
      const { cacheError } = await loadGrids(process.argv[1], { cacheFolder: process.argv[2], maxRows: 100 + (i % 3), maxCols: 50 });
      if (cacheError) throw cacheError;
    }`;
  const children = Array.from({ length: 3 }, () =>
    Bun.spawn([process.execPath, "-e", script, path, cacheFolder]),
  );
  expect(await Promise.all(children.map(({ exited }) => exited))).toEqual([0, 0, 0]);
  const names = readdirSync(cacheFolder, { recursive: true, encoding: "utf8" });
  expect(names.filter((name) => name.endsWith(".grids")).length).toBe(3);
  expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
  expect((await load()).fromCache).toBe(true);
}, 30_000);

test("loadGrids() works inside a worker", async () => {
  const script = `
    import { loadGrids } from ${JSON.stringify(join(import.meta.dir, "../../core/features/load-grids.ts"))};
    const { sheets } = await loadGrids(${JSON.stringify(path)}, { cacheFolder: null, maxRows: 9, maxCols: 9 });
    postMessage(sheets.map(({ sheetName, grid }) => [sheetName, grid && grid.cells.length]));`;
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "application/typescript" })));
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  worker.terminate();
  expect(answer).toEqual([
    ["First", 6],
    ["Empty", null],
  ]);
});

test("loadGrids() reads on where the cache cannot be written, and says why", async () => {
  const blocked = join(folder, "blocked");
  writeFileSync(blocked, "a file where a folder should be");
  const { sheets, cacheError } = await load({ cacheFolder: join(blocked, "features") });
  expect(sheets.length).toBe(2);
  expect(cacheError).toBeInstanceOf(Error);
});

test("loadGrids() refuses a broken workbook and caches nothing of it", async () => {
  clearGridCache(cacheFolder);
  const broken = join(folder, "broken.xlsx");
  writeFileSync(broken, readFileSync(path).subarray(0, 500));
  await expect(loadGrids(broken, { cacheFolder, maxRows: 9, maxCols: 9 })).rejects.toBeInstanceOf(
    WorkbookError,
  );
  expect(gridCacheSize(cacheFolder)).toEqual({ files: 0, bytes: 0 });
});

test("clearGridCache() deletes entries and nothing else", async () => {
  await load();
  const other = join(cacheFolder, "note.txt");
  writeFileSync(other, "keep");
  expect(gridCacheSize(cacheFolder).bytes).toBe(statSync(cacheFile()).size);
  expect(clearGridCache(cacheFolder)).toBe(1);
  expect(readFileSync(other, "utf8")).toBe("keep");
  expect(gridCacheSize(join(folder, "nowhere"))).toEqual({ files: 0, bytes: 0 });
});

test("a cached sheet takes at most an eighth of its float32 grid on disk", async () => {
  clearGridCache(cacheFolder);
  const rows = Array.from({ length: 90 }, (_, r) =>
    Array.from(
      { length: 40 },
      (_, c) => `<c t="str"><v>${"ab1".repeat((r * 7 + c * 3) % 17)}${r * c}</v></c>`,
    ).join(""),
  );
  const varied = join(folder, "varied.xlsx");
  writeFileSync(varied, zip(workbookParts({ S: sheetOf(...rows) })));
  await loadGrids(varied, { cacheFolder, maxRows: 100, maxCols: 50 });
  expect(gridCacheSize(cacheFolder).bytes * 8).toBeLessThan(90 * 40 * 43 * 4);
});

test("the cache folder is the project's own, wherever the current folder is", () => {
  expect(isAbsolute(featureCacheFolder())).toBe(true);
  expect(featureCacheFolder().startsWith(join(import.meta.dir, "../.."))).toBe(true);
});

test("loadGrids() hands on what was passed over, from the cache too", async () => {
  const odd = join(folder, "odd.xlsx");
  const merges = '<mergeCells><mergeCell ref="#REF!"/></mergeCells>';
  const sheet = worksheet(`<sheetData><row><c><v>1</v></c></row></sheetData>${merges}`);
  const parts = workbookParts({ One: sheet, Two: sheetOf("<c><v>1</v></c>") }, { "xl/styles.xml": "" });
  writeFileSync(odd, zip(parts));
  const options = { cacheFolder, maxRows: 100, maxCols: 50 };
  const first = await loadGrids(odd, options);
  const second = await loadGrids(odd, options);
  expect([first.fromCache, second.fromCache]).toEqual([false, true]);
  for (const { sheets } of [first, second]) {
    const kinds = sheets.map(({ notes }) => notes.map(({ kind }) => kind));
    expect(kinds).toEqual([["broken-part", "merged-range"], ["broken-part"]]);
  }
});
