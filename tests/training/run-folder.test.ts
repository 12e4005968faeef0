/** Tests the names and the list of run folders. */

import { expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createFolderBesideRuns, createRunFolder, runFolderName } from "../../core/training/run-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const at = new Date(2026, 2, 4, 9, 5, 59);

test("runFolderName() has local date and time, with a dash for the colon on Windows", () => {
  expect(runFolderName("a run", at, "linux")).toBe("a run 2026-03-04 09:05");
  expect(runFolderName("a run", at, "win32")).toBe("a run 2026-03-04 09-05");
});

test("createRunFolder() numbers names that are taken", () => {
  using folder = temporaryFolder("runs");
  const runs = folder.path;
  const names = [1, 2, 3].map(() => basename(createRunFolder(runs, "x", at).path));
  expect(names).toEqual(["x 2026-03-04 09:05", "x 2026-03-04 09:05 (2)", "x 2026-03-04 09:05 (3)"]);
  expect(readdirSync(join(runs, names[2]!)).sort()).toEqual(["checkpoints", "configs"]);
});

test("createRunFolder() says which folder it could not write to", () => {
  using folder = temporaryFolder("runs");
  const runs = folder.path;
  const file = join(runs, "file");
  writeFileSync(file, "");
  expect(() => createRunFolder(file, "x", at)).toThrow(/Cannot make the run's folder/);
  expect(() => createFolderBesideRuns(file, "x folds", at)).toThrow(/Cannot make the run's folder/);
});
