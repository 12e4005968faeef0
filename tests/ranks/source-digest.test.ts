/** Tests the digest by which ranks see that they run the same program. */

import { expect, test } from "bun:test";
import { sourceDigest } from "../../core/ranks/source-digest.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("the digest depends on names and contents of the sources, not on where they lie", () => {
  using one = temporaryFolder("sources");
  using two = temporaryFolder("sources");
  for (const folder of [one, two]) {
    folder.write("core/a.ts", "1");
    folder.write("package.json", "{}");
    folder.write("plugins/p/plugin.ts", "2");
  }
  const digest = sourceDigest(one.path);
  expect(sourceDigest(two.path)).toBe(digest);
  two.write("core/a.ts", "3");
  expect(sourceDigest(two.path)).not.toBe(digest);
  one.write("core/b.ts", "");
  expect(sourceDigest(one.path)).not.toBe(digest);
});
