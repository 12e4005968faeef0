/** `bun run data import tablesense`: makes a dataset of the public TableSense annotations. */

import type { ExitCode } from "../../base/problem.ts";
import { interruptible } from "../../console/interruptible.ts";
import { WorkProgress } from "../../console/work-progress.ts";
import { DatasetDraft } from "../../dataset/import/dataset-draft.ts";
import { importTableSense } from "../../dataset/import/tablesense.ts";
import { defineDataCommand, wholeNumber } from "../define-data-command.ts";
import { dataSettings } from "./data-settings.ts";
import { finishImport, IMPORT_ARGUMENTS } from "./finish-import.ts";

export const importTablesense = defineDataCommand({
  name: "data import tablesense",
  description: "Make a dataset of the public TableSense annotations and the archive with their workbooks",
  args: {
    archive: {
      type: "string",
      required: true,
      valueHint: "data.tar.gz",
      description: "The workbooks: a .tar.gz or .tar, or the folder that it was unpacked into",
    },
    annotations: {
      type: "string",
      required: true,
      valueHint: "annotations.jsonl",
      description: "The annotations as published",
    },
    name: { type: "string", valueHint: "name", default: "tablesense", description: "Name of the dataset" },
    ...IMPORT_ARGUMENTS,
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const data = dataSettings(undefined, overrides);
    const silent = args.json === true;
    return interruptible("stopped: nothing was written", async (signal, console) => {
      const draft = new DatasetDraft(data.root, args.name, args.replace === true);
      try {
        let progress: WorkProgress | undefined;
        if (!silent && !console.isTerminal) console.line(`unpacking ${args.archive}`);
        const { lines, result } = await importTableSense(args.archive, args.annotations, draft, {
          maxRows: data.max_rows,
          maxCols: data.max_cols,
          threads,
          signal,
          onUnpack(share) {
            if (!silent) console.status(`unpacking ${args.archive}  ${Math.round(share * 100)} %`);
          },
          onStart(action, workbooks) {
            console.status(null);
            progress = new WorkProgress(console, action, workbooks, silent);
          },
          onWorkbook: (share) => progress?.step(share),
        });
        progress?.end();
        return finishImport(draft, lines, result, silent);
      } finally {
        draft.discard();
      }
    });
  },
});
