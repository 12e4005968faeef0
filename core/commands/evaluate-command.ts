/** `bun run evaluate`: how well a checkpoint finds the tables of labelled sheets. */

import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type ExitCode, UserError, usageError } from "../base/problem.ts";
import { BEST_CHECKPOINT } from "../base/run-folder-names.ts";
import { readCheckpoint } from "../checkpoint/detector-state.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import type { ProcessConsole } from "../console/console.ts";
import { interruptible } from "../console/interruptible.ts";
import { WorkProgress } from "../console/work-progress.ts";
import { describeSkipped } from "../dataset/check-splits.ts";
import type { Split } from "../dataset/split.ts";
import { findTables, MODES, type Mode } from "../detection/find-tables.ts";
import type { CheckpointConfig, SheetDetector } from "../detection/sheet-detector.ts";
import { type EvaluationFacts, evaluationReport } from "../evaluation/evaluation-report.ts";
import { evaluationSettings } from "../evaluation/evaluation-settings.ts";
import { loadSplit } from "../evaluation/load-split.ts";
import { reportPage } from "../evaluation/page/report-page.ts";
import { reportText } from "../evaluation/report-text.ts";
import { AtomicOutput } from "../files/atomic-output.ts";
import { locatePretrained } from "../pretrained/locate-pretrained.ts";
import { SCORE_THRESHOLDS } from "../scoring/threshold-table.ts";
import { defineDataCommand, share, wholeNumber } from "./define-data-command.ts";

const SPLITS: readonly Split[] = ["test", "validation", "train"];
/** Notes and left-out sheets printed; of more, the number is told (all are in the JSON). */
const MAX_LISTED = 10;

export const evaluate = defineDataCommand({
  program: "bun run",
  name: "evaluate",
  description: "Measure how well a checkpoint finds the tables of labelled sheets",
  args: {
    checkpoint: {
      type: "positional",
      required: false,
      description: `A run's folder (its ${BEST_CHECKPOINT}) or a checkpoint file (the weights that come with the project)`,
    },
    split: { type: "enum", options: [...SPLITS], default: "test", description: "The sheets to evaluate on" },
    mode: {
      type: "enum",
      options: [...MODES],
      default: "model",
      description: "What predicts: the network, Excel's own tables and pivot tables, or both",
    },
    json: { type: "boolean", description: "Print one JSON document with everything" },
    html: { type: "string", valueHint: "file", description: "Write a page with every sheet drawn, too" },
    texts: { type: "boolean", description: "Show the cells' texts on that page" },
    thresholds: {
      type: "boolean",
      description: "Also count at every score from 0.05 to 0.95: a second pass over the sheets",
    },
    worst: { type: "string", valueHint: "number", description: "How many of the worst sheets to name (10)" },
    "score-threshold": {
      type: "string",
      valueHint: "0…1",
      description: "Least score of a predicted table (the checkpoint's own)",
    },
    device: { type: "string", valueHint: "name", description: "Device of the network (auto)" },
    threads: { type: "string", valueHint: "number", description: "Threads that read workbooks (one a core)" },
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const worst = wholeNumber("worst", args.worst, 0) ?? 10;
    const scoreThreshold = share("score-threshold", args["score-threshold"]);
    const mode = args.mode as Mode;
    const split = args.split as Split;
    const [checkpoint, second] = args._;
    if (second !== undefined) {
      const got = `${checkpoint} and ${second}`;
      throw usageError({ message: "Cannot tell what to evaluate", expected: "one run or checkpoint", got });
    }
    if (mode === "excel" && args.thresholds) {
      const got = "--mode excel, whose tables have no scores";
      throw usageError({ message: "Cannot count at other scores", expected: "a network", got });
    }
    if (args.texts && args.html === undefined) {
      const [expected, fix] = ["a page to show them on", "--html report.html --texts"];
      throw usageError({ where: "command line", message: "Cannot use --texts", expected, fix });
    }
    const file = checkpointFile(checkpoint, mode);
    return interruptible("stopped: nothing was written", async (signal, console) => {
      const isSilent = args.json === true || !console.isTerminal;
      let detector: SheetDetector | null = null;
      const open = async (threshold: number | undefined): Promise<SheetDetector> => {
        await detector?.dispose();
        // Loaded here alone: --mode excel does without TensorFlow.js.
        const { openSheetDetector } = await import("../detection/sheet-detector.ts");
        detector = await openSheetDetector(file!, {
          device: args.device ?? "auto",
          ...(threshold === undefined ? {} : { scoreThreshold: threshold }),
          warn: (text) => console.warn(text),
        });
        return detector;
      };
      try {
        const opened = mode === "excel" ? null : await open(scoreThreshold);
        const trained = opened?.config ?? (file === null ? null : checkpointConfig(file));
        const data = evaluationSettings(trained?.data ?? null, overrides);
        let reading: WorkProgress | undefined;
        const loaded = await loadSplit(data, split, {
          ...(threads === undefined ? {} : { threads }),
          signal,
          onStart: (total) => {
            reading = new WorkProgress(console, "reading", total, isSilent);
          },
          onWorkbook: (part) => reading?.step(part),
        });
        reading?.end();
        const find = async (using: SheetDetector | null, what: string, of: Mode) => {
          const progress = new WorkProgress(console, what, loaded.sheets.length, isSilent, "sheets");
          const found = await findTables(loaded.sheets, {
            detector: using,
            mode: of,
            signal,
            onSheets: (count, part) => progress.step(part, count),
          });
          progress.end();
          return found;
        };
        const facts: EvaluationFacts = {
          mode,
          checkpoint: opened && file,
          device: opened?.device ?? null,
          score_threshold: opened?.scoreThreshold ?? null,
          datasets: data.dataset_names,
          split,
          max_rows: data.max_rows,
          max_cols: data.max_cols,
        };
        const predicted = await find(opened, "finding tables", mode);
        const swept = args.thresholds
          ? await find(await open(SCORE_THRESHOLDS[0]), "again, at lower scores", mode)
          : null;
        const report = evaluationReport(facts, loaded, predicted, swept);
        const page =
          args.html === undefined
            ? null
            : await reportPage(report, loaded.sheets, { texts: args.texts === true, signal });
        if (page !== null) writePage(args.html!, page);
        if (args.json) console.line(JSON.stringify(report));
        else {
          console.line(reportText(report, worst));
          tellLeftOut(console, report.skipped.map(describeSkipped), report.notes);
          if (page !== null) console.line(`\npage: ${resolve(args.html!)}`);
        }
        return 0;
      } finally {
        await (detector as SheetDetector | null)?.dispose();
      }
    });
  },
});

/** The file to evaluate; null where none is needed. */
function checkpointFile(named: string | undefined, mode: Mode): string | null {
  if (named !== undefined) return locateCheckpoint(named);
  return mode === "excel" ? null : locatePretrained();
}

/** What a checkpoint that is not run was trained with; null where it does not say. */
function checkpointConfig(file: string): Partial<CheckpointConfig> | null {
  return (readCheckpoint(file).extra?.config ?? null) as Partial<CheckpointConfig> | null;
}

function writePage(path: string, pieces: readonly string[]): void {
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true });
    const output = new AtomicOutput(resolve(path));
    try {
      for (const piece of pieces) output.write(Buffer.from(piece));
      output.commit();
    } finally {
      output.abort(); // does nothing once it is committed
    }
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    const problem = { file: path, message: "Cannot write the page", got, fix: "--html another file" };
    throw new UserError(problem, { cause });
  }
}

function tellLeftOut(console: ProcessConsole, skipped: readonly string[], notes: readonly string[]): void {
  const listed = (title: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    const more =
      lines.length > MAX_LISTED ? [`… ${lines.length - MAX_LISTED} more: --json has them all`] : [];
    console.warn(["", title, ...lines.slice(0, MAX_LISTED).map((line) => `  ${line}`), ...more].join("\n"));
  };
  listed(`left out, and not counted (${skipped.length}):`, skipped);
  listed(`notes (${notes.length}):`, notes);
}
