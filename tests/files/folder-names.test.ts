/** Tests names of files that are not UTF-8. */

import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileSize } from "../../core/files/file-state.ts";
import { givenPath, namesIn } from "../../core/files/folder-names.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A path in Latin-1. */
const latin1 = (folder: string, name: string) =>
  Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, "latin1")]);

test.skipIf(process.platform !== "linux")(
  "namesIn() and givenPath() find files whose names are no UTF-8",
  () => {
    using folder = temporaryFolder("folder-names");
    mkdirSync(latin1(folder.path, "d\xe9"));
    const [inner] = namesIn(folder.path) as [string];
    writeFileSync(
      Buffer.concat([latin1(folder.path, "d\xe9"), Buffer.from("/a\xe8.xlsx", "latin1")]),
      "four",
    );
    const path = join(folder.path, inner, namesIn(join(folder.path, inner))[0]!);
    expect(fileSize(path)).toBe(4);
    // As the arguments of a command come.
    const given = join(folder.path, "d\ufffd", "a\ufffd.xlsx");
    expect(givenPath(given)).toBe(path);
    expect(givenPath(join(folder.path, "e\ufffd", "a.xlsx"))).toBe(join(folder.path, "e\ufffd", "a.xlsx"));
    writeFileSync(latin1(folder.path, "two\xe8"), "");
    writeFileSync(latin1(folder.path, "two\xe9"), "");
    expect(givenPath(join(folder.path, "two\ufffd"))).toBe(join(folder.path, "two\ufffd")); // which one?
    Bun.spawnSync(["sh", "-c", 'rm -rf "$0"/*', folder.path]); // whose names Bun does not know
  },
);
