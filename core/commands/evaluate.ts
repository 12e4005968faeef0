/** `bun run evaluate [run | checkpoint] [--data.key=value …]`: measures how well it finds tables. */

import { type ExitCode, usageError } from "../base/problem.ts";
import { BEST_CHECKPOINT } from "../base/run-folder-names.ts";
import { describeShard, SHARD_ARGUMENT, type Shard, shardOption } from "../base/shard.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { runMain } from "../console/command.ts";
import { interruptible } from "../console/interruptible.ts";
import type { Split } from "../dataset/split.ts";
import type { Mode } from "../detection/modes.ts";
import { runEvaluation } from "../evaluation/run-evaluation.ts";
import { isOwnShard } from "../evaluation/shards/evaluation-lines.ts";
import type { ShardRequest } from "../evaluation/shards/write-shard.ts";
import { InputFiles } from "../files/input-files.ts";
import { isStandardOutput, OVERWRITE_ARGUMENT, outputPlace } from "../files/output-place.ts";
import { PAGE_RULES } from "../files/own-page.ts";
import { shardPath } from "../files/shards/shard-work.ts";
import { defineDataCommand, share, THREADS_ARGUMENT, wholeNumber } from "./define-data-command.ts";
import { DEVICE_ARGUMENT, modeArgument, RUNS_ARGUMENT, thresholdArgument } from "./detection-arguments.ts";

const SPLITS: readonly Split[] = ["test", "validation", "train"];

const evaluateSplit = defineDataCommand({
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
    shard: {
      ...SHARD_ARGUMENT,
      description:
        `${SHARD_ARGUMENT.description}. Its output is results.shard-003-of-100.jsonl; evaluate merge makes ` +
        "the report of all",
    },
    output: { type: "string", valueHint: "file", description: "Write the sheets of a shard to this .jsonl" },
    drawings: {
      type: "boolean",
      description: "Keep the drawings of a shard's sheets, which evaluate merge --html needs",
    },
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
    const shard = shardOption(args.shard, process.env);
    checkShard(shard, args);
    if (args.texts && args.html === undefined && !args.drawings) {
      const [expected, fix] = ["a page to show them on", "--html report.html --texts"];
      const got = "no --html";
      throw usageError({ where: "command line", message: "Cannot use --texts", expected, got, fix });
    }
    const file = checkpoint === undefined ? null : locateCheckpoint(checkpoint, { runs: args.runs });
    const inputs = new InputFiles().add("checkpoint", file === null ? [] : [file]);
    const rules = { ...PAGE_RULES, inputs, overwrite: args.overwrite === true };
    const ofShard = shard === null ? null : shardRequest(shard, args, inputs);
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
      shard: ofShard,
      json: args.json === true,
      worst,
    };
    return interruptible("stopped: nothing was written", (signal, console) =>
      runEvaluation(request, signal, console),
    );
  },
});

/** @throws {UserError} If options of shards and of whole evaluations are mixed. */
function checkShard(
  shard: Shard | null,
  args: {
    readonly output?: string | undefined;
    readonly drawings?: boolean | undefined;
    readonly json?: boolean | undefined;
    readonly html?: string | undefined;
  },
): void {
  const given = (names: readonly (keyof typeof args)[]) => names.find((name) => args[name]);
  if (shard === null) {
    const alone = given(["output", "drawings"]);
    if (alone === undefined) return;
    const [expected, got] = ["--shard with it", "none"];
    const fix = "leave it out; --json prints the report, and --html report.html writes a page";
    throw usageError({ where: "command line", message: `Cannot use --${alone}`, expected, got, fix });
  }
  const message = `Cannot evaluate ${describeShard(shard)} alone`;
  const other = given(["json", "html"]);
  if (other !== undefined) {
    const fix = `leave out --${other}${other === "html" ? " for --drawings" : ""}; evaluate merge has it`;
    throw usageError({ message, expected: "the sheets of a shard", got: `--${other}`, fix });
  }
  if (args.output !== undefined && !isStandardOutput(args.output)) return;
  const got = args.output ?? "no --output";
  throw usageError({ message, expected: "--output with a .jsonl file", got, fix: "--output results.jsonl" });
}

function shardRequest(
  shard: Shard,
  args: {
    readonly output?: string | undefined;
    readonly overwrite?: boolean | undefined;
    readonly drawings?: boolean | undefined;
    readonly texts?: boolean | undefined;
  },
  inputs: InputFiles,
): ShardRequest {
  const place = outputPlace(shardPath(args.output!, shard), {
    what: "the shard",
    another: "--output another file",
    endings: [".jsonl", ".ndjson"],
    inputs,
    overwrite: args.overwrite === true,
    isOwn: isOwnShard,
  });
  if (!args.drawings) return { shard, place, drawings: null };
  return { shard, place, drawings: args.texts ? "texts" : "plain" };
}

/** The first word `merge` is the command: a run or file of this name is `./merge`. */
export const evaluate = {
  ...evaluateSplit,
  subCommands: { merge: async () => (await import("./evaluate/merge.ts")).merge },
};

if (import.meta.main) await runMain(evaluate, process.argv.slice(2));
