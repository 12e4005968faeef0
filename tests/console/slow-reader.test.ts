/** Tests that a command ends only when all of its output is handed on. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("a command's output reaches a reader of a pipe that is slow, to the last byte", async () => {
  using folder = temporaryFolder("slow-reader");
  // A pipe holds 64 KB; runMain ends the process, which loses what was not handed on by then. The reader
  // begins only when all has been written and the pipe is full.
  const program = `
    import { runMain } from ${JSON.stringify(join(PROJECT_ROOT, "core", "console", "command.ts"))};
    const run = () => {
      process.stdout.write("x".repeat(1000000));
      require("node:fs").writeFileSync(process.env.WRITTEN, "");
    };
    await runMain({ run }, []);`;
  const shell =
    'printf "%s" "$PROGRAM" | "$BUN" run - | (until [ -e "$WRITTEN" ]; do sleep 0.05; done; wc -c)';
  const { stdout } = Bun.spawnSync(["sh", "-c", shell], {
    env: { ...process.env, BUN: process.execPath, PROGRAM: program, WRITTEN: folder.join("written") },
  });
  expect(stdout.toString().trim()).toBe("1000000");
});
