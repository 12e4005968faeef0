/** Tests that two processes do not write one file at once. */

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { acquireFileLock } from "../../core/files/file-lock.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("acquireFileLock() holds one file and no other, and leaves nothing behind", () => {
  using folder = temporaryFolder("file-lock");
  const path = folder.join("found.jsonl");
  const acquire = (of: string) => acquireFileLock(of, "Cannot continue this output", "wait");
  {
    using _held = acquire(path);
    expect(() => acquire(path)).toThrow(
      new RegExp(`^${path} {2}Cannot continue this output\\n.*\\n {2}got {7}process ${process.pid}`),
    );
    acquire(folder.join("other.jsonl")).release();
  }
  acquire(path).release();
  expect(readdirSync(folder.path)).toEqual([]);
});

test("acquireFileLock() says where no lock can be made", () => {
  using folder = temporaryFolder("file-lock");
  const file = folder.write("file", "");
  expect(() => acquireFileLock(`${file}/x.jsonl`, "Cannot continue this output", "wait")).toThrow(
    /Cannot claim the file: .*\n {2}got .*(ENOTDIR|EEXIST).*\n {2}fix {7}make its folder writable/,
  );
});

test("acquireFileLock() holds files whose names are as long as a system allows, each for itself", () => {
  using folder = temporaryFolder("file-lock");
  const acquire = (of: string) => acquireFileLock(folder.join(of), "Cannot continue this output", "wait");
  const [one, other] = ["1", "2"].map((end) => `${"ä".repeat(127)}${end}`) as [string, string];
  using _held = acquire(one);
  expect(() => acquire(one)).toThrow("Cannot continue this output");
  acquire(other).release();
});
