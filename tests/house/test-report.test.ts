/** Tests how the results of a test run are read. */

import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../core/base/run-program.ts";
import { skippedByFile, skipReasons, testCounts } from "./test-report.ts";

const OUTPUT = `
skipped: tests against PyTorch (no python3 with torch)
(skip) a test
skipped: tests of native (not set up)
skipped: tests against PyTorch (no python3 with torch)
(pass) what was skipped: is told [0.10ms]

 1368 pass
 93 skip
 4 fail
 889035 expect() calls
`;

test("testCounts() reads the closing lines, and 0 for those that are not there", () => {
  expect(testCounts(OUTPUT)).toEqual({ passed: 1368, failed: 4, skipped: 93 });
  expect(testCounts(" 2 pass\n 0 fail\n")).toEqual({ passed: 2, failed: 0, skipped: 0 });
  expect(testCounts("error: cannot find bun")).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

test("skipReasons() gathers every notice once, and no names of tests", () => {
  expect(skipReasons(OUTPUT)).toEqual([
    "tests against PyTorch (no python3 with torch)",
    "tests of native (not set up)",
  ]);
});

test("a real run of bun test has the counts and the skipped tests by file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "test-report-"));
  try {
    const head = 'import { describe, test } from "bun:test";\n';
    writeFileSync(
      join(folder, "some.test.ts"),
      `${head}describe.skip("a", () => { test("b", () => {}); test("c", () => {}); }); test("d", () => {});`,
    );
    writeFileSync(join(folder, "all.test.ts"), `${head}test("e", () => { throw new Error("on purpose"); });`);
    const report = join(folder, "junit.xml");
    const command = [process.execPath, "test", "--reporter=junit", `--reporter-outfile=${report}`];
    const { code, output } = await runProgram(command, { cwd: folder });
    expect(code).toBe(1);
    expect(testCounts(output)).toEqual({ passed: 1, failed: 1, skipped: 2 });
    expect([...skippedByFile(readFileSync(report, "utf8"))]).toEqual([["some.test.ts", 2]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
