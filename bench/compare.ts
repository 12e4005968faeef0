/**
 * Measures the speed of the network against the reference in PyTorch, in one run. The contestants take turns,
 * so that other work on the machine slows all of them, and each keeps its best turn. Prints one JSON line and
 * a table.
 *
 * usage: bun bench/compare.ts [--config minimal] [--devices wasm,native] [--rounds 3] [--passes 8]
 *        [--python python3] [--reference ../shared/reference]
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../core/base/problem.ts";
import { runProgram } from "../core/base/run-program.ts";
import { shellWords } from "../core/base/shell-words.ts";
import { benchArguments, optionNumber } from "./bench-arguments.ts";
import { printedObject } from "./printed-object.ts";
import { lastLines } from "./regress-checkout.ts";

const flags = benchArguments("compare", {
  config: { type: "enum", options: ["minimal", "full"], default: "minimal", description: "The network" },
  devices: {
    type: "string",
    valueHint: "names",
    default: "wasm,native",
    description: "Devices of this project, separated by commas",
  },
  rounds: { type: "string", valueHint: "number", default: "3", description: "Turns of each contestant" },
  passes: {
    type: "string",
    valueHint: "number",
    default: "8",
    description: "Passes over the sheets per turn",
  },
  python: { type: "string", valueHint: "program", default: "python3", description: "A Python with PyTorch" },
  reference: {
    type: "string",
    valueHint: "folder",
    default: join(import.meta.dir, "..", "..", "shared", "reference"),
    description: "The reference with its bench_torch.py",
  },
});

const rounds = optionNumber("rounds", flags.rounds);
optionNumber("passes", flags.passes);

interface Result {
  readonly sheets_per_s: number;
  readonly forward_sheets_per_s: number;
  readonly peak_rss_mb: number;
  readonly import_s: number;
  readonly first_step_s?: number;
}

const torch = join(flags.reference, "bench_torch.py");
if (!existsSync(torch)) {
  console.error(
    `Cannot find the reference's benchmark\n  expected  ${torch}\n  fix       --reference FOLDER`,
  );
  process.exit(2);
}
const ours = flags.devices.split(",").flatMap((device) =>
  [1, 2].map((workers) => ({
    name: `${device}, ${workers} ${workers === 1 ? "worker" : "workers"}`,
    command: [
      process.execPath,
      join(import.meta.dir, "model.ts"),
      ...[
        "--config",
        flags.config,
        "--device",
        device,
        "--workers",
        String(workers),
        "--passes",
        flags.passes,
      ],
    ],
  })),
);
const theirs = [1, 2].map((threads) => ({
  name: `PyTorch, ${threads} ${threads === 1 ? "thread" : "threads"}`,
  command: [
    flags.python,
    torch,
    "--config",
    flags.config,
    "--threads",
    String(threads),
    "--passes",
    flags.passes,
  ],
}));

const best = new Map<string, Result>();
for (let round = 0; round < rounds; round++) {
  for (const { name, command } of [...theirs, ...ours]) {
    const result = await run(command);
    const before = best.get(name) ?? result;
    best.set(name, {
      sheets_per_s: Math.max(before.sheets_per_s, result.sheets_per_s),
      forward_sheets_per_s: Math.max(before.forward_sheets_per_s, result.forward_sheets_per_s),
      peak_rss_mb: Math.max(before.peak_rss_mb, result.peak_rss_mb),
      import_s: Math.min(before.import_s, result.import_s),
      ...(result.first_step_s === undefined
        ? {}
        : { first_step_s: Math.min(before.first_step_s ?? Number.POSITIVE_INFINITY, result.first_step_s) }),
    });
    console.error(`round ${round + 1}, ${name}: ${JSON.stringify(result)}`);
  }
}
const peers = theirs.map(({ name }) => best.get(name)!);
const peer = {
  training: Math.max(...peers.map((result) => result.sheets_per_s)),
  forward: Math.max(...peers.map((result) => result.forward_sheets_per_s)),
  memory: Math.min(...peers.map((result) => result.peak_rss_mb)),
};
console.log(JSON.stringify({ config: flags.config, rounds, ...Object.fromEntries(best) }));
console.log(
  "| | training, sheets/s | ratio | forward, sheets/s | ratio | peak memory | ratio | import | first step |",
);
console.log("|---|---|---|---|---|---|---|---|---|");
for (const [name, result] of best) {
  const { sheets_per_s, forward_sheets_per_s, peak_rss_mb, import_s, first_step_s } = result;
  const cells = [
    sheets_per_s.toFixed(1),
    (sheets_per_s / peer.training).toFixed(2),
    forward_sheets_per_s.toFixed(1),
    (forward_sheets_per_s / peer.forward).toFixed(2),
    `${peak_rss_mb} MB`,
    (peak_rss_mb / peer.memory).toFixed(2),
    `${import_s.toFixed(2)} s`,
    first_step_s === undefined ? "" : `${first_step_s.toFixed(2)} s`,
  ];
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}

async function run(command: string[]): Promise<Result> {
  const { code, output } = await runProgram(command);
  const result = printedObject(output);
  if (code === 0 && result !== null) return result as unknown as Result;
  const got = output.trim() === "" ? `exit code ${code}` : lastLines(output);
  throw new UserError({ message: `Cannot measure with ${shellWords(command)}`, got });
}
