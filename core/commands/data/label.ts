/** `bun run data label`: proposes labels for a folder of workbooks. */

import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { commandLine } from "../../base/command-line.ts";
import { nearestPath } from "../../base/nearest-path.ts";
import { type ExitCode, formatProblems, UserError, usageError } from "../../base/problem.ts";
import { shellWords } from "../../base/shell-words.ts";
import { counted, formatDuration } from "../../base/text-layout.ts";
import { interruptible } from "../../console/interruptible.ts";
import { WorkProgress } from "../../console/work-progress.ts";
import { readAnnotationText } from "../../dataset/annotations.ts";
import { type FindTables, type Proposal, proposeLabels } from "../../dataset/labelling/propose-labels.ts";
import { datasetPaths } from "../../dataset/locate-dataset.ts";
import { openDetector } from "../../detection/open-detector.ts";
import { proposedByBlocks } from "../../detection/proposed-tables.ts";
import { connectedBlocks } from "../../features/connected-blocks.ts";
import { fileSize, isFolder } from "../../files/file-state.ts";
import { InputFiles } from "../../files/input-files.ts";
import { isStandardOutput, OVERWRITE_ARGUMENT, outputPlace } from "../../files/output-place.ts";
import { writeOutput } from "../../files/write-output.ts";
import { defineDataCommand, share, THREADS_ARGUMENT, wholeNumber } from "../define-data-command.ts";
import { LABEL_ARGUMENTS, labelledWorkbooks, proposingWeights } from "../label-arguments.ts";
import { CONFIG_ARGUMENT, dataSettings } from "./data-settings.ts";
import { findByDetector } from "./find-by-detector.ts";

export const label = defineDataCommand({
  name: "data label",
  description: "Propose labels for a folder of workbooks, for a person to correct",
  args: {
    ...LABEL_ARGUMENTS,
    output: {
      type: "string",
      valueHint: "file",
      description:
        "The file to write (annotations/annotations.jsonl of a dataset's folder, else annotations.jsonl)",
    },
    overwrite: { ...OVERWRITE_ARGUMENT, description: "Replace labels that are there, corrected or not" },
    config: CONFIG_ARGUMENT,
    threads: THREADS_ARGUMENT,
    json: { type: "boolean", description: "Print one JSON object about what was written" },
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const scoreThreshold = share("threshold", args.threshold);
    const data = dataSettings(args.config, overrides);
    const weights = proposingWeights(args);
    const place = locateFolder(args.folder, data.root, args.output, args.overwrite === true);
    const workbooks = labelledWorkbooks(place.files);
    const files = workbooks.map((name) => join(place.files, name));
    const output = outputPlace(place.output, {
      what: "the proposal",
      another: "--output another file",
      endings: [".jsonl"],
      inputs: new InputFiles().add("workbook", files).add("checkpoint", weights === null ? [] : [weights]),
      overwrite: args.overwrite === true,
      isOwn: () => false, // somebody may have corrected it
    });
    return interruptible("stopped: nothing was written", async (signal, console) => {
      await using detector = await openDetector(weights, {
        device: args.device ?? "auto",
        scoreThreshold,
        warn: (text) => console.warn(text),
      });
      // Sheets are cropped to small limits for training alone.
      const isLimited = args.config !== undefined || overrides.some((each) => /^--data\.max_/.test(each));
      const progress = new WorkProgress(console, "labelling", workbooks.length, args.json === true);
      const proposal = await proposeLabels(place.files, workbooks, {
        find: detector ? findByDetector(detector) : byBlocks,
        origin: detector ? "proposed by a model" : "proposed by connected blocks",
        limits: isLimited ? { maxRows: data.max_rows, maxCols: data.max_cols } : null,
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
      if (args.overwrite !== true) checkFree(place.output); // the workbench may have made labels meanwhile
      writeOutput(output, proposal.lines, {
        message: "Cannot write the proposal",
        fix: "--output a file in a folder that can be written",
      });
      const said = args.json
        ? JSON.stringify(facts(place.output, workbooks.length, proposal))
        : report(place, workbooks.length, proposal, progress.seconds);
      // Standard output has the lines alone.
      if (isStandardOutput(place.output)) console.warn(said);
      else console.line(said);
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

/** @param named A folder, or the name of one in `root`. A path that exists goes first. */
function locateFolder(named: string, root: string, output: string | undefined, overwrite: boolean): Place {
  const [here, inRoot] = [resolve(named), datasetPaths(root, named).folder];
  const folder = !existsSync(here) && isFolder(inRoot) ? inRoot : here;
  if (!isFolder(folder)) {
    const expected = `a folder of workbooks, or the name of a dataset in ${root}`;
    const isFile = existsSync(folder);
    const close = nearestPath(named, isFolder);
    throw usageError({
      file: named,
      message: "Cannot label it",
      expected,
      got: isFile ? "a file" : "no such folder",
      fix: isFile ? shellWords([dirname(named)]) : close === null ? "check the path" : shellWords([close]),
    });
  }
  const isDataset = isFolder(join(folder, "files"));
  const usual = isDataset
    ? join(folder, "annotations", "annotations.jsonl")
    : join(folder, "annotations.jsonl");
  const place = {
    files: isDataset ? join(folder, "files") : folder,
    output: output === undefined ? usual : isStandardOutput(output) ? output : resolve(output),
    isDataset,
  };
  if (!overwrite) checkFree(place.output);
  return place;
}

/** @throws {UserError} Exit code 2 if there are labels. */
function checkFree(output: string): void {
  if (isStandardOutput(output) || (fileSize(output) ?? 0) === 0) return;
  throw usageError({
    file: output,
    message: "Cannot write the proposal: labels are there already, and somebody may have corrected them",
    expected: "a new file",
    got: counted(linesIn(output), "labelled sheet"),
    fix: "--output another file, or --overwrite to replace this one",
  });
}

function linesIn(path: string): number {
  return readAnnotationText(path)
    .split("\n")
    .filter((line) => line.trim() !== "").length;
}

const byBlocks: FindTables = async (sheets) =>
  sheets.map((sheet) => proposedByBlocks(sheet, connectedBlocks(sheet.grid)));

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
  const path = isStandardOutput(output) ? "standard output" : relative(process.cwd(), output);
  const done = counted(workbooks - failed.length, "workbook");
  const dataset = relative(process.cwd(), dirname(files)) || ".";
  const file = isStandardOutput(output) ? "annotations.jsonl" : "this file";
  const next = isDataset
    ? `correct it, then: ${commandLine("data", "check", dataset)}`
    : `correct it; a dataset is a folder with ${file} in annotations/ and the workbooks in files/`;
  return [
    `${counted(tables, "table")} proposed on ${counted(lines.length, "sheet")} of ${done}, ` +
      `none on ${sheetsWithoutTables}, ${formatDuration(seconds)}`,
    ...(cropped.length > 0
      ? [
          `only the upper left part was looked at (looked_at in their lines): ` +
            cropped.slice(0, 5).join(", ") +
            (cropped.length > 5 ? `, and ${cropped.length - 5} more` : ""),
        ]
      : []),
    path.startsWith("..") ? output : path,
    next,
  ].join("\n");
}
