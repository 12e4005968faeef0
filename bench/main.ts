/**
 * `bun run bench [name] [arguments …]` runs one of the benchmarks; without a name, the one of the network.
 */

import { join } from "node:path";
import { commandLine } from "../core/base/command-line.ts";
import { labelledRows, wrapped } from "../core/base/labelled-rows.ts";
import { nearest } from "../core/base/nearest.ts";
import { usageError } from "../core/base/problem.ts";
import { helpColumns } from "../core/console/usage.ts";
import { BENCHES } from "./benches.ts";

const names = Object.keys(BENCHES);
const [first = "model", ...rest] = process.argv.slice(2);
const [name, args] = first.startsWith("-") ? ["model", [first, ...rest]] : [first, rest];

if (first === "--help" || first === "-h") {
  process.stdout.write(`${helpText(helpColumns(process.stdout))}\n`);
} else if (names.includes(name)) {
  const script = join(import.meta.dir, `${name}.ts`);
  const bench = Bun.spawn([process.execPath, script, ...args], { stdio: ["inherit", "inherit", "inherit"] });
  process.exitCode = await bench.exited;
} else {
  process.stderr.write(`${unknown(name).message}\n`);
  process.exitCode = 2;
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
