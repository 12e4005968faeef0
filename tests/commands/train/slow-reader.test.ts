import { expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";

test("a command's output reaches a reader of a pipe that is slow, to the last byte", async () => {
  // A pipe holds 64 KB; runMain ends the process, which loses what was not handed on by then.
  const program = `
    import { runMain } from ${JSON.stringify(join(PROJECT_ROOT, "core", "console", "command.ts"))};
    await runMain({ run: () => void process.stdout.write("x".repeat(1000000)) }, []);`;
  const shell = 'printf "%s" "$PROGRAM" | "$BUN" run - | (sleep 1; wc -c)';
  const { stdout } = Bun.spawnSync(["sh", "-c", shell], {
    env: { ...process.env, BUN: process.execPath, PROGRAM: program },
  });
  expect(stdout.toString().trim()).toBe("1000000");
});
