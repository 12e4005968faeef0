/** Tests how commands end whose standard output is on a full disk, or has no reader any more. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const space = sharedFolder("standard-output");
const module = JSON.stringify(join(import.meta.dir, "../../core/console/command.ts"));
const script = space.write(
  "print.ts",
  `import { runMain } from ${module};
   const [sizes, code, isOutputKept] = process.argv.slice(2);
   const command = {
     meta: { name: "print" },
     async run() {
       for (const size of JSON.parse(sizes)) {
         process.stdout.write("x".repeat(size) + "\\n");
         await Bun.sleep(10);
       }
       return Number(code);
     },
   };
   await runMain(command, [], { isOutputKept: isOutputKept === "kept" });`,
);

/** Prints texts of these sizes. */
function print<Out extends number | "pipe">(stdout: Out, sizes: number[], code = 0, kept = "") {
  return Bun.spawn([process.execPath, script, JSON.stringify(sizes), String(code), kept], {
    stdin: "ignore",
    stdout,
    stderr: "pipe",
  });
}

const hasFullDisk = existsSync("/dev/full");

test.skipIf(!hasFullDisk).each([[[10]], [[1_000_000]], [[10, 10, 10]]])(
  "a command whose output a full disk does not take ends with exit code 1 and says so (%p)",
  async (sizes) => {
    const child = print(openSync("/dev/full", "w"), sizes);
    expect(await new Response(child.stderr).text()).toMatch(
      /^Cannot write to standard output\n {2}got {7}ENOSPC/,
    );
    expect(await child.exited).toBe(1);
  },
);

test.skipIf(!hasFullDisk)(
  "an exit code of its own stays, and so does success if the output is kept",
  async () => {
    for (const [code, kept] of [
      [2, ""],
      [0, "kept"],
    ] as const) {
      const child = print(openSync("/dev/full", "w"), [10, 10], code, kept);
      expect(await child.exited).toBe(code);
    }
  },
);

test("a reader that has closed the pipe has what it wanted; one that is slow gets everything", async () => {
  const closed = print("pipe", [1_000_000, 10, 10]);
  await closed.stdout.getReader().cancel();
  expect(await new Response(closed.stderr).text()).toBe("");
  expect(await closed.exited).toBe(0);
  const slow = print("pipe", [3_000_000]);
  expect((await new Response(slow.stdout).text()).length).toBe(3_000_001);
  expect(await slow.exited).toBe(0);
});
