/** Tests the store of a training's grids: what stays in memory, and what is read from its file. */

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import type { SheetEntry } from "../../core/dataset/dataset.ts";
import { GridStore } from "../../core/dataset/grid-store.ts";
import { packCells } from "../../core/features/packed-grid.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A sheet of `height` rows and 3 columns with `count` distinct vectors. */
function sheet(name: string, height: number, count: number): SheetEntry {
  const vectors = Uint32Array.from({ length: count * 4 }, (_, at) => (at * 2654435761 + height) >>> 0);
  const indices = Uint32Array.from({ length: height * 3 }, (_, cell) => (cell * 7919) % count);
  const grid = packCells(height, 3, indices, vectors);
  const ranges = [{ top: 1, left: 1, bottom: height, right: 3 }];
  const boxes = Float32Array.of(0.5, 0.5, 1, 1);
  const facts = { dataset: "d", fileName: "f", sheetName: name, label: `d/f/${name}`, height, width: 3 };
  return { ...facts, grid, ranges, boxes };
}

const bytesOf = ({ grid }: SheetEntry) => grid.vectors.byteLength + grid.cells.byteLength;

test("GridStore keeps grids in memory up to the limit, and reads the same bits of the others from its file", () => {
  using folder = temporaryFolder("grids");
  const entries = [sheet("a", 40, 9), sheet("b", 500, 200), sheet("wide", 30, 70_000), sheet("c", 1, 1)];
  using store = new GridStore(bytesOf(entries[0]!), folder.path);
  const kept = entries.map((entry) => store.keep(entry));
  expect(kept[0]).toBe(entries[0]!);
  expect(store.size.memory).toBe(bytesOf(entries[0]!));
  expect(store.size.disk).toBeGreaterThan(0);
  for (const index of [3, 1, 2, 0, 1]) {
    expect(kept[index]).toEqual(entries[index]!);
    expect(kept[index]!.grid.cells.BYTES_PER_ELEMENT).toBe(index === 2 ? 4 : 2);
  }
  expect(kept[1]!.grid).not.toBe(kept[1]!.grid);
});

test("copies of a sheet whose grid lies on disk have the grid, in this thread and in messages to others", () => {
  using folder = temporaryFolder("grids");
  using store = new GridStore(0, folder.path);
  const entry = sheet("a", 12, 5);
  const kept = store.keep(entry);
  expect({ ...kept }).toEqual(entry);
  expect(structuredClone(kept)).toEqual(entry);
});

test("GridStore makes no file for grids that fit, and leaves none behind", () => {
  using folder = temporaryFolder("grids");
  const entry = sheet("a", 12, 5);
  {
    using store = new GridStore(bytesOf(entry), folder.path);
    store.keep(entry);
    expect(readdirSync(folder.path)).toEqual([]);
    store.keep(entry);
    expect(store.size).toEqual({ memory: bytesOf(entry), disk: expect.any(Number) });
  }
  expect(readdirSync(folder.path)).toEqual([]);
});

test("a grid on disk cannot be read after the end of its store", () => {
  using folder = temporaryFolder("grids");
  const store = new GridStore(0, folder.path);
  const kept = store.keep(sheet("a", 12, 5));
  store[Symbol.dispose]();
  expect(() => kept.grid).toThrow("after the end of its training");
});

test("a folder that cannot be written is named, with data.memory_limit as the way out", () => {
  using folder = temporaryFolder("grids");
  const path = folder.write("file", "no folder");
  using store = new GridStore(0, path);
  expect(() => store.keep(sheet("a", 12, 5))).toThrow("--data.memory_limit=<MB>");
});
