/** Tests which checkpoint a name means. */

import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { locateCheckpoint, runNamed } from "../../core/checkpoint/locate-checkpoint.ts";
import { runsWithCheckpoints } from "../../core/checkpoint/runs-with-checkpoints.ts";
import { locatePretrained } from "../../core/pretrained/locate-pretrained.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Makes a folder of runs, each with a checkpoint that is as old as its place in the list. */
function runsIn(folder: string, ...names: string[]): string {
  for (const [age, name] of names.entries()) {
    const checkpoints = join(folder, name, "checkpoints");
    mkdirSync(checkpoints, { recursive: true });
    writeFileSync(join(checkpoints, "last.pt"), "");
    utimesSync(join(checkpoints, "last.pt"), 9000 - age, 9000 - age);
  }
  return folder;
}

test("runsWithCheckpoints() lists the most recently written first and passes over runs without any", () => {
  using folder = temporaryFolder("runs");
  const runs = runsIn(folder.path, "one 2026-03-04 09:05", "two 2026-03-04 09:05");
  mkdirSync(join(runs, "none", "checkpoints"), { recursive: true });
  expect(runsWithCheckpoints(runs).map((path) => basename(path).split(" ")[0])).toEqual(["one", "two"]);
  expect(runsWithCheckpoints(join(runs, "absent"))).toEqual([]);
});

test("runsWithCheckpoints() passes over links that lead nowhere", () => {
  using folder = temporaryFolder("runs");
  const runs = runsIn(folder.path, "one");
  symlinkSync("gone.pt", join(runs, "one", "checkpoints", "best.pt"));
  symlinkSync("gone", join(runs, "two"));
  expect(runsWithCheckpoints(runs)).toEqual([join(runs, "one")]);
});

test("locateCheckpoint() knows the words latest and pretrained", () => {
  using folder = temporaryFolder("runs");
  const runs = runsIn(folder.path, "new", "old");
  expect(locateCheckpoint("latest", { runs })).toBe(join(runs, "new", "checkpoints", "last.pt"));
  expect(locateCheckpoint("pretrained", { runs })).toBe(locatePretrained());
});

test("locateCheckpoint() takes the name of a run, unless a path of this name is there", () => {
  using folder = temporaryFolder("runs");
  const runs = runsIn(folder.path, "new 2026-03-04 09:05", "old");
  const newest = join(runs, "new 2026-03-04 09:05");
  const checkpoint = join(newest, "checkpoints", "last.pt");
  expect(runNamed(basename(newest), runs)).toBe(newest);
  expect(locateCheckpoint(basename(newest), { runs })).toBe(checkpoint);
  // As model.init is once the configuration is read.
  expect(locateCheckpoint(resolve(basename(newest)), { runs })).toBe(checkpoint);
  expect(runNamed("new", runs)).toBeNull();
  expect(runNamed(join("elsewhere", "old"), runs)).toBeNull();
  const here = mkdtempSync("a-run-");
  try {
    runsIn(runs, here);
    expect(runNamed(here, runs)).toBeNull();
  } finally {
    rmdirSync(here);
  }
});

test("locateCheckpoint() names the nearest run where a path leads to none", () => {
  using folder = temporaryFolder("runs");
  const runs = runsIn(folder.path, "invoices 2026-11-23 12:00", "other");
  expect(() => locateCheckpoint(join(runs, "invoice 2026-11-23 12:00"), { runs })).toThrow(
    `fix       the nearest run: "${join(runs, "invoices 2026-11-23 12:00")}"`,
  );
  expect(() => locateCheckpoint("latset", { runs })).toThrow("fix       latest");
  expect(() => locateCheckpoint("latest", { runs: join(runs, "absent") })).toThrow(
    "no run with a checkpoint",
  );
});
