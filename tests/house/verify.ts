/**
 * The one command before a commit: `bun run verify` runs every check of the repository, also after one has
 * failed, and ends with what failed, what was skipped and why. Exit code 1 if anything failed.
 *
 *     bun run verify                   everything, a few minutes
 *     bun run verify types unused      the steps of these names alone
 *
 * It lives with the tests because it checks the repository and is no part of the product; the rules that need
 * a program of their own (arrangement, names of files, length of comments) are the tests beside it.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { runProgram } from "../../core/base/run-program.ts";
import { skippedByFile, skipReasons, type TestCounts, testCounts } from "./test-report.ts";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** True: its output is shown while it runs. Otherwise it is shown once the step has failed. */
  readonly isLive?: boolean;
}

interface Outcome {
  readonly name: string;
  readonly isOk: boolean;
  readonly seconds: number;
  readonly output: string;
}

const BUN = process.execPath;
const TSC = "node_modules/typescript/bin/tsc";
const BIOME = "node_modules/@biomejs/biome/bin/biome";
const KNIP = "node_modules/knip/bin/knip.js";
const SCRATCH = mkdtempSync(join(tmpdir(), "verify-"));
const JUNIT = join(SCRATCH, "junit.xml");

const STEPS: readonly Step[] = [
  { name: "types", command: [BUN, TSC, "--noEmit"] },
  { name: "lint", command: [BUN, BIOME, "check", "--error-on-warnings", "--max-diagnostics=200", "."] },
  { name: "unused", command: [BUN, KNIP] },
  { name: "unused-in-product", command: [BUN, KNIP, "--production"] },
  { name: "generated", command: [BUN, "tests/house/reference.ts", "--check"] },
  {
    name: "tests",
    command: [BUN, "run", "test", "--only-failures", "--reporter=junit", `--reporter-outfile=${JUNIT}`],
    isLive: true,
  },
];

async function run({ name, command, isLive = false }: Step): Promise<Outcome> {
  const start = Bun.nanoseconds();
  console.log(`::: ${name}`);
  const pieces: string[] = [];
  const onOutput = (text: string) => {
    pieces.push(text);
    if (isLive) process.stdout.write(text);
  };
  const { code, output: end } = await runProgram(command, { cwd: PROJECT_ROOT, onOutput });
  const isOk = code === 0;
  // a program that could not be started prints nothing
  const output = pieces.length > 0 ? pieces.join("") : end;
  if (!isOk && !isLive) process.stdout.write(output);
  const seconds = (Bun.nanoseconds() - start) / 1e9;
  console.log(`::: ${name}: ${isOk ? "ok" : "FAILED"}, ${seconds.toFixed(1)} s`);
  return { name, isOk, seconds, output };
}

/** Lines about what did not run: counts by test file, then the reasons that tests and steps gave. */
function skipSummary(outcomes: readonly Outcome[], junit: string): string[] {
  const files = [...skippedByFile(junit)].map(([file, count]) => `  ${String(count).padStart(4)}  ${file}`);
  const reasons = outcomes.flatMap(({ output }) => skipReasons(output)).map((reason) => `  ${reason}`);
  const lines = files.length > 0 ? ["Skipped tests by file:", ...files] : [];
  return reasons.length > 0 ? [...lines, "Skipped, and why:", ...reasons] : lines;
}

function countsLine({ passed, failed, skipped }: TestCounts): string {
  return `Tests: ${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function readReport(): string {
  try {
    return readFileSync(JUNIT, "utf8");
  } catch {
    return ""; // the tests did not run, or ended before they wrote it
  }
}

async function main(names: readonly string[]): Promise<number> {
  const known = STEPS.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`verify: no step is called ${unknown.join(", ")}; there are ${known.join(", ")}`);
    return 2;
  }
  const outcomes: Outcome[] = [];
  for (const step of STEPS)
    if (names.length === 0 || names.includes(step.name)) outcomes.push(await run(step));
  const tests = outcomes.find(({ name }) => name === "tests");
  const failed = outcomes.filter(({ isOk }) => !isOk).map(({ name }) => name);
  console.log("");
  for (const { name, isOk, seconds } of outcomes) {
    console.log(`${name.padEnd(20)}${(isOk ? "ok" : "FAILED").padEnd(8)}${seconds.toFixed(1).padStart(6)} s`);
  }
  for (const line of skipSummary(outcomes, readReport())) console.log(line);
  if (tests) console.log(countsLine(testCounts(tests.output)));
  console.log(`verify: ${outcomes.length} steps, ${failed.length} failed ${failed.join(", ")}`.trim());
  return failed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} finally {
  rmSync(SCRATCH, { recursive: true, force: true });
}
