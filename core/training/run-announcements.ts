/** What the console shows of a run before and after its training. */

import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { commandLine } from "../base/command-line.ts";
import { formatMetric } from "../base/metrics.ts";
import { LAST_CHECKPOINT } from "../base/run-folder-names.ts";
import { counted } from "../base/text-layout.ts";
import type { Config } from "../config/config.ts";
import { CONFIG } from "../config/schema.ts";
import type { ProcessConsole, RunConsole } from "../console/console.ts";
import { describeSkipped } from "../dataset/check-splits.ts";
import type { LoadedData, LoadProgress, SheetEntry } from "../dataset/dataset.ts";
import type { RunFacts } from "../hooks/lifecycle.ts";
import type { ProgressState } from "./progress-state.ts";
import type { RunFolder } from "./run-folder.ts";
import type { SavedState } from "./saved-state.ts";

/** Data, network and length of a run in three lines. `resumed` is where a resumed run continues. */
export function introduction(facts: RunFacts, resumed: ProgressState | null): string {
  const { trainSheets, validationSheets, testSheets, totalParameters, totalSteps, maxEpochs } = facts;
  const sheets = `${trainSheets} training, ${validationSheets} validation, ${testSheets} test sheets`;
  return [
    `data: ${sheets} of ${facts.datasets.join(", ")}${anEpoch(facts)}`,
    `network: ${(totalParameters / 1e6).toFixed(2)} M parameters on ${facts.device}`,
    resumed ? resumedAt(resumed, facts) : `training: ${epochs(maxEpochs)}, ${totalSteps} gradient steps`,
  ].join("\n");
}

function anEpoch({ sheetsPerEpoch, trainSheets }: RunFacts): string {
  return sheetsPerEpoch === trainSheets ? "" : `; ${sheetsPerEpoch} sheets per epoch`;
}

function resumedAt({ step, epoch }: ProgressState, { totalSteps, maxEpochs }: RunFacts): string {
  return epoch < maxEpochs
    ? `resuming at step ${step} of ${totalSteps}, epoch ${epoch + 1}/${maxEpochs}`
    : `nothing is left to train after ${epochs(maxEpochs)}; ` +
        `to train on: --training.max_epochs=${2 * maxEpochs}, for example`;
}

function epochs(count: number): string {
  return count === 1 ? "1 epoch" : `${count} epochs`;
}

/**
 * Prints the names of the plugins in calling order. `output.log` also keeps which hooks each of them has.
 *
 * @param isVerbose True: the hooks are printed too.
 */
export function announcePlugins(
  roster: readonly { readonly name: string; readonly hooks: readonly string[] }[],
  isVerbose: boolean,
  console: ProcessConsole,
): void {
  const names = roster.map(({ name }) => name);
  if (!isVerbose) console.line(`plugins: ${names.join(", ") || "none"}`);
  if (roster.length === 0) return;
  const rows = roster.map(({ name, hooks }) => `  ${name}: ${hooks.join(", ") || "no hooks"}`);
  const list = ["plugins, in calling order:", ...rows].join("\n");
  if (isVerbose) console.line(list);
  else console.log(list);
}

/** Shows how workbooks are written and read: a live line on a terminal, one line per dataset elsewhere. */
export function loadingProgress(console: RunConsole): (event: LoadProgress) => void {
  let said = "";
  return ({ action, dataset, done, total }) => {
    const what = `${action === "write" ? "writing" : "reading"} ${dataset}`;
    if (!console.isTerminal && said !== what) console.line(`${what}: ${counted(total, "workbook")}`);
    said = what;
    console.status(done < total ? `${what}: ${done}/${total} workbooks` : null);
  };
}

/** More notes than this are counted instead of printed. */
const SHOWN_NOTES = 8;

/**
 * Prints what was changed on the sheets: cropped grids, clipped tables, names that matched loosely.
 *
 * @param root The folder of the datasets, absolute.
 */
export function reportNotes({ notes, datasets }: LoadedData, root: string, console: RunConsole): void {
  for (const note of notes.slice(0, SHOWN_NOTES)) console.line(`note: ${note}`);
  const more = notes.length - SHOWN_NOTES;
  if (more <= 0) return;
  const command = commandLine("data", "check", ...datasets, ...rootOption(root));
  console.line(`note: and ${more} more like these; all of them: ${command}`);
}

/** The option that names the folder of the datasets; none for the default. */
function rootOption(root: string): string[] {
  const shown = pathFromHere(root);
  return shown === CONFIG.fields.data.fields.root.default ? [] : [`--data.root=${shown}`];
}

/** Prints what was left out of the data, with the reasons. */
export function reportSkipped({ skipped }: LoadedData, console: RunConsole): void {
  if (skipped.length === 0) return;
  const lines = skipped.map((one) => `  ${describeSkipped(one)}`);
  console.warn([`left out: ${skipped.length} of the annotated sheets or workbooks`, ...lines].join("\n"));
}

/**
 * Prints how to resume a run that ended early.
 *
 * @param newest The state to go on from; null if nothing has been saved.
 */
export function sayHowToGoOn(folder: RunFolder, newest: SavedState | null, console: RunConsole): void {
  const file = join(folder.checkpoints, newest?.name ?? LAST_CHECKPOINT);
  if (!existsSync(file)) return;
  const path = newest === null || newest.name === LAST_CHECKPOINT ? folder.path : file;
  console.line(`to go on: ${commandLine("train", "--resume", pathFromHere(path))}`);
}

/** A run of at most this many epochs that is below this F1 is one that only just began to learn. */
const FEW_EPOCHS = 5;
const LITTLE_F1 = 0.2;

/**
 * After a short run whose network finds next to nothing, prints that this is no defect, and what to run for a
 * network that finds tables. A run that began with trained weights gets no line: a longer one from scratch
 * is no answer to what went wrong there.
 */
export function sayIfLittleIsLearned({ best }: ProgressState, config: Config, console: RunConsole): void {
  const { training, data, model } = config;
  const f1 = best?.metrics.f1;
  if (f1 == null || f1 >= LITTLE_F1 || training.max_epochs > FEW_EPOCHS || model.init !== null) return;
  const names = data.dataset_names.join(",");
  const options = [
    ...(names === "synthetic" ? [] : [`--data.dataset_names=${names}`]),
    ...rootOption(data.root),
  ];
  const learned = `after ${epochs(training.max_epochs)} the network has learned little (F1 ${formatMetric(f1, 3)})`;
  const command = commandLine("train", "configs/small.yaml", ...options);
  console.line(`${learned}; one that finds tables takes minutes: ${command}`);
}

/** With fewer validation tables than this, one table more or less moves F1 by more than an epoch does. */
const ENOUGH_TABLES = 20;

/**
 * Says so where the validation split is too small to choose the best epoch by. A fold is not chosen by: its
 * training ends with the last epoch.
 */
export function warnIfValidationIsSmall(
  validation: readonly SheetEntry[],
  { data }: Config,
  console: RunConsole,
): void {
  const tables = validation.reduce((sum, { ranges }) => sum + ranges.length, 0);
  if (validation.length === 0 || tables >= ENOUGH_TABLES || data.fold !== null) return;
  console.line(
    `note: ${counted(tables, "validation table")}: the best epoch is chance; ` +
      "--folds 5 validates every labelled sheet once",
  );
}

/** A path as the user would type it: relative if it lies below the current folder. */
function pathFromHere(path: string): string {
  const fromHere = relative(process.cwd(), path) || ".";
  return fromHere.startsWith("..") ? path : fromHere;
}
