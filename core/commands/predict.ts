/** `bun run predict [run | checkpoint] <file | folder | - > …`: finds the tables of workbooks. */

import { resolve } from "node:path";
import { commandLine } from "../base/command-line.ts";
import { type ExitCode, usageError } from "../base/problem.ts";
import { runMain } from "../console/command.ts";
import { interruptible } from "../console/interruptible.ts";
import type { Mode } from "../detection/modes.ts";
import { annotatedPaths } from "../prediction/annotated-paths.ts";
import { chooseWeights } from "../prediction/choose-weights.ts";
import { listWorkbooks, namesInText } from "../prediction/list-workbooks.ts";
import { FORMATS, type FormatName } from "../prediction/prediction-format.ts";
import { runPrediction } from "../prediction/run-prediction.ts";
import { defineDataCommand, share, THREADS_ARGUMENT, wholeNumber } from "./define-data-command.ts";
import { DEVICE_ARGUMENT, MODE_ARGUMENT } from "./detection-arguments.ts";

export const predict = defineDataCommand({
  name: "predict",
  description: "Find the tables of workbooks",
  args: {
    files: {
      type: "positional",
      required: false,
      valueHint: "[checkpoint] file | folder | - …",
      description:
        "Workbooks, folders of workbooks, - for file names from standard input. A run's folder or a .pt or " +
        ".safetensors file before them is the checkpoint (the weights that come with the project)",
    },
    json: { type: "boolean", description: "Print one JSON document" },
    jsonl: { type: "boolean", description: "Print one line of JSON per workbook, as soon as it is done" },
    csv: { type: "boolean", description: "Print one line per table: file,sheet,range,score" },
    output: {
      type: "string",
      valueHint: "file",
      description:
        "Write to this file; its ending can give the format (.json, .jsonl, .csv). Workbooks that are " +
        "already in a .jsonl are skipped",
    },
    "retry-failed": { type: "boolean", description: "Try workbooks again that failed in that .jsonl" },
    mode: MODE_ARGUMENT,
    threshold: {
      type: "string",
      valueHint: "0…1",
      description: "Least score of a table (the one stored with the weights)",
    },
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
    device: DEVICE_ARGUMENT,
    threads: { ...THREADS_ARGUMENT, description: "Threads that read workbooks (one per core and one more)" },
  },
  sections: [],
  async run(args): Promise<ExitCode> {
    const format = chosenFormat(args);
    const threads = wholeNumber("threads", args.threads, 1);
    const threshold = share("threshold", args.threshold);
    const isRestartable = format === "jsonl" && args.output !== undefined;
    if (args["retry-failed"] && !isRestartable) {
      const message = "Cannot use --retry-failed";
      throw usageError({ message, expected: "--output with a .jsonl file", got: "none" });
    }
    const { checkpoint, names } = chooseWeights(args._);
    const given = names.includes("-") ? await Bun.stdin.text() : "";
    const all = names.flatMap((name) => (name === "-" ? namesInText(given) : [name]));
    const folder = args["annotate-dir"];
    const listed = listWorkbooks(all, folder === undefined ? null : resolve(folder));
    if (listed.workbooks.length === 0 && !names.includes("-")) throw nothingToDo(listed.empty);
    const annotated = annotatedPaths(listed.workbooks, {
      ...(args.annotate === undefined ? {} : { file: args.annotate }),
      ...(folder === undefined ? {} : { folder }),
    });
    const afterStop = isRestartable
      ? `stopped: what is done is in ${args.output}, and the same command continues from there`
      : `stopped${args.output === undefined ? "" : ": nothing was written"}`;
    return interruptible(afterStop, (signal) =>
      runPrediction({
        checkpoint,
        workbooks: listed.workbooks,
        problems: listed.problems,
        empty: listed.empty,
        annotated,
        mode: args.mode as Mode,
        threshold,
        device: args.device ?? "auto",
        threads,
        format,
        output: args.output ?? null,
        retryFailed: args["retry-failed"] === true,
        signal,
      }),
    );
  },
});

/** The format of a switch, else that of the output's ending, else text. */
function chosenFormat(args: {
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly csv?: boolean;
  readonly output?: string | undefined;
}): FormatName {
  const chosen = (["json", "jsonl", "csv"] as const).filter((name) => args[name] === true);
  if (chosen.length > 1) {
    const got = chosen.map((name) => `--${name}`).join(" ");
    throw usageError({ message: "Cannot write several formats at once", expected: "one of them", got });
  }
  return chosen[0] ?? FORMATS.find((name) => args.output?.toLowerCase().endsWith(`.${name}`)) ?? "text";
}

function nothingToDo(empty: readonly string[]): Error {
  return usageError({
    message: "Cannot tell what to look at",
    expected:
      "workbooks, folders with workbooks (.xlsx, .xlsm, .xltx, .xltm), or - for names from standard input",
    got: empty.length > 0 ? `no workbook in ${empty.join(", ")}` : "none",
    fix: commandLine("predict", "budget.xlsx"),
  });
}

if (import.meta.main) await runMain(predict, process.argv.slice(2));
