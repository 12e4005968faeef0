/** `bun run data label`: proposes labels for a folder of workbooks. */

import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { commandLine } from "../../base/command-line.ts";
import { type ExitCode, formatProblems, UserError, usageError } from "../../base/problem.ts";
import { counted, formatDuration } from "../../base/text-layout.ts";
import { locateCheckpoint } from "../../checkpoint/locate-checkpoint.ts";
import { interruptible } from "../../console/interruptible.ts";
import { WorkProgress } from "../../console/work-progress.ts";
import { findWorkbooks } from "../../dataset/find-workbooks.ts";
import { type FindTables, type Proposal, proposeLabels } from "../../dataset/labelling/propose-labels.ts";
import { openDetector } from "../../detection/open-detector.ts";
import type { SheetDetector } from "../../detection/sheet-detector.ts";
import { connectedBlocks } from "../../features/connected-blocks.ts";
import { isFolder } from "../../files/file-state.ts";
import { writeOutput } from "../../files/write-output.ts";
import { defineDataCommand, share, THREADS_ARGUMENT, wholeNumber } from "../define-data-command.ts";
import { DEVICE_ARGUMENT } from "../detection-arguments.ts";
import { CONFIG_ARGUMENT, dataSettings } from "./data-settings.ts";

export const label = defineDataCommand({
  name: "data label",
  description: "Propose labels for a folder of workbooks, for a person to correct",
  args: {
    folder: {
      type: "positional",
      required: true,
      description: "A folder of workbooks, or a dataset's folder",
    },
    checkpoint: {
      type: "string",
      valueHint: "run",
      description:
        "A checkpoint, or a run for its best one, that finds the tables (connected blocks of cells)",
    },
    "score-threshold": {
      type: "string",
      valueHint: "0…1",
      description: "Least score of a proposed table (the one stored with the weights)",
    },
    device: { ...DEVICE_ARGUMENT, description: "Device of the checkpoint's network (auto)" },
    output: {
      type: "string",
      valueHint: "file",
      description:
        "The file to write (annotations/annotations.jsonl of a dataset's folder, else annotations.jsonl)",
    },
    config: CONFIG_ARGUMENT,
    threads: THREADS_ARGUMENT,
    json: { type: "boolean", description: "Print one JSON object about what was written" },
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const scoreThreshold = share("score-threshold", args["score-threshold"]);
    const data = dataSettings(args.config, overrides);
    const place = locateFolder(args.folder, args.output);
    const workbooks = findWorkbooks(place.files);
    if (workbooks.length === 0) {
      const expected = ".xlsx, .xlsm, .xltx, .csv or other workbooks, in it or in folders below";
      throw usageError({ file: place.files, message: "Cannot find a workbook to label", expected });
    }
    return interruptible("stopped: nothing was written", async (signal, console) => {
      const weights = args.checkpoint === undefined ? null : locateCheckpoint(args.checkpoint);
      await using detector = await openDetector(weights, {
        device: args.device ?? "auto",
        scoreThreshold,
        warn: (text) => console.warn(text),
      });
      // Unless the user gives limits, those of the network's training hold.
      const isOwn = args.config !== undefined || overrides.length > 0;
      const limits = { ...data, ...(isOwn ? {} : detector?.config.data) };
      const progress = new WorkProgress(console, "labelling", workbooks.length, args.json === true);
      const proposal = await proposeLabels(place.files, workbooks, {
        find: detector ? byDetector(detector) : byBlocks,
        origin: detector ? "proposed by a model" : "proposed by connected blocks",
        maxRows: limits.max_rows,
        maxCols: limits.max_cols,
        threads,
        signal,
        onWorkbook: (share) => progress.step(share),
      });
      progress.end();
      if (proposal.failed.length > 0) {
        const what = `${counted(proposal.failed.length, "workbook")} left out:`;
        console.warn(`${what}\n\n${formatProblems(proposal.failed)}\n`);
      }
      if (proposal.lines.length === 0) {
        throw new UserError({ file: place.files, message: "Cannot label anything: no sheet has content" });
      }
      writeOutput(place.output, proposal.lines, {
        message: "Cannot write the proposal",
        fix: "--output a file in a folder that can be written",
      });
      if (args.json) console.line(JSON.stringify(facts(place.output, workbooks.length, proposal)));
      else console.line(report(place, workbooks.length, proposal, progress.seconds));
      return proposal.failed.length > 0 ? 1 : 0;
    });
  },
});

interface Place {
  /** The folder of the workbooks. `file_name` is relative to it. */
  readonly files: string;
  readonly output: string;
  readonly isDataset: boolean;
}

function locateFolder(named: string, output: string | undefined): Place {
  const folder = resolve(named);
  if (!isFolder(folder)) {
    const expected = "a folder of workbooks";
    throw usageError({
      file: named,
      message: "Cannot label it",
      expected,
      got: existsSync(folder) ? "a file" : "no such folder",
    });
  }
  const isDataset = isFolder(join(folder, "files"));
  const usual = isDataset
    ? join(folder, "annotations", "annotations.jsonl")
    : join(folder, "annotations.jsonl");
  const place = {
    files: isDataset ? join(folder, "files") : folder,
    output: output === undefined ? usual : resolve(output),
    isDataset,
  };
  if (existsSync(place.output)) {
    throw usageError({
      file: place.output,
      message: "Cannot write the proposal: labels are there already, and somebody may have corrected them",
      fix: "--output another file, or move this one away",
    });
  }
  return place;
}

const byBlocks: FindTables = async (sheets) =>
  sheets.map(({ grid }) => connectedBlocks(grid).map((range) => ({ range, score: null })));

function byDetector(detector: SheetDetector): FindTables {
  // One workbook at a time: the engine's own workers share its sheets.
  let last: Promise<unknown> = Promise.resolve();
  return (sheets) => {
    const found = last.then(() => detector.detect(sheets));
    last = found.catch(() => {});
    return found;
  };
}

function facts(output: string, workbooks: number, proposal: Proposal): object {
  const { lines, tables, sheetsWithoutTables, cropped, failed } = proposal;
  return {
    output,
    workbooks: workbooks - failed.length,
    sheets: lines.length,
    tables,
    sheetsWithoutTables,
    cropped,
    failed,
  };
}

function report(
  { files, output, isDataset }: Place,
  workbooks: number,
  proposal: Proposal,
  seconds: number,
): string {
  const { lines, tables, sheetsWithoutTables, cropped, failed } = proposal;
  const path = relative(process.cwd(), output);
  const done = counted(workbooks - failed.length, "workbook");
  const dataset = relative(process.cwd(), dirname(files)) || ".";
  const next = isDataset
    ? `correct it, then: ${commandLine("data", "check", dataset)}`
    : "correct it; a dataset is a folder with this file in annotations/ and the workbooks in files/";
  return [
    `${counted(tables, "table")} proposed on ${counted(lines.length, "sheet")} of ${done}, ` +
      `none on ${sheetsWithoutTables}, ${formatDuration(seconds)}`,
    ...(cropped.length > 0
      ? [
          `only the upper left part was looked at (--data.max_rows, --data.max_cols): ` +
            cropped.slice(0, 5).join(", ") +
            (cropped.length > 5 ? `, and ${cropped.length - 5} more` : ""),
        ]
      : []),
    path.startsWith("..") ? output : path,
    next,
  ].join("\n");
}
