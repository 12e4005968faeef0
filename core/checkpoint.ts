/** `bun run checkpoint inspect|export <file>`: looks into checkpoints, and hands weights to other tools. */

import { basename, dirname, extname, join } from "node:path";
import { defineCommand } from "citty";
import { readCheckpoint } from "./checkpoint/detector-state.ts";
import { EXPORT_DTYPES, EXPORT_FORMATS, exportWeights } from "./checkpoint/export.ts";
import { inspectCheckpoint } from "./checkpoint/inspect.ts";
import { inspectionText } from "./checkpoint/inspection-text.ts";
import { locateCheckpoint } from "./checkpoint/locate-checkpoint.ts";
import { runMain } from "./command.ts";
import { type ExitCode, UserError } from "./problem.ts";

const checkpointArgument = {
  type: "positional",
  required: true,
  description: "A .pt or .safetensors file, or a run's folder",
} as const;

const inspect = defineCommand({
  meta: {
    name: "bun run checkpoint inspect",
    description: "Print what is in a checkpoint, and check its sums",
  },
  args: {
    checkpoint: { ...checkpointArgument, description: `${checkpointArgument.description} (its last.pt)` },
    all: { type: "boolean", description: "List the optimiser's tensors too" },
    json: { type: "boolean", description: "Print one JSON object, every tensor in it" },
  },
  run({ args }): ExitCode {
    const inspection = inspectCheckpoint(locateCheckpoint(args.checkpoint, ["last.pt", "best.pt"]));
    process.stdout.write(
      `${args.json ? JSON.stringify(inspection) : inspectionText(inspection, args.all)}\n`,
    );
    return 0;
  },
});

const exportCommand = defineCommand({
  meta: {
    name: "bun run checkpoint export",
    description:
      "Write a checkpoint's weights (their running average where one is kept) to a file of their own",
  },
  args: {
    checkpoint: { ...checkpointArgument, description: `${checkpointArgument.description} (its best.pt)` },
    format: {
      type: "enum",
      options: [...EXPORT_FORMATS],
      default: "safetensors",
      description: "The file's format",
    },
    dtype: {
      type: "enum",
      options: [...EXPORT_DTYPES],
      default: "float32",
      description: "Type of the numbers",
    },
    output: { type: "string", valueHint: "file", description: "The file to write (beside the checkpoint)" },
  },
  run({ args }): ExitCode {
    const source = locateCheckpoint(args.checkpoint, ["best.pt", "last.pt"]);
    const output = args.output ?? besides(source, args.format);
    if (output === source) {
      throw new UserError(
        { file: output, message: "Cannot export a checkpoint onto itself", fix: "--output another name" },
        { exitCode: 2 },
      );
    }
    exportWeights(readCheckpoint(source), output, args.format, args.dtype);
    process.stdout.write(`${output}\n`);
    return 0;
  },
});

/** `best.pt` → `best.safetensors`, or `best_weights.pt`. */
function besides(source: string, format: string): string {
  const stem = basename(source, extname(source));
  return join(dirname(source), format === "pt" ? `${stem}_weights.pt` : `${stem}.${format}`);
}

const checkpoint = defineCommand({
  meta: {
    name: "bun run checkpoint",
    description: "Look into checkpoints, and hand their weights to other tools",
  },
  subCommands: { inspect, export: exportCommand },
});

await runMain(checkpoint, process.argv.slice(2));
