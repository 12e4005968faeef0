/** `bun run predict [run | checkpoint] <file | folder | - > …`: finds the tables of workbooks. */

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { commandLine } from "../base/command-line.ts";
import { type ExitCode, usageError } from "../base/problem.ts";
import { isInstalledPackage } from "../base/project-root.ts";
import { describeShard, SHARD_ARGUMENT, type Shard, shardOption } from "../base/shard.ts";
import { runMain } from "../console/command.ts";
import { interruptible } from "../console/interruptible.ts";
import type { BlankLineRule, BlankLineRules } from "../detection/blank-lines.ts";
import type { Mode } from "../detection/modes.ts";
import { MOST_LIMITS } from "../excel/read-limits.ts";
import { extractionPlace } from "../extraction/extraction-folder.ts";
import { TABLE_FORMATS, type TableFormat } from "../extraction/table-format.ts";
import { MERGED, type Merged } from "../extraction/table-rows.ts";
import { sizesOf } from "../files/deal-files.ts";
import { fileSize } from "../files/file-state.ts";
import { InputFiles } from "../files/input-files.ts";
import { isStandardOutput, type OutputPlace, OVERWRITE_ARGUMENT } from "../files/output-place.ts";
import { shardPath, shardWork } from "../files/shards/shard-work.ts";
import { shortPath } from "../files/written-line.ts";
import { annotatedPaths } from "../prediction/annotated-paths.ts";
import { chooseWeights } from "../prediction/choose-weights.ts";
import type { ExtractionRequest } from "../prediction/extracted-tables.ts";
import { checkFetch } from "../prediction/fetch/fetch-ahead.ts";
import { listedNames, remoteWorkbooks } from "../prediction/fetch/listed-names.ts";
import {
  type ListedWorkbooks,
  listWorkbooks,
  namesInList,
  othersNote,
} from "../prediction/list-workbooks.ts";
import { MEMORY_OF_NO_CORE, MEMORY_PER_CORE } from "../prediction/memory-plan.ts";
import { type PipedOptions, pipedWorkbook, standardInput } from "../prediction/piped-workbook.ts";
import { predictionFormatOf, predictionPlace } from "../prediction/prediction-place.ts";
import { runPrediction } from "../prediction/run-prediction.ts";
import {
  defineDataCommand,
  rangeOption,
  share,
  THREADS_ARGUMENT,
  wholeNumber,
} from "./define-data-command.ts";
import {
  CHECKPOINT_ARGUMENT,
  DEVICE_ARGUMENT,
  modeArgument,
  RUNS_ARGUMENT,
  thresholdArgument,
} from "./detection-arguments.ts";

const predictTables = defineDataCommand({
  name: "predict",
  description: "Find the tables of workbooks",
  args: {
    files: {
      type: "positional",
      required: false,
      valueHint: "[checkpoint] file | folder | - …",
      description:
        "Workbooks, folders of workbooks, - for file names from standard input. A run's folder, a .pt or " +
        ".safetensors file, latest or pretrained before them is the checkpoint (pretrained)",
    },
    stdin: { type: "boolean", description: "Read the workbook itself from standard input" },
    "stdin-name": {
      type: "string",
      valueHint: "name",
      description: "Its name, whose ending tells .csv and .tsv (standard input)",
    },
    checkpoint: CHECKPOINT_ARGUMENT,
    runs: RUNS_ARGUMENT,
    json: { type: "boolean", description: "Print one JSON document" },
    jsonl: { type: "boolean", description: "Print one line of JSON per workbook, as soon as it is done" },
    csv: { type: "boolean", description: "Print one line per table: file,sheet,range,score,remark" },
    output: {
      type: "string",
      valueHint: "file",
      description:
        "Write to this file; its ending can give the format (.json, .jsonl, .csv). Workbooks that are " +
        "already in a .jsonl are skipped",
    },
    "retry-failed": { type: "boolean", description: "Try workbooks again that failed in that .jsonl" },
    shard: {
      ...SHARD_ARGUMENT,
      description:
        `${SHARD_ARGUMENT.description}. Its output is results.shard-003-of-100.jsonl; predict merge makes ` +
        "one file of all",
    },
    "list-from": {
      type: "string",
      valueHint: "file | command",
      description: "Take the names of workbooks from this file, or from what this command prints",
    },
    fetch: {
      type: "string",
      valueHint: "command",
      description: "Fetch each workbook with this command: 'aws s3 cp {} {local}'",
    },
    "fetch-ahead": {
      type: "string",
      valueHint: "number",
      description: "How many workbooks are fetched before they are needed (8)",
    },
    mode: modeArgument("hybrid"),
    threshold: thresholdArgument("a table"),
    sheet: { type: "string", valueHint: "name", description: "Look at the sheet of this name alone" },
    range: { type: "string", valueHint: "range", description: "Look at these cells alone, B3:F200" },
    "skip-hidden": { type: "boolean", description: "Leave out hidden sheets, rows and columns" },
    "join-rows": blankLineArgument("Join tables that at most so many blank rows part"),
    "split-rows": blankLineArgument("Split tables at so many blank rows or more"),
    "join-columns": blankLineArgument("Join tables that at most so many blank columns part"),
    "split-columns": blankLineArgument("Split tables at so many blank columns or more"),
    annotate: {
      type: "string",
      valueHint: "file",
      description: "Write a copy of the workbook with rectangles around its tables",
    },
    "annotate-dir": {
      type: "string",
      valueHint: "folder",
      description: "Write such copies of all workbooks into this folder",
    },
    extract: {
      type: "string",
      valueHint: "folder",
      description: "Write each table as a file into this folder, which is new or empty, with an index",
    },
    "extract-format": {
      type: "enum",
      options: [...TABLE_FORMATS],
      description: "The form of these files (csv)",
    },
    merged: {
      type: "enum",
      options: [...MERGED],
      description: "In these files, merged cells: all have the value, or the first alone (fill)",
    },
    formatted: {
      type: "boolean",
      description: "In these files, values as Excel shows them instead of numbers and ISO dates",
    },
    overwrite: {
      ...OVERWRITE_ARGUMENT,
      description: `${OVERWRITE_ARGUMENT.description}; start a .jsonl anew`,
    },
    limits: {
      type: "string",
      valueHint: "number",
      description: "How many times as large as usual a workbook and its sheets may be (1)",
    },
    device: DEVICE_ARGUMENT,
    threads: {
      ...THREADS_ARGUMENT,
      description:
        "Threads that read workbooks (half as many as cores, and one more; with --mode excel one per core)",
    },
    "memory-limit": {
      type: "string",
      valueHint: "MB",
      description:
        "Aim at so much memory at most, with fewer threads. Files up to 32 MB, the XML that --annotate edits " +
        "and LibreOffice come on top (no limit; on wasm, N cores take about " +
        `${MEMORY_OF_NO_CORE} + ${MEMORY_PER_CORE} × N MB)`,
    },
  },
  sections: [],
  async run(args): Promise<ExitCode> {
    const format = predictionFormatOf(args, args.output);
    const shard = shardOption(args.shard, process.env);
    if (shard !== null) checkShard(shard, args, format);
    const threads = wholeNumber("threads", args.threads, 1);
    const memoryLimit = wholeNumber("memory-limit", args["memory-limit"], 1) ?? null;
    const limits = wholeNumber("limits", args.limits, 1, MOST_LIMITS) ?? 1;
    const threshold = share("threshold", args.threshold);
    const part = {
      sheet: args.sheet ?? null,
      range: rangeOption("range", args.range) ?? null,
      skipHidden: args["skip-hidden"] === true,
    };
    const gaps = blankLineRules(args, args.mode as Mode);
    const overwrite = args.overwrite === true;
    const { checkpoint, names } = chooseWeights(args._, args.checkpoint, args.runs);
    const fetch = fetchRequest(args, names);
    const { listed, all, sizes, isInputEmpty, isPiped } = await namedWorkbooks(args, names);
    const folder = args["annotate-dir"];
    if (listed.workbooks.length === 0) throw nothingToDo(listed, isInputEmpty);
    const inputs = new InputFiles()
      .add("workbook", fetch === null ? listed.workbooks.map(({ path }) => path) : [])
      .add("checkpoint", checkpoint === null ? [] : [checkpoint]);
    const isBySwitch = args.json === true || args.jsonl === true || args.csv === true;
    const outputName = shard === null ? args.output : shardPath(args.output!, shard);
    const output = predictionPlace(outputName, { format, isBySwitch, inputs, overwrite });
    const extraction = extractionRequest(args);
    const isRestartable = format === "jsonl" && output?.kind === "file";
    checkRetry(args["retry-failed"] === true, isRestartable, overwrite);
    checkContinued(extraction !== null && isRestartable && !overwrite, output);
    const annotated = annotatedPaths(listed.workbooks, { file: args.annotate, folder, inputs, overwrite });
    if (extraction !== null && folder !== undefined) checkCopies(folder, annotated ?? [], extraction.folder);
    const paths = listed.workbooks.map(({ path }) => path);
    const dealt = shard === null ? null : shardWork(shard, paths, sizes ?? sizesOf(paths));
    const mine = <T>(all: readonly T[]) => dealt?.positions.map((position) => all[position]!) ?? all;
    const nothing = extraction !== null ? ": no tables were written" : ": nothing was written";
    const afterStop =
      isRestartable && extraction === null
        ? `stopped: what is done is in ${outputName}, and the same command continues from there`
        : `stopped${output === null && extraction === null ? "" : nothing}`;
    const bytes = isPiped ? await standardInput() : null;
    return interruptible(afterStop, (signal) =>
      runPrediction({
        ...listed,
        workbooks: mine(listed.workbooks),
        shard: dealt,
        bytes,
        fetch,
        // What came without a name is known by its bytes.
        names: bytes === null ? all : [args["stdin-name"] ?? digestOf(bytes)],
        checkpoint,
        annotated: annotated && mine(annotated),
        extraction,
        mode: args.mode as Mode,
        threshold,
        device: args.device ?? "auto",
        threads,
        memoryLimit,
        format,
        output,
        retryFailed: args["retry-failed"] === true,
        overwrite,
        limits,
        part,
        gaps,
        signal,
      }),
    );
  },
});

function digestOf(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

interface NamedWorkbooks {
  readonly listed: ListedWorkbooks;
  /** The names of files and folders, as they are given. */
  readonly all: readonly string[];
  /** The sizes of workbooks that are fetched, as the list says them; null: they are files. */
  readonly sizes: readonly (number | null)[] | null;
  /** True: names were to come from standard input, and none came. */
  readonly isInputEmpty: boolean;
  /** True: the only workbook itself is on standard input. */
  readonly isPiped: boolean;
}

/** The workbooks that arguments, standard input and `--list-from` name. */
async function namedWorkbooks(
  args: PipedOptions & { readonly fetch?: string | undefined; readonly "list-from"?: string | undefined },
  names: readonly string[],
): Promise<NamedWorkbooks> {
  const source = args["list-from"];
  const piped = pipedWorkbook(args, source === undefined ? names : [...names, source]);
  const given = names.includes("-") ? namesInList(await standardInput()) : [];
  const list = source === undefined ? null : await listedNames(source);
  const all = [...names.flatMap((name) => (name === "-" ? given : [name])), ...(list?.names ?? [])];
  const isInputEmpty = names.includes("-") && given.length === 0;
  const about = { all, isInputEmpty, isPiped: piped !== null };
  if (args.fetch !== undefined) return { listed: remoteWorkbooks(all), sizes: list!.sizes, ...about };
  return { listed: piped ?? listWorkbooks(all, args["annotate-dir"] ?? null), sizes: null, ...about };
}

/**
 * The options of `--fetch`; null if workbooks are files.
 *
 * @throws {UserError} If they do not fit together: a copy is drawn of a file, which is not kept here.
 */
function fetchRequest(
  args: {
    readonly fetch?: string | undefined;
    readonly "fetch-ahead"?: string | undefined;
    readonly "list-from"?: string | undefined;
    readonly annotate?: string | undefined;
    readonly "annotate-dir"?: string | undefined;
    readonly stdin?: boolean | undefined;
  },
  names: readonly string[],
): { readonly command: string; readonly ahead: number } | null {
  const { fetch: command, "fetch-ahead": given, "list-from": list } = args;
  const ahead = wholeNumber("fetch-ahead", given, 1) ?? MANY_AHEAD;
  if (command === undefined) {
    if (given === undefined) return null;
    const [expected, got] = ["--fetch with it", "none"];
    throw usageError({ where: "command line", message: "Cannot use --fetch-ahead", expected, got });
  }
  checkFetch(command);
  const message = "Cannot use --fetch";
  if (list === undefined) {
    const fix = "--list-from 'aws s3api list-objects-v2 …'";
    throw usageError({ message, expected: "--list-from with the names to fetch", got: "none", fix });
  }
  if (names.length > 0) {
    throw usageError({ message, expected: "all names in --list-from", got: names.join(", ") });
  }
  const other = (["annotate", "annotate-dir", "stdin"] as const).find((name) => args[name] !== undefined);
  if (other === undefined) return { command, ahead };
  throw usageError({
    message,
    expected: "workbooks that are fetched, and no copy of them",
    got: `--${other}`,
  });
}

/** A few seconds of reading, which a slow store may take for one workbook. */
const MANY_AHEAD = 8;

/** @throws {UserError} If the output of a shard could not be merged with those of others. */
function checkShard(
  shard: Shard,
  args: {
    readonly output?: string | undefined;
    readonly stdin?: boolean | undefined;
    readonly extract?: string | undefined;
    readonly annotate?: string | undefined;
  },
  format: string,
): void {
  const { output } = args;
  const other = (["stdin", "extract", "annotate"] as const).find((name) => args[name]);
  const message = `Cannot do ${describeShard(shard)} alone`;
  if (other !== undefined) {
    const fix = `leave out --${other}`;
    throw usageError({ message, expected: "predictions of many workbooks", got: `--${other}`, fix });
  }
  if (output !== undefined && !isStandardOutput(output) && format === "jsonl") return;
  const expected = "--output with a .jsonl file, which is restartable and can be merged";
  throw usageError({ message, expected, got: output ?? "no --output", fix: "--output results.jsonl" });
}

/** The options of `--extract`. @throws {UserError} If the folder cannot be used, or is not named. */
function extractionRequest(args: {
  readonly extract?: string | undefined;
  readonly "extract-format"?: string | undefined;
  readonly merged?: string | undefined;
  readonly formatted?: boolean | undefined;
}): ExtractionRequest | null {
  const { extract, "extract-format": format, merged, formatted } = args;
  if (extract !== undefined) {
    return {
      folder: extractionPlace(extract),
      format: (format ?? "csv") as TableFormat,
      merged: (merged ?? "fill") as Merged,
      formatted: formatted === true,
    };
  }
  const alone = { "--extract-format": format, "--merged": merged, "--formatted": formatted || undefined };
  const [got] = Object.entries(alone).find(([, value]) => value !== undefined) ?? [];
  if (got === undefined) return null;
  throw usageError({ message: `Cannot use ${got}`, expected: "--extract <folder> with it", got: "none" });
}

/** Copies are there before the tables, whose folder has to be new or empty when they are whole. */
function checkCopies(named: string, copies: readonly string[], tables: string): void {
  const within = `${realPlace(tables)}${sep}`;
  if (!copies.some((copy) => realPlace(copy).startsWith(within))) return;
  throw usageError({
    file: named,
    message: "Cannot write copies into the folder of the tables",
    expected: "a folder of its own for each",
    got: `--annotate-dir ${named}, with copies in ${shortPath(tables)}`,
    fix: "--extract another folder",
  });
}

/** The path without links, of what is there or not. */
function realPlace(path: string): string {
  const place = resolve(path);
  return existsSync(place) ? realpathSync(place) : join(realPlace(dirname(place)), basename(place));
}

/** The tables of workbooks that a continued `.jsonl` skips would be missing among the extracted ones. */
function checkContinued(mayContinue: boolean, output: OutputPlace | null): void {
  if (!mayContinue || output?.kind !== "file" || !fileSize(output.path)) return;
  throw usageError({
    file: output.named,
    message: "Cannot use --extract while a .jsonl is continued: the workbooks in it would be left out",
    expected: "a .jsonl that is not there yet, or --overwrite to start it anew",
    got: "one that is there",
  });
}

function blankLineArgument(description: string) {
  return { type: "string", valueHint: "number", description } as const;
}

/** @returns Null if none of the four options is given. */
function blankLineRules(
  args: { readonly [Name in `${"join" | "split"}-${"rows" | "columns"}`]?: string | undefined },
  mode: Mode,
): BlankLineRules | null {
  const rule = (lines: "rows" | "columns"): BlankLineRule => {
    const join = wholeNumber(`join-${lines}`, args[`join-${lines}`], 0) ?? null;
    const split = wholeNumber(`split-${lines}`, args[`split-${lines}`], 1) ?? null;
    if (join === null || split === null || join < split) return { join, split };
    throw usageError({
      message: `Cannot both join and split tables at ${split} blank ${lines}`,
      expected: `--join-${lines} below --split-${lines}`,
      got: `--join-${lines} ${join} --split-${lines} ${split}`,
      fix: `--join-${lines} ${split - 1} --split-${lines} ${split}`,
    });
  };
  const rules = { rows: rule("rows"), columns: rule("columns") };
  const isAsked = [rules.rows, rules.columns].some(({ join, split }) => join !== null || split !== null);
  if (isAsked && mode === "excel") {
    throw usageError({
      message: "Cannot join or split Excel's own tables: they are taken as they are",
      expected: "--mode hybrid or model",
      got: "--mode excel",
      fix: "leave out --mode excel",
    });
  }
  return isAsked ? rules : null;
}

function checkRetry(isAsked: boolean, isRestartable: boolean, overwrite: boolean): void {
  if (!isAsked || (isRestartable && !overwrite)) return;
  const got = overwrite ? "--overwrite, which starts it anew" : "none";
  const fix = overwrite ? "leave out --overwrite" : "--output found.jsonl --retry-failed";
  const message = "Cannot use --retry-failed";
  throw usageError({ message, expected: "--output with a .jsonl file that is continued", got, fix });
}

/** @param isInputEmpty True: names were to come from standard input, and none came. */
function nothingToDo({ empty, copies, others }: ListedWorkbooks, isInputEmpty: boolean): Error {
  const got = [
    ...(empty.length > 0 ? [`no workbook in ${empty.join(", ")}`] : []),
    ...(copies.length > 0 ? [`${copies[0]} and other copies with drawn ranges alone`] : []),
    ...(others.length > 0 ? [othersNote(others)] : []),
    ...(isInputEmpty ? ["nothing on standard input"] : []),
  ];
  // A clone has a workbook to try; a package is used in the folder of other things.
  const example = isInstalledPackage() ? "budget.xlsx" : "docs/samples/budget.xlsx";
  return usageError({
    message: "Cannot tell what to look at",
    expected:
      "workbooks, folders with workbooks (.xlsx, .xlsm, .xltx, .xltm), or - for names from standard input",
    got: got.join("; ") || "none",
    fix: commandLine("predict", others[0] ?? example),
  });
}

/** The first word `merge` is the command: a file or folder of this name is `./merge`. */
export const predict = {
  ...predictTables,
  subCommands: { merge: async () => (await import("./predict/merge.ts")).merge },
};

if (import.meta.main) await runMain(predict, process.argv.slice(2));
