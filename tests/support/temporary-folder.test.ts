/** Tests the helper for temporary folders. */

import { expect, spyOn, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { temporaryFolder } from "./temporary-folder.ts";

test("temporaryFolder() is there in the block that uses it, and gone with its content afterwards", () => {
  let path: string;
  {
    using folder = temporaryFolder("kept");
    path = folder.path;
    const file = folder.write("a/b.txt", "text");
    expect([dirname(file), readFileSync(file, "utf8")]).toEqual([folder.join("a"), "text"]);
    expect(readdirSync(folder.emptyFolder())).toEqual([]);
    expect(readdirSync(folder.path)).toHaveLength(2);
  }
  expect(existsSync(path)).toBe(false);
});

test("temporaryFolder() removes what is read-only", () => {
  let path: string;
  {
    using folder = temporaryFolder("locked");
    path = folder.path;
    chmodSync(folder.write("deep/down/file", ""), 0o400);
    chmodSync(folder.join("deep/down"), 0o500);
    chmodSync(folder.join("deep"), 0);
  }
  expect(existsSync(path)).toBe(false);
});

test("temporaryFolder() takes no harm from a test that removes it", () => {
  using warn = spyOn(console, "warn").mockImplementation(() => {});
  {
    using folder = temporaryFolder("removed");
    rmSync(folder.path, { recursive: true });
  }
  expect(warn).not.toHaveBeenCalled();
});

test("temporaryFolder() leaves a test its own error where the folder cannot be removed", () => {
  using warn = spyOn(console, "warn").mockImplementation(() => {});
  let path = "";
  const fail = () => {
    using folder = temporaryFolder("stuck");
    path = folder.path;
    rmSync(path, { recursive: true });
    writeFileSync(path, "a file where a folder was");
    throw new Error("of the test");
  };
  expect(fail).toThrow(/^of the test$/);
  expect(warn).toHaveBeenCalledTimes(1);
  rmSync(path);
});
