/**
 * `bun run checkpoint inspect|export <file>`: prints what is in a checkpoint, and writes its weights for
 * other tools.
 */

import { basename, dirname, extname, join } from "node:path";
import { defineCommand } from "citty";
import { type ExitCode, UserError, usageError } from "../base/problem.ts";
import { BEST_CHECKPOINT, LAST_CHECKPOINT } from "../base/run-folder-names.ts";
import { shellWords } from "../base/shell-words.ts";
import { readCheckpoint } from "../checkpoint/detector-state.ts";
import { EXPORT_DTYPES, EXPORT_FORMATS, type ExportFormat, exportWeights } from "../checkpoint/export.ts";
import { inspectCheckpoint } from "../checkpoint/inspect.ts";
import { inspectionText } from "../checkpoint/inspection-text.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { isExportOf } from "../checkpoint/own-export.ts";
import { runMain } from "../console/command.ts";
import { InputFiles } from "../files/input-files.ts";
import { OVERWRITE_ARGUMENT, outputFiles } from "../files/output-place.ts";
import { locatePretrained } from "../pretrained/locate-pretrained.ts";
import { RUNS_ARGUMENT } from "./detection-arguments.ts";

const checkpointArgument = {
  type: "positional",
  required: true,
  description: "A .pt or .safetensors file, pretrained, or a run's folder, its name or latest",
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
    runs: RUNS_ARGUMENT,
    all: { type: "boolean", description: "List the optimiser's tensors too" },
    json: { type: "boolean", description: "Print one JSON object with every tensor" },
  },
  run({ args }): ExitCode {
    const inspection = inspectCheckpoint(
      locateCheckpoint(args.checkpoint, { preferred: [LAST_CHECKPOINT, BEST_CHECKPOINT], runs: args.runs }),
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
    overwrite: {
      ...OVERWRITE_ARGUMENT,
      description: "Replace the file, also if it is no earlier export of the same run",
    },
    runs: RUNS_ARGUMENT,
  },
  run({ args }): ExitCode {
    const source = locateCheckpoint(args.checkpoint, { runs: args.runs });
    const named = oneOf("file to write", args.file, args.output);
    const dtype = oneOf("type of the numbers", args.half ? "float16" : undefined, args.dtype) ?? "float32";
    const format = args.format ?? formatOfEnding(named) ?? "safetensors";
    const checkpoint = readCheckpoint(source);
    const [output] = outputFiles([named ?? besides(source, format)], {
      what: "the weights",
      another: "--output another file",
      endings: ENDINGS[format],
      inputs: new InputFiles().add("checkpoint", [source, locatePretrained()]),
      overwrite: args.overwrite === true,
      needsFolder: true,
      isOwn: (path) => isExportOf(path, checkpoint),
    });
    exportWeights(checkpoint, output!, format, dtype);
    process.stdout.write(`${output}\n`);
    return 0;
  },
});

/** The endings of each format. */
const ENDINGS: Readonly<Record<ExportFormat, readonly string[]>> = {
  safetensors: [".safetensors"],
  pt: [".pt", ".pth"],
};

/** @throws {UserError} Exit code 2, if the name ends otherwise than the formats do. */
function formatOfEnding(named: string | undefined): ExportFormat | undefined {
  if (named === undefined) return undefined;
  const ending = extname(named).toLowerCase();
  const format = EXPORT_FORMATS.find((each) => ENDINGS[each].includes(ending));
  if (format !== undefined) return format;
  throw usageError({
    file: named,
    message: "Cannot export into this file",
    expected: `a name with one of the endings ${Object.values(ENDINGS).flat().join(", ")}`,
    got: ending === "" ? "a name without an ending" : ending,
    fix: shellWords([`${named.slice(0, named.length - ending.length)}.safetensors`]),
  });
}

/** A value that can be given in two ways. @throws {UserError} Exit code 2 if the two differ. */
function oneOf<T extends string>(what: string, first: T | undefined, second: T | undefined): T | undefined {
  if (first === undefined || second === undefined || first === second) return first ?? second;
  throw new UserError(
    {
      where: "command line",
      message: "Cannot export",
      expected: `one ${what}`,
      got: `${first} and ${second}`,
      fix: "leave one of them out",
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
