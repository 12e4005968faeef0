/** Reads everything about one run but its curves, histograms, sheets and console. */

import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { commandLine } from "../base/command-line.ts";
import { BEST_CHECKPOINT, epochOfCheckpoint, LAST_CHECKPOINT, RUN_FILES } from "../base/run-folder-names.ts";
import { counted } from "../base/text-layout.ts";
import { checkpointFiles } from "../checkpoint/runs-with-checkpoints.ts";
import { readStart } from "../files/file-ends.ts";
import type { HistoryFile } from "./history-file.ts";
import type { MetricColumns } from "./metric-columns.ts";
import { readRunRecord } from "./read-run-record.ts";
import type { CheckpointFacts, RunDetails, RunRow } from "./run-data.ts";
import { histogramNames } from "./shown-histograms.ts";
import { sheetEpochs } from "./shown-sheets.ts";

/** Longer texts are cut: no configuration and no architecture is. */
const MOST_BYTES = 2 ** 21;
const VALIDATION = "val/";

/** The details of a run, whose metrics and history were read before. It throws for nothing in the folder. */
export function readRunDetails(
  row: RunRow,
  path: string,
  metrics: MetricColumns,
  history: HistoryFile,
): RunDetails {
  const { record } = readRunRecord(path);
  const checkpoints = readCheckpoints(path, row, record?.checkpoints ?? {}, metrics);
  const [problems, text] = [[...row.problems], (name: string) => readText(join(path, name))];
  problems.push(...damage(RUN_FILES.metrics, metrics), ...damage(RUN_FILES.history, history));
  return {
    ...row,
    problems,
    configuration: text(RUN_FILES.config),
    architecture: text(RUN_FILES.architecture),
    environment: record?.environment ?? {},
    commit: record?.commit ?? null,
    facts: record?.facts ?? {},
    checkpoints,
    commands: commandsFor(path, checkpoints),
    metrics: metrics.facts(),
    histogramNames: histogramNames(history),
    sheetEpochs: sheetEpochs(history),
  };
}

function damage(name: string, { damaged }: { readonly damaged: number }): string[] {
  if (damaged === 0) return [];
  return [`${name}: ${counted(damaged, "damaged line")} ${damaged === 1 ? "is" : "are"} left out.`];
}

function readText(path: string): string | null {
  try {
    return readStart(path, MOST_BYTES).toString("utf8");
  } catch {
    return null;
  }
}

/** `best.pt` and `last.pt` first, then the others, the newest first. */
function readCheckpoints(
  path: string,
  row: RunRow,
  places: Readonly<Record<string, { readonly step: number; readonly epoch: number }>>,
  metrics: MetricColumns,
): CheckpointFacts[] {
  const files = checkpointFiles({ checkpoints: join(path, RUN_FILES.checkpoints) });
  const rank = (name: string) => [BEST_CHECKPOINT, LAST_CHECKPOINT].indexOf(name) + 1 || Number.MAX_VALUE;
  return files
    .map(({ path: file, writtenAt }) => {
      const name = basename(file);
      const epoch =
        places[name]?.epoch ?? epochOfCheckpoint(name) ?? (name === BEST_CHECKPOINT ? row.bestEpoch : null);
      return { name, epoch, writtenAt, bytes: statSync(file, { throwIfNoEntry: false })?.size ?? 0 };
    })
    .sort((a, b) => rank(a.name) - rank(b.name) || b.writtenAt - a.writtenAt)
    .map(({ name, epoch, bytes, writtenAt }) => ({
      name,
      epoch,
      bytes,
      written: new Date(writtenAt).toISOString(),
      metrics: epoch === null ? {} : validationOf(metrics, epoch),
    }));
}

/** The validation metrics of an epoch, which stand in the row of its last step, under bare names. */
function validationOf(metrics: MetricColumns, epoch: number): Record<string, number> {
  const row = metrics.rowAt(metrics.epochs.lastIndexOf(epoch));
  const own = Object.entries(row).filter(
    ([name, value]) => name.startsWith(VALIDATION) && Number.isFinite(value),
  );
  return Object.fromEntries(own.map(([name, value]) => [name.slice(VALIDATION.length), value]));
}

function commandsFor(path: string, checkpoints: readonly CheckpointFacts[]): RunDetails["commands"] {
  const weights = checkpoints[0];
  if (weights === undefined) return { resume: null, evaluate: null, predict: null };
  const file = join(path, RUN_FILES.checkpoints, weights.name);
  return {
    resume: commandLine("train", "--resume", path),
    evaluate: commandLine("evaluate", file),
    predict: commandLine("predict", file, "workbook.xlsx"),
  };
}
