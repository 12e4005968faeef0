/** Tests where proposals are kept, and that a damaged file counts as none. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  clearProposalCache,
  type KeptSheet,
  ProposalCache,
  proposalCacheSize,
  proposalFolder,
  workbookKey,
} from "../../core/labelling/proposal-cache.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const SHEETS: KeptSheet[] = [
  {
    sheetName: "ä\n",
    hidden: true,
    height: 4,
    width: 3,
    template: "f00",
    isEmpty: false,
    found: { tables: [{ range: "A1:C4", score: 0.75, source: "model" }], doubt: 0.25 },
  },
];

test("a damaged file of the cache counts as none, and a folder that cannot be written costs nothing", () => {
  using folder = temporaryFolder("proposal-cache");
  const cache = new ProposalCache(folder.path);
  expect(cache.read("abcd")).toBeNull();
  cache.write("abcd", SHEETS);
  expect(cache.read("abcd")).toEqual(SHEETS);
  const [path] = readdirSync(folder.path, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
  const text = readFileSync(folder.join(path!), "utf8");
  writeFileSync(folder.join(path!), text.replace("0.75", "0.85"));
  expect(cache.read("abcd")).toBeNull();
  writeFileSync(folder.join(path!), text.slice(0, -3));
  expect(cache.read("abcd")).toBeNull();
  const nowhere = new ProposalCache(folder.write("file", ""));
  nowhere.write("abcd", SHEETS);
  expect(nowhere.read("abcd")).toBeNull();
});

test("other weights, another threshold and a text file of another name have proposals of their own", () => {
  using folder = temporaryFolder("proposal-folder");
  const [a, b] = [folder.write("a.pt", "one"), folder.write("b.pt", "two")];
  const folders = [
    proposalFolder(null, undefined),
    proposalFolder(a, undefined),
    proposalFolder(b, undefined),
    proposalFolder(a, 0.5),
  ];
  expect(new Set(folders).size).toBe(folders.length);
  expect(proposalFolder(folder.write("c.pt", "one"), 0.5)).toBe(folders[3]!);
  expect(workbookKey("in/a.csv", "0123")).toBe(workbookKey("a.csv", "0123"));
  expect(workbookKey("a.csv", "0123")).not.toBe(workbookKey("b.csv", "0123"));
});

test("clearProposalCache() deletes the proposals of all makers, and no other file", () => {
  using folder = temporaryFolder("proposal-cache");
  for (const maker of ["blocks", "weights"]) new ProposalCache(folder.join(maker)).write("abcd", SHEETS);
  const mine = folder.write("mine.txt", "");
  const { files, bytes } = proposalCacheSize(folder.path);
  expect(files).toBe(2);
  expect(bytes).toBeGreaterThan(2 * JSON.stringify(SHEETS).length);
  expect(clearProposalCache(folder.path)).toBe(2);
  expect(new ProposalCache(folder.join("blocks")).read("abcd")).toBeNull();
  expect(proposalCacheSize(folder.path)).toEqual({ files: 0, bytes: 0 });
  expect(existsSync(mine)).toBe(true);
  expect(proposalCacheSize(folder.join("nowhere"))).toEqual({ files: 0, bytes: 0 });
});
