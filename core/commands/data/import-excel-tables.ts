/** `bun run data import excel-tables`: makes a dataset of workbooks with Excel's own tables as labels. */

import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { nearestPath } from "../../base/nearest-path.ts";
import type { ExitCode } from "../../base/problem.ts";
import { usageError } from "../../base/problem.ts";
import { shellWords } from "../../base/shell-words.ts";
import { counted } from "../../base/text-layout.ts";
import { interruptible } from "../../console/interruptible.ts";
import { WorkProgress } from "../../console/work-progress.ts";
import { findWorkbooks } from "../../dataset/find-workbooks.ts";
import { DatasetDraft } from "../../dataset/import/dataset-draft.ts";
import { importExcelTables as importTables } from "../../dataset/import/excel-tables.ts";
import { isFolder } from "../../files/file-state.ts";
import { defineDataCommand, wholeNumber } from "../define-data-command.ts";
import { dataSettings } from "./data-settings.ts";
import { finishImport, IMPORT_ARGUMENTS } from "./finish-import.ts";

export const importExcelTables = defineDataCommand({
  name: "data import excel-tables",
  description: "Make a dataset of a folder of workbooks, with Excel's own tables and pivot tables as labels",
  args: {
    folder: {
      type: "positional",
      required: true,
      description: "The folder of the workbooks, which may have folders in it",
    },
    name: { type: "string", valueHint: "name", description: "Name of the dataset (the folder's)" },
    "complete-only": {
      type: "boolean",
      description: "Leave out sheets with blocks of cells outside of Excel's tables",
    },
    ...IMPORT_ARGUMENTS,
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const data = dataSettings(undefined, overrides);
    const folder = resolve(args.folder);
    const workbooks = findWorkbooks(folder);
    if (workbooks.length === 0) {
      const isThere = isFolder(folder);
      const close = isThere ? null : nearestPath(args.folder, isFolder);
      throw usageError({
        file: args.folder,
        message: "Cannot import it",
        expected: "a folder of workbooks",
        got: isThere ? "a folder without any" : existsSync(folder) ? "a file" : "no such folder",
        fix: close === null ? "name the folder that holds the workbooks" : shellWords([close]),
      });
    }
    return interruptible("stopped: nothing was written", async (signal, console) => {
      const draft = new DatasetDraft(data.root, args.name ?? basename(folder), args.replace === true);
      try {
        const progress = new WorkProgress(console, "importing", workbooks.length, args.json === true);
        const { lines, result, sheetsWithout } = await importTables(folder, workbooks, draft, {
          maxRows: data.max_rows,
          maxCols: data.max_cols,
          completeOnly: args["complete-only"] === true,
          threads,
          signal,
          onWorkbook: (share) => progress.step(share),
        });
        progress.end();
        const extra = [`${counted(sheetsWithout, "sheet")} without a table of Excel's own, not taken`];
        return finishImport(draft, lines, result, args.json === true, extra);
      } finally {
        draft.discard();
      }
    });
  },
});
