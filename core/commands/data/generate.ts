/** `bun run data generate`: writes a dataset of synthetic workbooks, of any size. */

import { relative } from "node:path";
import type { ExitCode } from "../../base/problem.ts";
import { usageError } from "../../base/problem.ts";
import { counted, formatDuration } from "../../base/text-layout.ts";
import { interruptible } from "../../console/interruptible.ts";
import { WorkProgress } from "../../console/work-progress.ts";
import { generateDataset } from "../../dataset/generate-dataset.ts";
import { checkDatasetName } from "../../dataset/import/dataset-draft.ts";
import { defineDataCommand, wholeNumber } from "../define-data-command.ts";
import { dataSettings } from "./data-settings.ts";

export const generate = defineDataCommand({
  name: "data generate",
  description: "Write a dataset of synthetic workbooks, labelled as they are drawn",
  args: {
    count: {
      type: "string",
      valueHint: "number",
      description: "Number of workbooks, of two sheets on average",
    },
    seed: {
      type: "string",
      valueHint: "number",
      default: "1",
      description: "Another seed gives other workbooks",
    },
    name: { type: "string", valueHint: "name", description: "Name of the dataset (synthetic-SEED)" },
    root: { type: "string", valueHint: "folder", description: "The folder of datasets (data.root)" },
    replace: { type: "boolean", description: "Replace a dataset of the same name" },
    json: { type: "boolean", description: "Print one JSON object" },
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const count = wholeNumber("count", args.count, 1);
    if (count === undefined) {
      const expected = "how many workbooks to write";
      throw usageError({
        where: "command line",
        message: "--count is missing",
        expected,
        got: "no --count",
        fix: "--count 1000",
      });
    }
    const seed = wholeNumber("seed", args.seed, 0)!;
    const name = args.name ?? `synthetic-${seed}`;
    checkDatasetName(name);
    const root = args.root ?? dataSettings(undefined, overrides).root;
    const hint = "stopped: the same command continues after what is written";
    return interruptible(hint, async (signal, console) => {
      const progress = new WorkProgress(console, `generating ${name}`, count, args.json === true);
      const result = await generateDataset(root, name, {
        count,
        seed,
        replace: args.replace === true,
        signal,
        onWorkbook: (done) => progress.step(done / count),
      });
      progress.end();
      if (args.json) {
        console.line(JSON.stringify({ ...result, seconds: progress.seconds }));
        return 0;
      }
      const { workbooks, sheets, tables, reused, wasThere, folder } = result;
      const how = wasThere
        ? "there already"
        : `${reused > 0 ? `${reused} of them from before, ` : ""}${formatDuration(progress.seconds)}`;
      const counts = `${counted(workbooks, "workbook")}, ${counted(sheets, "sheet")}, ${counted(tables, "table")}`;
      console.line(`${name}: ${counts}, ${how}`);
      console.line(relative(process.cwd(), folder) || folder);
      return 0;
    });
  },
});
