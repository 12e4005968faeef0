/** Tests what is remembered of files of results, and that others are not replaced. */

import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { UserError } from "../../core/base/problem.ts";
import { checkEarlierFile, rememberFile } from "../../core/prediction/earlier-results.ts";
import type { Maker } from "../../core/prediction/maker.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const MAKER: Maker = { mode: "model", weights: "3f2a9c01b81d", threshold: null };
const OTHER: Maker = { ...MAKER, weights: "000000000000" };

test("checkEarlierFile() takes a new file, an empty one, and one that was remembered with just this maker", () => {
  using folder = temporaryFolder("earlier-results");
  const record = folder.join("cache", "predictions.txt");
  const file = { path: folder.join("found.csv"), named: "found.csv", names: ["books"] };
  checkEarlierFile(file, MAKER, record);
  writeFileSync(file.path, "");
  checkEarlierFile(file, MAKER, record);
  writeFileSync(file.path, "results");
  expect(() => checkEarlierFile(file, MAKER, record)).toThrow(UserError);
  rememberFile(file, MAKER, record);
  checkEarlierFile(file, MAKER, record);
  checkEarlierFile({ ...file, names: ["./books"] }, MAKER, record);
  expect(() => checkEarlierFile(file, OTHER, record)).toThrow("with mode model, weights 000000000000");
  expect(() => checkEarlierFile({ ...file, names: ["books", "more"] }, MAKER, record)).toThrow(UserError);
  writeFileSync(file.path, "results, and a remark of mine");
  expect(() => checkEarlierFile(file, MAKER, record)).toThrow(UserError);
});

test("two makers may write the same content, and a copy elsewhere is known too", () => {
  using folder = temporaryFolder("earlier-results");
  const record = folder.join("predictions.txt");
  const one = { path: folder.join("one.csv"), named: "one.csv", names: ["books"] };
  const two = { path: folder.join("two.csv"), named: "two.csv", names: ["books"] };
  for (const { path } of [one, two]) writeFileSync(path, "no table");
  rememberFile(one, MAKER, record);
  rememberFile(two, OTHER, record);
  checkEarlierFile(two, MAKER, record);
  checkEarlierFile(one, OTHER, record);
});

test("the record stays short, and what cannot be remembered is no error", () => {
  using folder = temporaryFolder("earlier-results");
  const record = folder.join("predictions.txt");
  writeFileSync(record, "old line\n".repeat(2500));
  const file = { path: folder.join("found.csv"), named: "found.csv", names: ["books"] };
  writeFileSync(file.path, "results");
  rememberFile(file, MAKER, record);
  expect(readFileSync(record, "utf8").split("\n").length).toBeLessThan(1100);
  checkEarlierFile(file, MAKER, record);
  writeFileSync(folder.join("file"), "");
  rememberFile(file, MAKER, folder.join("file", "predictions.txt"));
});
