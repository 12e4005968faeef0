/**
 * Holds the arrangement of docs/architecture.md: imports go down, plugins know one file of the core, no
 * circles.
 */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { circles, projectFiles, readImports } from "../support/source-imports.ts";

const FILES = projectFiles();
const IMPORTS = readImports(FILES);
const ARROWS = [...IMPORTS].flatMap(([from, targets]) => targets.map((to) => ({ from, to })));
const FLOORS = readFloors();
/** The largest share of the lines of core/ and plugins/ that one room may have. */
const LARGEST_ROOM = 0.16;

/** Room to floor, from the table of docs/architecture.md. */
function readFloors(): Map<string, number> {
  const page = readFileSync(join(PROJECT_ROOT, "docs/architecture.md"), "utf8");
  const table = page.split("<!-- begin: floors -->")[1]!.split("<!-- end: floors -->")[0]!;
  const rows = [...table.matchAll(/^\| (\d+) \| `([^`]+)` \|/gm)];
  return new Map(rows.map(([, floor, room]) => [room!, Number(floor)]));
}

/** The room of a file: the folder below `core/`, `plugins/{name}`, or the top folder. */
function roomOf(path: string): string {
  const [top, second] = path.split("/") as [string, string];
  if (top === "core") return second;
  return top === "plugins" ? `plugins/${second}` : top;
}

const isCore = (path: string) => path.startsWith("core/");
const isPlugin = (path: string) => path.startsWith("plugins/");
const arrow = ({ from, to }: { from: string; to: string }) => `${from} → ${to}`;

test("every import leads to a file of the project", () => {
  expect(ARROWS.length).toBeGreaterThan(1000);
  expect(ARROWS.filter(({ to }) => !FILES.includes(to)).map(arrow)).toEqual([]);
});

test("docs/architecture.md has a floor for every room of core/, and no others", () => {
  const rooms = new Set(FILES.filter(isCore).map(roomOf));
  expect([...FLOORS.keys()].sort()).toEqual([...rooms].sort());
});

test("a file of core/ imports from its own room and from lower floors alone", () => {
  const wrong = ARROWS.filter(({ from, to }) => {
    if (!isCore(from) || (isCore(to) && roomOf(from) === roomOf(to))) return false;
    return !isCore(to) || FLOORS.get(roomOf(to))! >= FLOORS.get(roomOf(from))!;
  });
  expect(wrong.map(arrow)).toEqual([]);
});

test("a plugin imports its own files and core/plugin.ts alone", () => {
  const wrong = ARROWS.filter(
    ({ from, to }) => isPlugin(from) && roomOf(from) !== roomOf(to) && to !== "core/plugin.ts",
  );
  expect(wrong.map(arrow)).toEqual([]);
});

test("core/plugin.ts only hands on what others declare", () => {
  const text = readFileSync(join(PROJECT_ROOT, "core/plugin.ts"), "utf8");
  const statements = text.replace(/\/\*[\s\S]*?\*\//g, "").split(";");
  const others = statements.filter((each) => each.trim() !== "" && !/^\s*export\b[^=]*\bfrom\s*"/.test(each));
  expect(others).toEqual([]);
});

test("the helpers of tests/support stand below the tests, and benchmarks use no others", () => {
  const wrong = ARROWS.filter(({ from, to }) => {
    const isShared = to.startsWith("tests/support/");
    if (from.startsWith("tests/support/"))
      return to.startsWith("tests/") ? !isShared : to.startsWith("bench/");
    return from.startsWith("bench/") && to.startsWith("tests/") && !isShared;
  });
  expect(wrong.map(arrow)).toEqual([]);
});

test("no files import each other in a circle, types included", () => {
  expect(circles(IMPORTS)).toEqual([]);
});

test("no rooms import each other in a circle", () => {
  const rooms = new Map<string, string[]>();
  for (const { from, to } of ARROWS.filter(({ from }) => isCore(from) || isPlugin(from))) {
    const targets = rooms.get(roomOf(from)) ?? [];
    if (roomOf(from) !== roomOf(to)) targets.push(roomOf(to));
    rooms.set(roomOf(from), targets);
  }
  expect(circles(rooms)).toEqual([]);
});

test("circles() finds a circle and names its members", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c"]],
    ["c", ["b", "d"]],
    ["d", []],
  ]);
  expect(circles(graph)).toEqual([["b", "c"]]);
});

test("no room has more than 16 % of the lines of core/ and plugins/", () => {
  const lines = new Map<string, number>();
  for (const path of IMPORTS.keys()) {
    if (!isCore(path) && !isPlugin(path)) continue;
    const count = readFileSync(join(PROJECT_ROOT, path), "utf8").split("\n").length;
    lines.set(roomOf(path), (lines.get(roomOf(path)) ?? 0) + count);
  }
  const total = [...lines.values()].reduce((sum, count) => sum + count, 0);
  const shares = [...lines].map(([room, count]) => ({ room, share: count / total }));
  expect(shares.filter(({ share }) => share > LARGEST_ROOM)).toEqual([]);
});

test("tests/ mirrors the rooms: each of its folders is a room of core/, or plugins, golden, support or house", () => {
  const folders = new Set(
    FILES.filter((path) => path.startsWith("tests/") && path.split("/").length > 2).map(
      (path) => path.split("/")[1]!,
    ),
  );
  // tests/wandb keeps one former path for programs outside of the repository.
  const known = new Set([...FLOORS.keys(), "plugins", "golden", "support", "house", "wandb"]);
  expect([...folders].filter((folder) => !known.has(folder))).toEqual([]);
});
