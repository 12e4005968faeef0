/** `bun run data prepare`: fills the feature cache, so that training starts at once. */

import { join } from "node:path";
import { featureCacheFolder } from "../../features/load-grids.ts";
import { type ExitCode, formatProblems, type Problem, UserError } from "../../problem.ts";
import { counted, formatDuration } from "../../text-layout.ts";
import type { ProcessConsole } from "../../training/console.ts";
import { readAnnotations } from "../annotations.ts";
import type { DataOptions } from "../data-options.ts";
import type { DatasetPaths } from "../locate-dataset.ts";
import { readWorkbooks } from "../reading/read-workbooks.ts";
import { chooseDatasets, DATASETS_ARGUMENT, namesDatasets } from "./choose-datasets.ts";
import { CONFIG_ARGUMENT, dataSettings } from "./data-settings.ts";
import { defineDataCommand, wholeNumber } from "./define-data-command.ts";
import { interruptible } from "./interruptible.ts";
import { WorkProgress } from "./work-progress.ts";

/** What was done to one dataset. */
interface Prepared {
  readonly dataset: string;
  readonly workbooks: number;
  readonly sheets: number;
  /** Workbooks that the cache held already. */
  readonly cached: number;
  readonly failed: readonly Problem[];
  /** Why grids could not be kept; null where they could. */
  readonly cacheError: string | null;
  readonly seconds: number;
}

export const prepare = defineDataCommand({
  name: "prepare",
  description: "Fill the feature cache with all cores; what it holds already is not read again",
  args: {
    datasets: DATASETS_ARGUMENT,
    config: CONFIG_ARGUMENT,
    threads: { type: "string", valueHint: "number", description: "Threads that read (one a core)" },
    json: { type: "boolean", description: "Print one JSON object a dataset" },
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const data = await dataSettings(args.config, overrides);
    const hint = "stopped: what is in the cache stays, the same command goes on from there";
    return interruptible(hint, async (signal, console) => {
      const chosen = namesDatasets(args.config, overrides);
      let exitCode: ExitCode = 0;
      for (const dataset of await chooseDatasets(args._, data, chosen, console)) {
        const prepared = await prepareDataset(dataset, data, {
          threads,
          signal,
          console,
          silent: args.json === true,
        });
        if (args.json) console.line(JSON.stringify(prepared));
        else report(prepared, console);
        if (prepared.failed.length > 0 || prepared.cacheError !== null) exitCode = 1;
      }
      return exitCode;
    });
  },
});

async function prepareDataset(
  dataset: DatasetPaths,
  data: DataOptions,
  options: {
    threads: number | undefined;
    signal: AbortSignal;
    console: ProcessConsole;
    silent: boolean;
  },
): Promise<Prepared> {
  const { threads, signal, console, silent } = options;
  const names = [...new Set(readAnnotations(dataset.annotations).map(({ fileName }) => fileName))];
  const paths = names.map((name) => join(dataset.files, name));
  const progress = new WorkProgress(console, `preparing ${dataset.name}`, paths.length, silent);
  const failed = new Map<number, readonly Problem[]>();
  let sheets = 0;
  let cached = 0;
  let cacheError: string | null = null;
  await readWorkbooks(paths, {
    grids: { cacheFolder: featureCacheFolder(), maxRows: data.max_rows, maxCols: data.max_cols },
    keepGrids: false,
    ...(threads === undefined ? {} : { threads }),
    signal,
    onResult(index, result) {
      progress.step();
      if (result.kind === "failed") failed.set(index, result.problems);
      else {
        sheets += result.sheets.length;
        if (result.fromCache) cached++;
        cacheError ??= result.cacheError;
      }
    },
  });
  progress.end();
  return {
    dataset: dataset.name,
    workbooks: names.length,
    sheets,
    cached,
    failed: paths.flatMap((_, index) => failed.get(index) ?? []),
    cacheError,
    seconds: progress.seconds,
  };
}

function report(prepared: Prepared, console: ProcessConsole): void {
  const { dataset, workbooks, sheets, cached, failed, cacheError, seconds } = prepared;
  const done = workbooks - failed.length;
  const counts = `${counted(done, "workbook")} with ${counted(sheets, "sheet")} in the cache`;
  console.line(`${dataset}: ${counts}, ${cached} of them before, ${formatDuration(seconds)}`);
  if (failed.length > 0) {
    console.warn(`${counted(failed.length, "workbook")} could not be read:\n\n${formatProblems(failed)}`);
  }
  if (cacheError !== null) {
    const fix = "make room on the disk, or make the folder writable";
    const message = "Cannot keep grids in the cache";
    console.warn(new UserError({ file: featureCacheFolder(), message, got: cacheError, fix }).message);
  }
}
