/** `bun run data import drawn`: reads labels back from annotated copies that a person has corrected. */

import { existsSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { commandLine } from "../../base/command-line.ts";
import { nearestPath } from "../../base/nearest-path.ts";
import { type ExitCode, UserError, usageError } from "../../base/problem.ts";
import { shellWords } from "../../base/shell-words.ts";
import { counted } from "../../base/text-layout.ts";
import type { ProcessConsole } from "../../console/console.ts";
import { interruptible } from "../../console/interruptible.ts";
import { WorkProgress } from "../../console/work-progress.ts";
import { readAnnotations } from "../../dataset/annotations.ts";
import { findWorkbooks } from "../../dataset/find-workbooks.ts";
import { DatasetDraft } from "../../dataset/import/dataset-draft.ts";
import { correctLabels } from "../../dataset/import/drawn/correct-labels.ts";
import { draftDrawn } from "../../dataset/import/drawn/draft-drawn.ts";
import { type DrawnLabels, importDrawn as readCopies } from "../../dataset/import/drawn/import-drawn.ts";
import { type ImportResult, importReport } from "../../dataset/import/import-result.ts";
import type { DatasetPaths } from "../../dataset/locate-dataset.ts";
import { acquireFileLock } from "../../files/file-lock.ts";
import { fileSize, isFolder } from "../../files/file-state.ts";
import { followLinks } from "../../files/output-place.ts";
import { writeFileAtomic } from "../../files/write-atomic.ts";
import { defineDataCommand, wholeNumber } from "../define-data-command.ts";
import { chooseDatasets } from "./choose-datasets.ts";
import { dataSettings } from "./data-settings.ts";
import { finishImport, IMPORT_ARGUMENTS, NOTES_SHOWN } from "./finish-import.ts";

export const importDrawn = defineDataCommand({
  name: "data import drawn",
  description: "Read labels back from copies that predict --annotate drew and that you corrected",
  args: {
    folder: {
      type: "positional",
      required: true,
      description: "The folder of the copies (predict --annotate-dir), which may have folders in it",
    },
    to: {
      type: "string",
      valueHint: "dataset",
      description: "Correct the labels of this dataset: its folder, or its name in data.root",
    },
    name: { type: "string", valueHint: "name", description: "Name of a new dataset (the folder's)" },
    workbooks: {
      type: "string",
      valueHint: "folder",
      description: "The workbooks that were drawn on; a new dataset takes them in place of the copies",
    },
    hidden: { type: "boolean", description: "Take hidden sheets too" },
    "drawn-only": {
      type: "boolean",
      description: "Leave out sheets without a rectangle; they count as sheets without a table otherwise",
    },
    ...IMPORT_ARGUMENTS,
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const data = dataSettings(undefined, overrides);
    if (args.to !== undefined && (args.name ?? args.workbooks ?? args.replace) !== undefined) {
      throw usageError({
        message: "Cannot tell where the labels go",
        expected: "--to a dataset that is there, or --name, --workbooks and --replace for a new one",
        got: "both",
        fix: shellWords(["--to", args.to]),
      });
    }
    const folder = existingFolder(args.folder, "the annotated copies");
    const workbooks = args.workbooks === undefined ? null : existingFolder(args.workbooks, "the workbooks");
    const copies = findWorkbooks(folder, { drawn: true });
    if (copies.length === 0) {
      const expected = "a folder with copies of workbooks that predict --annotate-dir drew";
      const fix = "name the folder that holds the copies";
      throw usageError({ file: folder, message: "Cannot import it", expected, got: "no workbook", fix });
    }
    return interruptible("stopped: nothing was written", async (signal, console) => {
      const [target] = args.to === undefined ? [] : await chooseDatasets([args.to], data, true, console);
      const originals = target?.files ?? workbooks;
      const asJson = args.json === true;
      const read = async () => {
        const progress = new WorkProgress(console, "importing", copies.length, asJson);
        const found = await readCopies(folder, copies, {
          maxRows: data.max_rows,
          maxCols: data.max_cols,
          originals,
          hidden: args.hidden === true,
          drawnOnly: args["drawn-only"] === true,
          threads,
          signal,
          onWorkbook: (share) => progress.step(share),
        });
        progress.end();
        return found;
      };
      if (target !== undefined) return correct(await read(), target, asJson, console);
      const draft = new DatasetDraft(data.root, args.name ?? basename(folder), args.replace === true);
      try {
        const found = await read();
        const { lines, result } = await draftDrawn(found, folder, workbooks, draft);
        return finishImport(draft, lines, result, asJson, [fatesLine(found)]);
      } finally {
        draft.discard();
      }
    });
  },
});

/** Writes the labels into the annotations of a dataset. */
function correct(
  found: DrawnLabels,
  target: DatasetPaths,
  asJson: boolean,
  console: ProcessConsole,
): ExitCode {
  const { name, folder, files } = target;
  const annotations = followLinks(target.annotations);
  const message = "Cannot write the labels";
  using _ = acquireFileLock(annotations, message, "wait until the other program has ended");
  readAnnotations(annotations); // broken lines are an error before anything is written
  const isWorkbook = (fileName: string) => fileSize(join(files, fileName)) !== null;
  const corrected = correctLabels(readFileSync(annotations), found.labels, isWorkbook);
  const { file, changed, confirmed, added } = corrected;
  if (changed + confirmed + added === 0) {
    throw new UserError({
      file: folder,
      message: "Cannot correct any label: no copy is of a workbook of the dataset",
      expected: "copies under the names that the workbooks have in the dataset's folder files/",
      got: [...found.leftOut, ...corrected.leftOut].map(({ where, what }) => `${where}: ${what}`).join("\n"),
      fix: `make them with ${commandLine("predict", relative(process.cwd(), files), "--annotate-dir", "drawn")}`,
    });
  }
  try {
    writeFileAtomic(annotations, file);
  } catch (cause) {
    const got = (cause as Error).message;
    throw new UserError({ file: annotations, message, got }, { cause });
  }
  const result: ImportResult = {
    dataset: name,
    folder,
    workbooks: new Set(found.labels.map(({ fileName }) => fileName)).size,
    sheets: changed + confirmed + added,
    tables: found.labels.reduce((sum, { tables }) => sum + tables.length, 0),
    mended: [],
    doubtful: found.doubtful,
    leftOut: [...found.leftOut, ...corrected.leftOut],
  };
  const counts = { labels: { changed, confirmed, added }, rectangles: found.fates };
  if (asJson) console.line(JSON.stringify({ ...result, ...counts }));
  else {
    const lines = [
      importReport(result, NOTES_SHOWN),
      fatesLine(found),
      `${counted(changed, "label")} changed, ${confirmed} as before, ${added} new`,
      "",
      annotations,
      `check it: ${commandLine("data", "check", relative(process.cwd(), folder))}`,
    ];
    console.line(lines.join("\n"));
  }
  return 0;
}

function fatesLine({ fates: { kept, moved, added } }: DrawnLabels): string {
  return `tables: ${kept} as they were drawn, ${moved} moved or stretched, ${added} drawn by hand`;
}

/** @throws {UserError} Exit code 2 if there is no such folder. */
function existingFolder(named: string, what: string): string {
  const folder = resolve(named);
  if (isFolder(folder)) return folder;
  const close = nearestPath(named, isFolder);
  throw usageError({
    file: named,
    message: "Cannot import it",
    expected: `the folder of ${what}`,
    got: existsSync(folder) ? "a file" : "no such folder",
    fix: close === null ? "check the path" : shellWords([close]),
  });
}
