/** Tests the list of many runs: ids, changes, what is no run, deleting, tags and notes. */

import { expect, test } from "bun:test";
import { appendFileSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireFolderLock } from "../../core/files/folder-lock.ts";
import { readRemarks, writeRemarks } from "../../core/runs/remarks.ts";
import { RunList } from "../../core/runs/run-list.ts";
import { listRuns, RunSet } from "../../core/runs/run-set.ts";
import { trashRun } from "../../core/runs/trash-run.ts";
import { recordedRow, writeRecordedRun } from "../support/recorded-run.ts";
import { refusal } from "../support/refusal.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const started = (at: string) => ({ record: { starts: [{ at, step: 0 }] } });

test("the runs of a folder, the newest first; other folders and files are none", () => {
  using folder = temporaryFolder("runs");
  writeRecordedRun(folder.join("old"), started("2026-01-01T00:00:00Z"));
  writeRecordedRun(
    folder.join("<script>alert(1)</script>".replace("/", "∕")),
    started("2026-03-01T00:00:00Z"),
  );
  writeRecordedRun(folder.join("ünï 😀"), started("2026-02-01T00:00:00Z"));
  writeRecordedRun(folder.join(".trash", "gone"));
  mkdirSync(folder.join("empty"));
  folder.write("a file", "");
  const ids = listRuns(new RunSet([folder.path])).map(({ id }) => id);
  expect(ids).toEqual(["<script>alert(1)<∕script>", "ünï 😀", "old"]);
});

test("runs of one name in several folders have ids of their own, and a run that is named twice one", () => {
  using folder = temporaryFolder("runs");
  const [a, b, c] = ["a", "b", "deep/a"].map((name) => writeRecordedRun(folder.join(name, "same")));
  const set = new RunSet([folder.join("a"), b!, c!, folder.join("a"), a!]);
  expect([...set.paths().keys()].sort()).toEqual(["same", "same (in a)", "same (in b)"]);
  expect(set.pathOf("same (in b)")).toBe(b!);
  expect(set.pathOf("../a")).toBeNull();
});

test("RunSet refuses what is no folder, and names what is near", () => {
  using folder = temporaryFolder("runs");
  mkdirSync(folder.join("runs"));
  expect(() => new RunSet([folder.join("rnus"), folder.write("file", "")])).toThrow(
    /rnus {2}Cannot look for runs here[\s\S]*nothing[\s\S]*\/runs[\s\S]*file {2}Cannot/,
  );
  expect(refusal(() => new RunSet([folder.join("file", "runs")]))).toMatch(/got +nothing/);
  // not the file itself
  expect(refusal(() => new RunSet([folder.join("file")]))).not.toContain("fix");
});

test("RunList reads what has changed, and only that; it sees new, gone, crashed and remarked runs", () => {
  using folder = temporaryFolder("runs");
  const one = writeRecordedRun(folder.join("one"));
  const two = writeRecordedRun(folder.join("two"), { record: { status: "running" } });
  const lock = acquireFolderLock(two);
  const list = new RunList(new RunSet([folder.path]));
  expect(
    list
      .look()
      .changed.map(({ id, status }) => [id, status])
      .sort(),
  ).toEqual([
    ["one", "finished"],
    ["two", "running"],
  ]);
  expect(list.look()).toEqual({ changed: [], gone: [] });

  writeRemarks(one, { tags: ["good"], notes: "" });
  expect(list.look().changed.map(({ id, tags }) => [id, tags])).toEqual([["one", ["good"]]]);
  appendFileSync(join(two, "metrics.jsonl"), recordedRow(21));
  writeRemarks(one, { tags: [], notes: "later" });
  expect(list.lookAtRunning().changed.map(({ id, steps }) => [id, steps])).toEqual([["two", 21]]);
  expect(list.look().changed.map(({ id }) => id)).toEqual(["one"]);
  lock.release();
  expect(list.lookAtRunning().changed.map(({ id, status }) => [id, status])).toEqual([["two", "crashed"]]);
  writeRecordedRun(folder.join("three"));
  renameSync(one, folder.join("renamed"));
  const { changed, gone } = list.look();
  expect([changed.map(({ id }) => id).sort(), gone]).toEqual([["renamed", "three"], ["one"]]);
  expect(list.look()).toEqual({ changed: [], gone: [] });
  expect(list.rows).toHaveLength(3);
});

test("tags and notes replace those of the configuration, and nonsense is refused", () => {
  using folder = temporaryFolder("runs");
  const path = writeRecordedRun(folder.join("run"));
  expect(readRemarks(path)).toBeNull();
  writeRemarks(path, { tags: [" a ", "a", "<b>"], notes: "x\ny" });
  expect(readRemarks(path)).toEqual({ tags: ["a", "<b>"], notes: "x\ny" });
  expect(listRuns(new RunSet([path]))[0]).toMatchObject({ tags: ["a", "<b>"], notes: "x\ny" });
  for (const wrong of [
    null,
    [],
    {},
    { tags: "a", notes: "" },
    { tags: [""], notes: "" },
    { tags: [1], notes: "" },
  ]) {
    expect(() => writeRemarks(path, wrong)).toThrow(/Cannot keep these tags and notes/);
  }
  expect(() => writeRemarks(path, { tags: [], notes: "x".repeat(20_001) })).toThrow(/at most 20000/);
  writeFileSync(join(path, "remarks.json"), "{");
  expect(readRemarks(path)).toBeNull();
});

test("trashRun() moves a run into .trash, under a free name, and refuses one in which a process works", () => {
  using folder = temporaryFolder("runs");
  for (const expected of ["run", "run (2)"]) {
    const path = writeRecordedRun(folder.join("run"));
    expect(trashRun(path)).toBe(folder.join(".trash", expected));
    expect(existsSync(path)).toBe(false);
  }
  expect(readdirSync(folder.join(".trash", "run (2)"))).toContain("run.json");
  const path = writeRecordedRun(folder.join("run"));
  using _lock = acquireFolderLock(path);
  expect(() => trashRun(path)).toThrow(/a run in which no process works/);
  expect(existsSync(path)).toBe(true);
});
