/**
 * `bun run data check`: compares every label with its workbook, and shows the splits and what training
 * leaves out.
 */

import { relative } from "node:path";
import { type ExitCode, formatProblems, type Problem, UserError, usageError } from "../../base/problem.ts";
import { shellWords } from "../../base/shell-words.ts";
import { counted, table } from "../../base/text-layout.ts";
import { locateCheckpoint } from "../../checkpoint/locate-checkpoint.ts";
import type { DataOptions } from "../../config/data-options.ts";
import type { ProcessConsole } from "../../console/console.ts";
import { interruptible } from "../../console/interruptible.ts";
import { ReadingProgress } from "../../console/reading-progress.ts";
import { checkSplits } from "../../dataset/check-splits.ts";
import { checkDataset, type DatasetCheck, type SplitCount } from "../../dataset/checks/check-dataset.ts";
import { readPredictedLabels } from "../../dataset/checks/predicted-labels.ts";
import type { Split } from "../../dataset/split.ts";
import { openDetector } from "../../detection/open-detector.ts";
import { PRETRAINED } from "../../pretrained/locate-pretrained.ts";
import { defineDataCommand, THREADS_ARGUMENT, wholeNumber } from "../define-data-command.ts";
import { CHECKPOINT_ARGUMENT, DEVICE_ARGUMENT, RUNS_ARGUMENT } from "../detection-arguments.ts";
import { chooseDatasets, DATASETS_ARGUMENT, namesDatasets } from "./choose-datasets.ts";
import { CONFIG_ARGUMENT, dataSettings } from "./data-settings.ts";
import { predictLabels } from "./predict-labels.ts";

/** The most findings of one kind that are shown without --all. */
const SHOWN = 20;

export const check = defineDataCommand({
  name: "data check",
  description: "Compare every label with its workbook; exit code 1 if a line cannot be used",
  args: {
    datasets: DATASETS_ARGUMENT,
    config: CONFIG_ARGUMENT,
    doubts: {
      type: "boolean",
      description: "Look for labels that may be wrong, also by predictions (of pretrained)",
    },
    checkpoint: {
      ...CHECKPOINT_ARGUMENT,
      description:
        "Doubts by the predictions of these weights: a run's folder or name, a checkpoint, latest or pretrained",
    },
    report: {
      type: "string",
      valueHint: "file",
      description: "Doubts by these predictions: fold-predictions.jsonl, or proposals of data label",
    },
    device: DEVICE_ARGUMENT,
    runs: RUNS_ARGUMENT,
    strict: {
      type: "boolean",
      description: "Exit code 1 for warnings, doubts and labels that nobody has looked at too",
    },
    all: { type: "boolean", description: `Print every finding, not only the first ${SHOWN} of a kind` },
    threads: THREADS_ARGUMENT,
    json: { type: "boolean", description: "Print one JSON object per dataset, with every finding" },
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const data = dataSettings(args.config, overrides);
    const { isAsked, predictions, weights } = predictionsFor(args);
    return interruptible("stopped: nothing was changed", async (signal, console) => {
      await using detector = await openDetector(weights, {
        device: args.device ?? "auto",
        scoreThreshold: undefined,
        warn: (text) => console.warn(text),
      });
      const chosen = namesDatasets(args.config, overrides);
      let exitCode: ExitCode = 0;
      for (const [index, dataset] of (await chooseDatasets(args._, data, chosen, console)).entries()) {
        const silent = args.json === true;
        const predicted =
          detector === null
            ? predictions
            : await predictLabels(dataset, detector, weights!, { threads, signal, console, silent });
        const progress = new ReadingProgress(console, `checking ${dataset.name}`, silent);
        const found = await checkDataset(dataset, data, {
          threads,
          signal,
          doubts: isAsked ? { predicted } : undefined,
          ...progress.calls,
        });
        progress.end();
        const result = { ...found, emptySplit: emptySplit(found, data) };
        if (args.json) console.line(JSON.stringify(result));
        else {
          if (index > 0) console.line("");
          const shown = args.all === true ? Number.POSITIVE_INFINITY : SHOWN;
          report(result, data.on_proposed_label, shown, console);
        }
        if (isWrong(result, args.strict === true)) exitCode = 1;
      }
      return exitCode;
    });
  },
});

interface PredictionArguments {
  readonly doubts?: boolean | undefined;
  readonly checkpoint?: string | undefined;
  readonly report?: string | undefined;
  readonly runs?: string | undefined;
}

/**
 * Whether doubts are asked for, and what the labels are compared with: predictions from a file, or those of
 * weights.
 *
 * @throws {UserError} Exit code 2, if there are two of them, or they cannot be used.
 */
function predictionsFor({ doubts, checkpoint, report: file, runs }: PredictionArguments) {
  if (file !== undefined && checkpoint !== undefined) {
    const [expected, got] = ["--checkpoint to predict now, or --report with predictions", "both"];
    const message = "Cannot tell which predictions are meant";
    throw usageError({ message, expected, got, fix: shellWords(["--report", file]) });
  }
  if (file !== undefined) return { isAsked: true, predictions: readPredictedLabels(file), weights: null };
  if (doubts !== true && checkpoint === undefined)
    return { isAsked: false, predictions: null, weights: null };
  return { isAsked: true, predictions: null, weights: locateCheckpoint(checkpoint ?? PRETRAINED, { runs }) };
}

/** True if a line cannot be used, or (strict) a label looks doubtful or nobody has looked at it. */
function isWrong({ errors, warnings, doubts, unseen }: DatasetCheck, strict: boolean): boolean {
  return errors.length > 0 || (strict && warnings.length + unseen.length + (doubts?.length ?? 0) > 0);
}

/** Why training on this dataset alone cannot start: a split is empty. Null if none is. */
function emptySplit(found: DatasetCheck, data: DataOptions): Problem | null {
  const { train, validation, test } = found.splits;
  const sizes = { train: train.sheets, validation: validation.sheets, test: test.sheets };
  try {
    const own = { ...data, dataset_names: [found.dataset] };
    checkSplits(own, sizes, ["train", "validation", "test"], { proposals: found.proposals });
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems[0]!;
  }
}

type Result = DatasetCheck & { readonly emptySplit: Problem | null };

function report(
  found: Result,
  onProposed: DataOptions["on_proposed_label"],
  shown: number,
  console: ProcessConsole,
): void {
  const { dataset, folder, splits, errors, warnings, doubts, unlabelledWorkbooks, unlabelledSheets } = found;
  console.line(`${dataset}  ${folder}\n`);
  console.line(`${splitTable(splits)}\n`);
  list("left out", errors, shown, console);
  list("no errors, but look at them", warnings, shown, console);
  list("used, but the label may be wrong", doubts ?? [], shown, console);
  const use = onProposed === "use" ? "used" : "not used";
  list(`${use}, and nobody has looked at the label`, found.unseen, shown, console);
  if (unlabelledWorkbooks.length > 0) {
    const names = unlabelledWorkbooks.slice(0, Math.min(shown, 5)).join(", ");
    const more = unlabelledWorkbooks.length > 5 && shown <= SHOWN ? ", …" : "";
    console.line(
      `${counted(unlabelledWorkbooks.length, "workbook")} without a label, not used: ${names}${more}`,
    );
  }
  if (unlabelledSheets > 0) {
    console.line(`${counted(unlabelledSheets, "sheet")} of the labelled workbooks without a label, not used`);
  }
  if (found.skippedSheets > 0) {
    console.line(`${counted(found.skippedSheets, "sheet")} marked as skipped, not used`);
  }
  if (found.emptySplit !== null) {
    console.line(`training on it alone cannot start:\n\n${formatProblems([found.emptySplit])}\n`);
  }
  if (doubts !== null) {
    const labels = counted(found.compared, "label");
    console.line(`${labels} compared with predictions: ${counted(doubts.length, "doubt")} in all`);
  }
  const verdict = `${counted(errors.length, "error")}, ${counted(warnings.length, "warning")}`;
  console.line(errors.length + warnings.length === 0 ? "every label fits its workbook" : verdict);
}

function splitTable(splits: Readonly<Record<Split, SplitCount>>): string {
  const row = (name: string, { sheets, workbooks, tables, withoutTables, leftOut }: SplitCount) => [
    name,
    ...[sheets, workbooks, tables, withoutTables, leftOut].map(String),
  ];
  const entries = Object.entries(splits);
  const sum = (key: keyof SplitCount) => entries.reduce((total, [, count]) => total + count[key], 0);
  const all = {
    sheets: sum("sheets"),
    workbooks: sum("workbooks"),
    tables: sum("tables"),
    withoutTables: sum("withoutTables"),
    leftOut: sum("leftOut"),
  };
  const head = ["split", "sheets", "workbooks", "tables", "sheets without", "left out"];
  return table(head, [...entries.map(([name, count]) => row(name, count)), row("all", all)], 1);
}

function list(title: string, problems: readonly Problem[], shown: number, console: ProcessConsole): void {
  if (problems.length === 0) return;
  console.line(`${title}: ${problems.length}\n`);
  console.line(`${formatProblems(problems.slice(0, shown).map(fromHere))}\n`);
  if (problems.length > shown) console.line(`… and ${problems.length - shown} more (--all shows them)\n`);
}

/** The problem with its file relative to the current folder, if that is shorter. */
function fromHere(problem: Problem): Problem {
  if (problem.file === undefined) return problem;
  const path = relative(process.cwd(), problem.file);
  return { ...problem, file: path.length < problem.file.length ? path : problem.file };
}
