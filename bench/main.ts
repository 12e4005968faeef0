/**
 * `bun run bench [name] [arguments …]` runs one of the benchmarks; without a name, the one of the network.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";

const BENCHES: Readonly<Record<string, string>> = {
  model: "training and forward speed of the network: --config minimal|full --device … --workers … --profile",
  xlsx: "workbooks to feature grids: FILE.xlsx …",
  generate: "made-up workbooks written per second: --count 200",
  proposals: "no speed: what the dense head proposes on validation sheets: CHECKPOINT … [--root FOLDER]",
  predict: "workbooks to ranges: --checkpoint FILE --config FILE --files 60 --rows 100 --columns 30",
  checkpoint: "writing and reading a checkpoint of 25 M parameters, against torch.save and torch.load",
  "wandb-log": "history records per second into a local W&B log",
  "wandb-upload": "what an upload costs the training thread",
  compare: "the network against the reference in PyTorch, in turns: --config … --devices … --python …",
  curve: "no benchmark: draws a run's learning curve: RUN_FOLDER [--out FILE.svg]",
};

const [first = "model", ...rest] = process.argv.slice(2);
const [name, args] =
  first.startsWith("--") && first !== "--help" ? ["model", [first, ...rest]] : [first, rest];
const script = join(import.meta.dir, `${name}.ts`);
if (BENCHES[name] === undefined || !existsSync(script)) {
  const lines = Object.entries(BENCHES).map(([bench, what]) => `  ${bench.padEnd(14)}${what}`);
  const out = name === "--help" ? process.stdout : process.stderr;
  out.write(`usage: bun run bench [name] [arguments …]\n\n${lines.join("\n")}\n`);
  process.exit(name === "--help" ? 0 : 2);
}
const bench = Bun.spawn([process.execPath, script, ...args], { stdio: ["inherit", "inherit", "inherit"] });
process.exit(await bench.exited);
