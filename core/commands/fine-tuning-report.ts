/** What a training from trained weights ends with: F1 before and after, and the command to predict with. */

import { join } from "node:path";
import { commandLine } from "../base/command-line.ts";
import { usageError } from "../base/problem.ts";
import { RUN_FILES } from "../base/run-folder-names.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import type { Config } from "../config/config.ts";
import type { ProcessConsole } from "../console/console.ts";
import { planReading } from "../dataset/reading-plan.ts";
import { evaluationSettings } from "../evaluation/evaluation-settings.ts";
import { type FineTuning, fineTuning, fineTuningText } from "../evaluation/fine-tuning.ts";
import { loadSplit } from "../evaluation/load-split.ts";
import { tablesWith } from "../evaluation/tables-with.ts";
import { keepFile } from "../files/write-output.ts";
import { shortPath } from "../files/written-line.ts";
import type { LoadedPlugin } from "../hooks/load-plugins.ts";

/** A training that has ended. */
export interface EndedTraining {
  /** The run's folder, absolute. */
  readonly folder: string;
  readonly config: Config;
}

/**
 * Refuses a training whose weights are to be measured at its end, and are not saved.
 *
 * @param what Names what is measured.
 * @throws {UserError} Exit code 2.
 */
export function refuseUnsaved(plugins: readonly LoadedPlugin[], what: string): void {
  if (plugins.some(({ plugin }) => plugin.name === "checkpoint")) return;
  throw usageError({
    where: "plugins.checkpoint",
    message: `Cannot measure ${what}`,
    expected: "the plugin checkpoint, which saves the weights that are measured in the end",
    got: "it is off",
    fix: "--plugins.checkpoint=true",
  });
}

/**
 * Measures the weights that the training began with and the best ones of the run on the test split, or on the
 * validation split if there is no test split. Prints the figures and keeps them in the run's folder.
 *
 * @param runs The folder of all runs.
 * @throws The signal's reason after a signal; the run is complete without the figures.
 */
export async function reportFineTuning(
  { folder, config }: EndedTraining,
  runs: string,
  signal: AbortSignal,
  console: ProcessConsole,
): Promise<void> {
  const data = evaluationSettings(config.data, []);
  const { annotated } = planReading(data, []);
  const split = annotated.test > 0 ? "test" : annotated.validation > 0 ? "validation" : null;
  if (split === null) {
    console.line("note: no sheet was held out, so nothing says how good the weights are; --folds 5 does");
  } else {
    console.line(`measuring on the ${split} split`);
    const { sheets } = await loadSplit(data, split, { signal });
    const options = { device: config.training.device, signal, warn: (text: string) => console.warn(text) };
    const { init } = config.model;
    const before = init === null ? null : await tablesWith(locateCheckpoint(init, { runs }), sheets, options);
    const after = await tablesWith(locateCheckpoint(folder), sheets, options);
    const result = fineTuning(sheets, before, after, { folds: null, split });
    keepFineTuning(folder, result);
    console.line(fineTuningText(result));
  }
  sayHowToPredict(folder, console);
}

/** Writes `fine-tuning.json` into a folder. */
export function keepFineTuning(folder: string, result: FineTuning): void {
  keepFile(join(folder, RUN_FILES.fineTuning), `${JSON.stringify(result, null, 1)}\n`);
}

/** Prints the command that predicts with the weights of a run. */
export function sayHowToPredict(folder: string, console: ProcessConsole): void {
  console.line(`to find tables with it: ${commandLine("predict", shortPath(folder))} <workbooks>`);
}
