/** `bun run data prepare`: fills the feature cache, so that training starts at once. */

import { type ExitCode, formatProblems, UserError } from "../../base/problem.ts";
import { describeShard, SHARD_ARGUMENT, shardOption } from "../../base/shard.ts";
import { counted, formatDuration } from "../../base/text-layout.ts";
import type { ProcessConsole } from "../../console/console.ts";
import { interruptible } from "../../console/interruptible.ts";
import { ReadingProgress } from "../../console/reading-progress.ts";
import { type PreparedDataset, prepareDataset } from "../../dataset/prepare-dataset.ts";
import { featureCacheFolder } from "../../features/load-grids.ts";
import { defineDataCommand, THREADS_ARGUMENT, wholeNumber } from "../define-data-command.ts";
import { chooseDatasets, DATASETS_ARGUMENT, namesDatasets } from "./choose-datasets.ts";
import { CONFIG_ARGUMENT, dataSettings } from "./data-settings.ts";

export const prepare = defineDataCommand({
  name: "data prepare",
  description: "Fill the feature cache, on all cores; workbooks that are in it are not read again",
  args: {
    datasets: DATASETS_ARGUMENT,
    config: CONFIG_ARGUMENT,
    threads: THREADS_ARGUMENT,
    shard: {
      ...SHARD_ARGUMENT,
      description: `${SHARD_ARGUMENT.description}. All tasks fill the cache of one project, in a folder that they share`,
    },
    json: { type: "boolean", description: "Print one JSON object per dataset" },
  },
  sections: ["data"],
  async run(args, overrides): Promise<ExitCode> {
    const threads = wholeNumber("threads", args.threads, 1);
    const shard = shardOption(args.shard, process.env);
    const data = dataSettings(args.config, overrides);
    const hint = "stopped: the same command continues with what is not in the cache yet";
    return interruptible(hint, async (signal, console) => {
      const chosen = namesDatasets(args.config, overrides);
      let exitCode: ExitCode = 0;
      if (shard !== null) console.warn(describeShard(shard));
      for (const dataset of await chooseDatasets(args._, data, chosen, console)) {
        const progress = new ReadingProgress(console, `preparing ${dataset.name}`, args.json === true);
        const result = await prepareDataset(dataset, data, {
          cacheFolder: featureCacheFolder(),
          threads,
          shard,
          signal,
          ...progress.calls,
        });
        progress.end();
        const prepared = { ...result, seconds: progress.seconds };
        if (args.json) console.line(JSON.stringify(prepared));
        else report(prepared, console);
        if (prepared.failed.length > 0 || prepared.cacheError !== null) exitCode = 1;
      }
      return exitCode;
    });
  },
});

function report(prepared: PreparedDataset & { seconds: number }, console: ProcessConsole): void {
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
