/**
 * `bun run bench [name] [arguments …]` runs one of the benchmarks; without a name, the one of the network.
 */

import { join } from "node:path";
import { commandLine } from "../core/base/command-line.ts";
import { labelledRows, wrapped } from "../core/base/labelled-rows.ts";
import { nearest } from "../core/base/nearest.ts";
import { usageError } from "../core/base/problem.ts";
import { PROJECT_ROOT } from "../core/base/project-root.ts";
import { helpColumns } from "../core/console/usage.ts";
import { setUpPackages } from "../core/packages/set-up-packages.ts";
import { isInstalled } from "../core/packages/stamp.ts";
import { BENCHES } from "./benches.ts";

const names = Object.keys(BENCHES);
const [first = "model", ...rest] = process.argv.slice(2);
const [name, args] = first.startsWith("-") ? ["model", [first, ...rest]] : [first, rest];

if (first === "--help" || first === "-h") {
  process.stdout.write(`${helpText(helpColumns(process.stdout))}\n`);
} else if (names.includes(name)) {
  process.exitCode = (await packagesFor(args)) || (await run(name, args));
} else {
  process.stderr.write(`${unknown(name).message}\n`);
  process.exitCode = 2;
}

/** Brings what benchmarks need; the help of one needs less. @returns An exit code. */
async function packagesFor(args: readonly string[]): Promise<number> {
  const asksForHelp = args.includes("--help") || args.includes("-h");
  if (asksForHelp || (await isInstalled("all", PROJECT_ROOT))) return 0;
  return setUpPackages(["all"]);
}

async function run(name: string, args: readonly string[]): Promise<number> {
  const script = join(import.meta.dir, `${name}.ts`);
  const bench = Bun.spawn([process.execPath, script, ...args], { stdio: ["inherit", "inherit", "inherit"] });
  return bench.exited;
}

function helpText(columns: number): string {
  const bench = commandLine("bench");
  const more = `Without a name it is model. ${bench} <name> --help shows the options of a benchmark; bench/README.md has figures.`;
  return [
    ...wrapped("Measure the speed of the network, of workbooks, checkpoints and the log", columns),
    "",
    `USAGE ${bench} [name] [OPTIONS]`,
    "",
    ...labelledRows(Object.entries(BENCHES), columns),
    "",
    ...wrapped(more, columns),
  ].join("\n");
}

function unknown(given: string): Error {
  const close = nearest(given, names);
  return usageError({
    where: "command line",
    message: `Cannot run the benchmark ${given}`,
    expected: `one of ${names.join(", ")}`,
    got: given,
    fix: commandLine("bench", close ?? "--help"),
  });
}
