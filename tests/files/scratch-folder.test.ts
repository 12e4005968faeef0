/** Tests the folders of commands among the temporary files. */

import { expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { UserError } from "../../core/base/problem.ts";
import { scratchFolder } from "../../core/files/scratch-folder.ts";

test("a folder is new each time; where none can be made, that is a problem and no defect", () => {
  const [one, other] = [scratchFolder("scratch-"), scratchFolder("scratch-")];
  expect([existsSync(one), existsSync(other), one === other]).toEqual([true, true, false]);
  for (const path of [one, other]) rmSync(path, { recursive: true });
  const before = process.env.TMPDIR;
  process.env.TMPDIR = one;
  try {
    expect(() => scratchFolder("scratch-")).toThrow(UserError);
    expect(() => scratchFolder("scratch-")).toThrow("set TMPDIR to a folder that you can write to");
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
});
