/**
 * `bun run data stats`: statistics of labelled sheets, as text, as JSON, or as a page that compares
 * datasets.
 */

import type { ExitCode } from "../../base/problem.ts";
import { interruptible } from "../../console/interruptible.ts";
import { ReadingProgress } from "../../console/reading-progress.ts";
import type { Split } from "../../dataset/split.ts";
import { collectStatistics } from "../../dataset/statistics/collect-statistics.ts";
import type { DatasetStatistics } from "../../dataset/statistics/dataset-statistics.ts";
import { statisticsPage } from "../../dataset/statistics/statistics-page.ts";
import { statisticsText } from "../../dataset/statistics/statistics-text.ts";
import { InputFiles } from "../../files/input-files.ts";
import { OVERWRITE_ARGUMENT, outputPlace } from "../../files/output-place.ts";
import { PAGE_RULES } from "../../files/own-page.ts";
import { writeOutput } from "../../files/write-output.ts";
import { writtenLine } from "../../files/written-line.ts";
import { defineDataCommand, THREADS_ARGUMENT, wholeNumber } from "../define-data-command.ts";
import { chooseDatasets, DATASETS_ARGUMENT, namesDatasets } from "./choose-datasets.ts";
import { CONFIG_ARGUMENT, dataSettings } from "./data-settings.ts";

const SPLITS: readonly Split[] = ["train", "validation", "test"];

export const stats = defineDataCommand({
  name: "data stats",
  description: "Count sheets, tables, their sizes and features",
  args: {
    datasets: DATASETS_ARGUMENT,
    split: {
      type: "enum",
      options: ["all", ...SPLITS],
      default: "all",
      description: "Only the sheets of this split",
    },
    html: {
      type: "string",
      valueHint: "file",
      description: "Also write a page with histograms, with several datasets side by side",
    },
    overwrite: OVERWRITE_ARGUMENT,
    config: CONFIG_ARGUMENT,
    threads: THREADS_ARGUMENT,
    json: { type: "boolean", description: "Print one JSON object per dataset" },
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const data = dataSettings(args.config, overrides);
    const page =
      args.html === undefined
        ? null
        : outputPlace(args.html, {
            ...PAGE_RULES,
            inputs: new InputFiles(),
            overwrite: args.overwrite === true,
          });
    const splits = args.split === "all" ? SPLITS : [args.split as Split];
    return interruptible("stopped: nothing was written", async (signal, console) => {
      const chosen = namesDatasets(args.config, overrides);
      const all: DatasetStatistics[] = [];
      for (const dataset of await chooseDatasets(args._, data, chosen, console)) {
        const progress = new ReadingProgress(console, `reading ${dataset.name}`, args.json === true);
        const statistics = await collectStatistics(dataset, data, {
          splits,
          threads,
          signal,
          ...progress.calls,
        });
        progress.end();
        if (args.json) console.line(JSON.stringify(statistics));
        else console.line(`${all.length > 0 ? "\n\n" : ""}${statisticsText(statistics)}`);
        all.push(statistics);
      }
      if (page !== null) {
        const names = all.map(({ dataset }) => dataset).join(", ");
        const title = `${names}: ${args.split === "all" ? "all splits" : `the ${args.split} split`}`;
        const html = statisticsPage(title, all);
        const written = page.kind === "file" ? writtenLine(page.path) : null;
        writeOutput(page, [html], { message: "Cannot write the page", fix: "--html another file" });
        if (written !== null) console.warn(written);
      }
      return 0;
    });
  },
});
