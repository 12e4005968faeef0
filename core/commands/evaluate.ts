/** `bun run evaluate [run | checkpoint] [--data.key=value …]`: measures how well it finds tables. */

import { type ExitCode, usageError } from "../base/problem.ts";
import { BEST_CHECKPOINT } from "../base/run-folder-names.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { runMain } from "../console/command.ts";
import { interruptible } from "../console/interruptible.ts";
import type { Split } from "../dataset/split.ts";
import type { Mode } from "../detection/modes.ts";
import { runEvaluation } from "../evaluation/run-evaluation.ts";
import { InputFiles } from "../files/input-files.ts";
import { OVERWRITE_ARGUMENT, outputPlace } from "../files/output-place.ts";
import { PAGE_RULES } from "../files/own-page.ts";
import { defineDataCommand, share, THREADS_ARGUMENT, wholeNumber } from "./define-data-command.ts";
import { DEVICE_ARGUMENT, modeArgument, RUNS_ARGUMENT, thresholdArgument } from "./detection-arguments.ts";

const SPLITS: readonly Split[] = ["test", "validation", "train"];

export const evaluate = defineDataCommand({
  name: "evaluate",
  description: "Measure how well a checkpoint finds the tables of labelled sheets",
  args: {
    checkpoint: {
      type: "positional",
      required: false,
      description:
        `A run's folder or name (its ${BEST_CHECKPOINT}), a checkpoint file, latest, or pretrained for the weights ` +
        "that come with the project (pretrained)",
    },
    runs: RUNS_ARGUMENT,
    split: { type: "enum", options: [...SPLITS], default: "test", description: "The sheets to evaluate on" },
    mode: modeArgument("model"),
    json: { type: "boolean", description: "Print one JSON document with everything" },
    html: {
      type: "string",
      valueHint: "file",
      description: "Also write a page with a drawing of every sheet",
    },
    overwrite: OVERWRITE_ARGUMENT,
    texts: { type: "boolean", description: "Show the cells' texts on that page" },
    thresholds: {
      type: "boolean",
      description: "Also count at thresholds from 0.05 to 0.95, in a second pass over the sheets",
    },
    worst: { type: "string", valueHint: "number", description: "How many of the worst sheets to name (10)" },
    threshold: thresholdArgument("a predicted table"),
    device: DEVICE_ARGUMENT,
    threads: THREADS_ARGUMENT,
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const worst = wholeNumber("worst", args.worst, 0) ?? 10;
    const scoreThreshold = share("threshold", args.threshold);
    const mode = args.mode as Mode;
    const { checkpoint } = args;
    if (mode === "excel" && args.thresholds) {
      const got = "--mode excel, whose tables have no scores";
      const fix = "leave out --thresholds, or --mode model";
      throw usageError({ message: "Cannot count at other scores", expected: "a network", got, fix });
    }
    if (args.texts && args.html === undefined) {
      const [expected, fix] = ["a page to show them on", "--html report.html --texts"];
      const got = "no --html";
      throw usageError({ where: "command line", message: "Cannot use --texts", expected, got, fix });
    }
    const file = checkpoint === undefined ? null : locateCheckpoint(checkpoint, { runs: args.runs });
    const inputs = new InputFiles().add("checkpoint", file === null ? [] : [file]);
    const rules = { ...PAGE_RULES, inputs, overwrite: args.overwrite === true };
    const page =
      args.html === undefined ? null : { place: outputPlace(args.html, rules), texts: args.texts === true };
    const request = {
      checkpoint: file,
      mode,
      split: args.split as Split,
      overrides,
      device: args.device ?? "auto",
      threads,
      scoreThreshold,
      thresholds: args.thresholds === true,
      page,
      json: args.json === true,
      worst,
    };
    return interruptible("stopped: nothing was written", (signal, console) =>
      runEvaluation(request, signal, console),
    );
  },
});

if (import.meta.main) await runMain(evaluate, process.argv.slice(2));
