/** `bun run predict [run | checkpoint] <file | folder | - > …`: finds the tables of workbooks. */

import { commandLine } from "../base/command-line.ts";
import { type ExitCode, usageError } from "../base/problem.ts";
import { runMain } from "../console/command.ts";
import { interruptible } from "../console/interruptible.ts";
import type { Mode } from "../detection/modes.ts";
import { MOST_LIMITS } from "../excel/read-limits.ts";
import { InputFiles } from "../files/input-files.ts";
import { OVERWRITE_ARGUMENT } from "../files/output-place.ts";
import { annotatedPaths } from "../prediction/annotated-paths.ts";
import { chooseWeights } from "../prediction/choose-weights.ts";
import {
  type ListedWorkbooks,
  listWorkbooks,
  namesInText,
  othersNote,
} from "../prediction/list-workbooks.ts";
import { predictionFormatOf, predictionPlace } from "../prediction/prediction-place.ts";
import { runPrediction } from "../prediction/run-prediction.ts";
import { defineDataCommand, share, THREADS_ARGUMENT, wholeNumber } from "./define-data-command.ts";
import {
  CHECKPOINT_ARGUMENT,
  DEVICE_ARGUMENT,
  MODE_ARGUMENT,
  RUNS_ARGUMENT,
  thresholdArgument,
} from "./detection-arguments.ts";

export const predict = defineDataCommand({
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
    mode: MODE_ARGUMENT,
    threshold: thresholdArgument("a table"),
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
    threads: { ...THREADS_ARGUMENT, description: "Threads that read workbooks (one per core and one more)" },
  },
  sections: [],
  async run(args): Promise<ExitCode> {
    const format = predictionFormatOf(args, args.output);
    const threads = wholeNumber("threads", args.threads, 1);
    const limits = wholeNumber("limits", args.limits, 1, MOST_LIMITS) ?? 1;
    const threshold = share("threshold", args.threshold);
    const overwrite = args.overwrite === true;
    const { checkpoint, names } = chooseWeights(args._, args.checkpoint, args.runs);
    const given = names.includes("-") ? await Bun.stdin.text() : "";
    const all = names.flatMap((name) => (name === "-" ? namesInText(given) : [name]));
    const folder = args["annotate-dir"];
    const listed = listWorkbooks(all, folder ?? null);
    if (listed.workbooks.length === 0) throw nothingToDo(listed, names.includes("-") && given.trim() === "");
    const inputs = new InputFiles()
      .add(
        "workbook",
        listed.workbooks.map(({ path }) => path),
      )
      .add("checkpoint", checkpoint === null ? [] : [checkpoint]);
    const isBySwitch = args.json === true || args.jsonl === true || args.csv === true;
    const output = predictionPlace(args.output, { format, isBySwitch, inputs, overwrite });
    const isRestartable = format === "jsonl" && output?.kind === "file";
    checkRetry(args["retry-failed"] === true, isRestartable, overwrite);
    const annotated = annotatedPaths(listed.workbooks, { file: args.annotate, folder, inputs, overwrite });
    const afterStop = isRestartable
      ? `stopped: what is done is in ${args.output}, and the same command continues from there`
      : `stopped${output === null ? "" : ": nothing was written"}`;
    return interruptible(afterStop, (signal) =>
      runPrediction({
        ...listed,
        names: all,
        checkpoint,
        annotated,
        mode: args.mode as Mode,
        threshold,
        device: args.device ?? "auto",
        threads,
        format,
        output,
        retryFailed: args["retry-failed"] === true,
        overwrite,
        limits,
        signal,
      }),
    );
  },
});

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
  return usageError({
    message: "Cannot tell what to look at",
    expected:
      "workbooks, folders with workbooks (.xlsx, .xlsm, .xltx, .xltm), or - for names from standard input",
    got: got.join("; ") || "none",
    fix: commandLine("predict", others[0] ?? "docs/samples/budget.xlsx"),
  });
}

if (import.meta.main) await runMain(predict, process.argv.slice(2));
