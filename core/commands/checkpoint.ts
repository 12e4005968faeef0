/**
 * `bun run checkpoint inspect|export <file>`: prints what is in a checkpoint, and writes its weights for
 * other tools.
 */

import { basename, dirname, extname, join } from "node:path";
import { defineCommand } from "citty";
import { type ExitCode, UserError } from "../base/problem.ts";
import { BEST_CHECKPOINT, LAST_CHECKPOINT } from "../base/run-folder-names.ts";
import { readCheckpoint } from "../checkpoint/detector-state.ts";
import { EXPORT_DTYPES, EXPORT_FORMATS, exportWeights } from "../checkpoint/export.ts";
import { inspectCheckpoint } from "../checkpoint/inspect.ts";
import { inspectionText } from "../checkpoint/inspection-text.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { runMain } from "../console/command.ts";

const checkpointArgument = {
  type: "positional",
  required: true,
  description: "A .pt or .safetensors file, or a run's folder",
} as const;

const inspect = defineCommand({
  meta: {
    description: "Print what is in a checkpoint, and check its sums",
  },
  args: {
    checkpoint: {
      ...checkpointArgument,
      description: `${checkpointArgument.description} (its ${LAST_CHECKPOINT})`,
    },
    all: { type: "boolean", description: "List the optimiser's tensors too" },
    json: { type: "boolean", description: "Print one JSON object with every tensor" },
  },
  run({ args }): ExitCode {
    const inspection = inspectCheckpoint(
      locateCheckpoint(args.checkpoint, [LAST_CHECKPOINT, BEST_CHECKPOINT]),
    );
    process.stdout.write(
      `${args.json ? JSON.stringify(inspection) : inspectionText(inspection, args.all)}\n`,
    );
    return 0;
  },
});

const exportCommand = defineCommand({
  meta: {
    description: "Write a checkpoint's weights (their running average if it has one) to a file of their own",
  },
  args: {
    checkpoint: {
      ...checkpointArgument,
      description: `${checkpointArgument.description} (its ${BEST_CHECKPOINT})`,
    },
    file: {
      type: "positional",
      required: false,
      description: "The file to write (beside the checkpoint)",
    },
    format: {
      type: "enum",
      options: [...EXPORT_FORMATS],
      description: "The file's format (by its ending, else safetensors)",
    },
    dtype: {
      type: "enum",
      options: [...EXPORT_DTYPES],
      description: "Type of the numbers (float32)",
    },
    half: { type: "boolean", description: "The same as --dtype float16" },
    output: { type: "string", valueHint: "file", description: "The file to write, as an option" },
  },
  run({ args }): ExitCode {
    const source = locateCheckpoint(args.checkpoint, [BEST_CHECKPOINT, LAST_CHECKPOINT]);
    const named = oneOf("file to write", args.file, args.output);
    const dtype = oneOf("type of the numbers", args.half ? "float16" : undefined, args.dtype) ?? "float32";
    const format = args.format ?? (named?.endsWith(".pt") ? "pt" : "safetensors");
    const output = named ?? besides(source, format);
    if (output === source) {
      throw new UserError(
        { file: output, message: "Cannot export a checkpoint onto itself", fix: "--output another name" },
        { exitCode: 2 },
      );
    }
    exportWeights(readCheckpoint(source), output, format, dtype);
    process.stdout.write(`${output}\n`);
    return 0;
  },
});

/** A value that can be given in two ways. @throws {UserError} Exit code 2 if the two differ. */
function oneOf<T extends string>(what: string, first: T | undefined, second: T | undefined): T | undefined {
  if (first === undefined || second === undefined || first === second) return first ?? second;
  throw new UserError(
    {
      where: "command line",
      message: "Cannot export",
      expected: `one ${what}`,
      got: `${first} and ${second}`,
    },
    { exitCode: 2 },
  );
}

/** `best.pt` → `best.safetensors`, or `best_weights.pt`. */
function besides(source: string, format: string): string {
  const stem = basename(source, extname(source));
  return join(dirname(source), format === "pt" ? `${stem}_weights.pt` : `${stem}.${format}`);
}

const checkpoint = defineCommand({
  meta: {
    name: "checkpoint",
    description: "Inspect checkpoints, and export their weights for other tools",
  },
  subCommands: { inspect, export: exportCommand },
});

await runMain(checkpoint, process.argv.slice(2));
