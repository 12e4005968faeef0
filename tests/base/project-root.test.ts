/** Tests where a clone and an installed package keep what they make. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import {
  cacheFolder,
  isInstalledPackage,
  PROJECT_ROOT,
  packageFolders,
  runsFolder,
  workFolder,
} from "../../core/base/project-root.ts";

const INSTALLED = join("/home", "me", "project", "node_modules", "tablesense2");

test("a clone keeps runs and caches in its own folder", () => {
  expect(isInstalledPackage("/home/me/tablesense2")).toBe(false);
  expect(workFolder("/home/me/tablesense2")).toBe("/home/me/tablesense2");
  expect(cacheFolder("/home/me/tablesense2")).toBe(join("/home/me/tablesense2", ".cache"));
  expect(packageFolders("@a/b", "/home/me/tablesense2")).toEqual([
    join("/home/me/tablesense2", "node_modules", "@a", "b"),
  ]);
  expect(workFolder()).toBe(PROJECT_ROOT);
  expect(runsFolder()).toBe(join(PROJECT_ROOT, "runs"));
});

test("an installed package makes runs in the current folder, and keeps nothing in its own", () => {
  expect(isInstalledPackage(INSTALLED)).toBe(true);
  expect(isInstalledPackage("C:\\me\\node_modules\\tablesense2")).toBe(true);
  expect(workFolder(INSTALLED)).toBe(process.cwd());
  expect(runsFolder(INSTALLED)).toBe(join(process.cwd(), "runs"));
  expect(cacheFolder(INSTALLED)).toBe("/home/me/project/node_modules/.cache/tablesense2");
  expect(packageFolders("@a/b", INSTALLED)).toEqual([
    join(INSTALLED, "node_modules", "@a", "b"),
    "/home/me/project/node_modules/@a/b",
  ]);
});
