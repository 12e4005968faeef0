/** Holds the order of the folders of core/synthesis that the head of synthetic-sheet.ts states. */

import { expect, test } from "bun:test";
import { projectFiles, readImports } from "../support/source-imports.ts";

const ROOM = "core/synthesis/";
/** Each part of the room, and how high it stands; the other files at its root stand above them all. */
const HEIGHTS: Readonly<Record<string, number>> = {
  "draw.ts": 0,
  vocabulary: 1,
  plans: 2,
  looks: 2,
  sheet: 3,
  blocks: 4,
};
const ROOT = 5;

const part = (path: string) => path.slice(ROOM.length).split("/")[0]!;
const height = (path: string) => HEIGHTS[part(path)] ?? ROOT;
const files = projectFiles().filter((path) => path.startsWith(ROOM));

test("a file of core/synthesis imports from its own folder and from lower ones alone", () => {
  const arrows = [...readImports(files)].flatMap(([from, targets]) =>
    targets.filter((to) => to.startsWith(ROOM)).map((to) => ({ from, to })),
  );
  expect(arrows.length).toBeGreaterThan(150);
  const wrong = arrows.filter(({ from, to }) => {
    const isOwn = part(from) === part(to) || (height(from) === ROOT && height(to) === ROOT);
    return !isOwn && height(to) >= height(from);
  });
  expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test("every folder of core/synthesis has a height", () => {
  const folders = files.map((path) => path.slice(ROOM.length)).filter((path) => path.includes("/"));
  expect([...new Set(folders.map((path) => path.split("/")[0]!))].sort()).toEqual(
    Object.keys(HEIGHTS)
      .filter((name) => !name.endsWith(".ts"))
      .sort(),
  );
});
