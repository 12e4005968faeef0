/** Tests the names of files that are not finished. */

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { AtomicOutput } from "../../core/files/atomic-output.ts";
import { DraftFolder } from "../../core/files/draft-folder.ts";
import { removeTemporaries, temporaryPath } from "../../core/files/temporaries.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("a temporary file stands beside its final name, begins like it, and is known by its ending", () => {
  using folder = temporaryFolder("temporaries");
  const path = temporaryPath(folder.join("a.json"));
  expect(path).toMatch(/\/a\.json\.\d+\.[a-z0-9]+\.tmp$/);
  expect(temporaryPath(folder.join("a.json"))).not.toBe(path);
  folder.write(path.slice(folder.path.length + 1), "half");
  expect([removeTemporaries(folder.path), readdirSync(folder.path)]).toEqual([[path], []]);
});

test("files and folders whose names are as long as a system allows are written too", () => {
  using folder = temporaryFolder("temporaries");
  const longest = `${"名".repeat(83)}a.csv`; // 254 bytes
  const output = new AtomicOutput(folder.join(longest));
  output.write(Buffer.from("whole"));
  expect(removeTemporaries(folder.path)).toHaveLength(1);
  output.abort();
  const again = new AtomicOutput(folder.join(longest));
  again.write(Buffer.from("whole"));
  again.commit();
  expect(readFileSync(folder.join(longest), "utf8")).toBe("whole");
  const draft = new DraftFolder(folder.join("f".repeat(255)));
  draft.commit();
  expect(readdirSync(folder.path).sort()).toEqual(["f".repeat(255), longest]);
});
