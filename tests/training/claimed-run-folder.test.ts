/** Tests what becomes of a run's folder when the run ends or does not begin. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ProcessConsole } from "../../core/console/console.ts";
import { ClaimedRunFolder } from "../../core/training/claimed-run-folder.ts";
import { createRunFolder } from "../../core/training/run-folder.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const runs = sharedFolder("runs").path;
const AT = new Date(2026, 0, 2, 3, 4);

const locks = (folder: string) => readdirSync(folder).filter((name) => name.startsWith(".lock-"));

test("a fresh run's folder is removed again if no training begins", () => {
  const console = new ProcessConsole();
  let path: string;
  {
    using folder = ClaimedRunFolder.make(runs, "unused", AT);
    path = folder.paths.path;
    folder.attach(console);
    expect(locks(path)).toHaveLength(1);
  }
  expect(existsSync(path)).toBe(false);
  console.close();
});

test("a fresh run's folder stays, unlocked, once training has begun; its log stays open", () => {
  const console = new ProcessConsole();
  let path: string;
  {
    using folder = ClaimedRunFolder.make(runs, "used", AT);
    path = folder.paths.path;
    folder.attach(console);
    folder.beginTraining();
  }
  expect(locks(path)).toEqual([]);
  console.warn("claimed-run-folder.test.ts: a line after the run");
  console.close();
  expect(readFileSync(join(path, "output.log"), "utf8")).toContain("a line after the run");
});

test("a log that cannot be opened is named, and nothing is left behind", () => {
  const console = new ProcessConsole();
  let path: string;
  {
    using folder = ClaimedRunFolder.make(runs, "no log", AT);
    path = folder.paths.path;
    mkdirSync(folder.paths.outputLog);
    const refusal = `${folder.paths.outputLog}  Cannot keep what the console shows`;
    expect(() => folder.attach(console)).toThrow(refusal);
  }
  expect(existsSync(path)).toBe(false);
  console.close();
});

test("the folder of a run that is resumed is held by one claim and stays whatever happens", async () => {
  const paths = createRunFolder(runs, "resumed", AT);
  const console = new ProcessConsole();
  const claim = () => ClaimedRunFolder.claim(paths, console, new AbortController().signal);
  {
    using first = await claim();
    await expect(claim()).rejects.toThrow("Cannot train here");
    first.checkHeld();
    for (const name of locks(paths.path)) rmSync(join(paths.path, name));
    expect(() => first.checkHeld()).toThrow("Cannot save here any more");
  }
  expect(existsSync(paths.checkpoints)).toBe(true);
  (await claim())[Symbol.dispose]();
  console.close();
});
