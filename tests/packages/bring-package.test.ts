/** Tests how a package is brought that only one command needs. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import type { runProgram } from "../../core/base/run-program.ts";
import { bringPackage } from "../../core/packages/bring-package.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const NAME = "@scope/tool";

/** Stands for the package manager: installs what the manifest asks for. */
const installs: typeof runProgram = async (_, options) => {
  const manifest = JSON.parse(readFileSync(join(options!.cwd!, "package.json"), "utf8"));
  for (const [name, version] of Object.entries(manifest.dependencies)) {
    const folder = join(options!.cwd!, "node_modules", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version }));
  }
  return { code: 0, output: "" };
};

test("a package is installed once, in a folder of its own, and a line says so", async () => {
  using folder = temporaryFolder("bring");
  const lines: string[] = [];
  const options = { folder: folder.path, places: [], say: (line: string) => lines.push(line), run: installs };
  const first = await bringPackage(NAME, "1.2.3", options);
  expect(existsSync(join(first, "package.json"))).toBe(true);
  expect(await bringPackage(NAME, "1.2.3", options)).toBe(first);
  expect(lines).toEqual(["installing @scope/tool 1.2.3 (once) …"]);
  expect(await bringPackage(NAME, "2.0.0", options)).not.toBe(first);
});

test("a package that the project has is taken, but only with the right version", async () => {
  using folder = temporaryFolder("bring");
  folder.write("own/package.json", JSON.stringify({ version: "1.2.3" }));
  const places = [folder.join("missing"), folder.join("own")];
  const options = { folder: folder.join("cache"), places, say: () => {}, run: installs };
  expect(await bringPackage(NAME, "1.2.3", options)).toBe(folder.join("own"));
  expect(await bringPackage(NAME, "1.2.4", options)).toStartWith(folder.join("cache"));
});

test("of two commands that bring a package at once, the second leaves the folder of the first", async () => {
  using folder = temporaryFolder("bring");
  const options = { folder: folder.path, places: [], say: () => {} };
  const marks: string[] = [];
  const later: typeof runProgram = async (command, settings) => {
    const first = await bringPackage(NAME, "1.2.3", { ...options, run: installs });
    marks.push(join(first, "in-use"));
    writeFileSync(marks[0]!, "");
    return installs(command, settings);
  };
  const second = await bringPackage(NAME, "1.2.3", { ...options, run: later });
  expect([marks[0], existsSync(marks[0]!)]).toEqual([join(second, "in-use"), true]);
  expect(readdirSync(folder.path)).toHaveLength(1);
});

test("what cannot be installed is said with the manager's words, and nothing is left of it", async () => {
  using folder = temporaryFolder("bring");
  const run = async () => ({ code: 1, output: "one\ntwo\nthree\nConnectionRefused" });
  const options = { folder: folder.path, places: [], say: () => {}, run };
  const error = await bringPackage(NAME, "1.2.3", options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).problems[0]).toMatchObject({
    message: "Cannot install @scope/tool",
    got: "two\nthree\nConnectionRefused",
  });
  expect(readdirSync(folder.path)).toEqual([]);
});
