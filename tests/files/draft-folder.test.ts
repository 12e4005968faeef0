/** Tests folders that are written beside their place and then put there. */

import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DraftFolder, replaceFolder } from "../../core/files/draft-folder.ts";
import { ownIdentity, processTag } from "../../core/files/process-identity.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const root = sharedFolder("draft-folder").path;

let folders = 0;
/** A new folder with one folder `invoices` in it, which holds `old.txt`. */
function withFinal(): { parent: string; final: string } {
  const parent = join(root, String(folders++));
  const final = join(parent, "invoices");
  mkdirSync(final, { recursive: true });
  writeFileSync(join(final, "old.txt"), "old");
  return { parent, final };
}

test("a draft gets its name with commit(), together with the folders above it", () => {
  const final = join(root, String(folders++), "a", "invoices");
  const draft = new DraftFolder(final);
  writeFileSync(join(draft.path, "new.txt"), "new");
  expect(readdirSync(dirname(final))).toEqual([expect.stringMatching(/^\.invoices-.*\.tmp$/)]);
  draft.commit();
  expect(readdirSync(dirname(final))).toEqual(["invoices"]);
  expect(readFileSync(join(final, "new.txt"), "utf8")).toBe("new");
});

test("commitAsNew() takes the place of an empty folder alone", () => {
  const { parent, final } = withFinal();
  const draft = new DraftFolder(final);
  writeFileSync(join(draft.path, "new.txt"), "new");
  expect(() => draft.commitAsNew()).toThrow("ENOTEMPTY");
  expect(readdirSync(final)).toEqual(["old.txt"]);
  rmSync(final, { recursive: true });
  writeFileSync(final, "a file");
  expect(() => draft.commitAsNew()).toThrow("ENOTDIR");
  expect(readFileSync(final, "utf8")).toBe("a file");
  rmSync(final);
  mkdirSync(final);
  draft.commitAsNew();
  expect([readdirSync(parent), readdirSync(final)]).toEqual([["invoices"], ["new.txt"]]);
});

test("commitWithin() fills the folder that is there, and replaces nothing that it has by then", () => {
  const { parent, final } = withFinal();
  const { ino } = statSync(final);
  const make = () => {
    const draft = new DraftFolder(final, true);
    expect(dirname(draft.path)).toBe(final);
    for (const name of ["index.csv", "a.csv"]) writeFileSync(join(draft.path, name), "new");
    return draft;
  };
  const refused = make();
  writeFileSync(join(final, "index.csv"), "mine");
  expect(() => refused.commitWithin("index.csv")).toThrow("EEXIST");
  refused.discard();
  expect(readdirSync(final).sort()).toEqual(["index.csv", "old.txt"]);
  expect(readFileSync(join(final, "index.csv"), "utf8")).toBe("mine");
  rmSync(join(final, "index.csv"));
  make().commitWithin("index.csv");
  expect([readdirSync(final).sort(), statSync(final).ino]).toEqual([["a.csv", "index.csv", "old.txt"], ino]);
  expect(readdirSync(parent)).toEqual(["invoices"]);
});

test("commit() replaces what had the name before; discard() after it does nothing", () => {
  const { parent, final } = withFinal();
  const draft = new DraftFolder(final);
  writeFileSync(join(draft.path, "new.txt"), "new");
  expect(readdirSync(final)).toEqual(["old.txt"]);
  draft.commit();
  draft.discard();
  expect(readdirSync(parent)).toEqual(["invoices"]);
  expect(readdirSync(final)).toEqual(["new.txt"]);
});

test("discard() removes the draft and leaves what has the name", () => {
  const { parent, final } = withFinal();
  const draft = new DraftFolder(final);
  writeFileSync(join(draft.path, "new.txt"), "new");
  draft.discard();
  expect(readdirSync(parent)).toEqual(["invoices"]);
  expect(readdirSync(final)).toEqual(["old.txt"]);
});

test("drafts of one process do not disturb each other", () => {
  const { parent, final } = withFinal();
  const [first, second] = [new DraftFolder(final), new DraftFolder(final)];
  first.commit();
  second.commit();
  expect(readdirSync(parent)).toEqual(["invoices"]);
});

test("a new draft removes those of dead processes, whatever their names, and no others", () => {
  const { parent, final } = withFinal();
  const dead = processTag({ ...ownIdentity(), pid: 2 ** 30 });
  const elsewhere = processTag({ ...ownIdentity(), host: "elsewhere", pid: 2 ** 30 });
  const kept = [
    `.other-${elsewhere}-01234567.tmp`,
    `.other-${processTag()}-01234567.tmp`,
    ".mine.tmp",
    "invoices",
  ];
  for (const name of [...kept, `.a-b-${dead}-01234567.tmp`, `.a-b-${dead}-01234567-old.tmp`]) {
    mkdirSync(join(parent, name, "files"), { recursive: true });
  }
  new DraftFolder(final).discard();
  expect(readdirSync(parent).sort()).toEqual(kept.sort());
});

test.skipIf(ownIdentity().start === null)("a number that was given to another process keeps no draft", () => {
  const { parent, final } = withFinal();
  const earlier = processTag({ ...ownIdentity(), start: "before this process" });
  mkdirSync(join(parent, `.invoices-${earlier}-01234567.tmp`));
  new DraftFolder(final).discard();
  expect(readdirSync(parent)).toEqual(["invoices"]);
});

test("replaceFolder() gives a folder its name back if the new one cannot be renamed", () => {
  const { parent, final } = withFinal();
  expect(() => replaceFolder(join(parent, "missing"), final)).toThrow("ENOENT");
  expect(readdirSync(parent)).toEqual(["invoices"]);
  expect(readdirSync(final)).toEqual(["old.txt"]);
});

test("the system's error says that a draft cannot be made", () => {
  const { parent } = withFinal();
  expect(() => new DraftFolder(join(parent, "invoices", "old.txt", "below"))).toThrow(/ENOTDIR|EEXIST/);
});
