/** The predictions that labels of a dataset are compared with, and whether they are held out. */

import { join } from "node:path";
import { commandLine } from "../../base/command-line.ts";
import { isRecord } from "../../base/plain-object.ts";
import { counted } from "../../base/text-layout.ts";
import { readCheckpoint } from "../../checkpoint/detector-state.ts";
import type { Config } from "../../config/config.ts";
import type { ProcessConsole } from "../../console/console.ts";
import { WorkProgress } from "../../console/work-progress.ts";
import type { Annotation } from "../../dataset/annotation-line.ts";
import { inspectAnnotations, readAnnotationText } from "../../dataset/annotations.ts";
import { type PredictedLabels, parsePredictedLabels } from "../../dataset/checks/predicted-labels.ts";
import { proposeLabels } from "../../dataset/labelling/propose-labels.ts";
import { type DatasetPaths, datasetPaths } from "../../dataset/locate-dataset.ts";
import { assignSplits } from "../../dataset/split.ts";
import type { SheetDetector } from "../../detection/sheet-detector.ts";
import { evaluationSettings } from "../../evaluation/evaluation-settings.ts";
import { fileSize } from "../../files/file-state.ts";
import { findByDetector } from "./find-by-detector.ts";

export interface PredictOptions {
  readonly threads: number | undefined;
  readonly signal: AbortSignal;
  readonly console: ProcessConsole;
  /** True: no progress is shown. */
  readonly silent: boolean;
}

/**
 * Predicts the tables of all sheets of the labelled workbooks that are there, as whole as they can be, and
 * says what is known about whether the sheets are new to the weights.
 *
 * @param weights The checkpoint's file of the detector.
 */
export async function predictLabels(
  dataset: DatasetPaths,
  detector: SheetDetector,
  weights: string,
  { threads, signal, console, silent }: PredictOptions,
): Promise<PredictedLabels> {
  const text = readAnnotationText(dataset.annotations);
  const { annotations } = inspectAnnotations(text, dataset.annotations);
  console.warn(`note: ${heldOutNote(weights, dataset, annotations)}`);
  const names = new Set(annotations.filter(({ isSkipped }) => !isSkipped).map(({ fileName }) => fileName));
  const workbooks = [...names].filter((name) => fileSize(join(dataset.files, name)) !== null);
  const progress = new WorkProgress(console, `predicting ${dataset.name}`, workbooks.length, silent);
  const { lines } = await proposeLabels(dataset.files, workbooks, {
    find: findByDetector(detector),
    origin: "",
    limits: null,
    threads,
    signal,
    onWorkbook: (share) => progress.step(share),
  });
  progress.end();
  return parsePredictedLabels(lines, dataset.annotations);
}

/**
 * What is known about whether weights were trained on the sheets of a dataset: a network agrees with labels
 * that it has learnt, right or wrong, so that doubts about them are missing.
 *
 * @param weights A checkpoint's file.
 */
function heldOutNote(weights: string, dataset: DatasetPaths, annotations: readonly Annotation[]): string {
  const config = readCheckpoint(weights).extra?.config;
  const data = isRecord(config) && isRecord(config.data) ? (config.data as Partial<Config["data"]>) : null;
  const better =
    "compare with predictions of networks that did not see the sheet: " +
    commandLine("data", "check", dataset.name, "--report", "<run>/fold-predictions.jsonl");
  const { dataset_names: names, root } = data ?? {};
  if (names === undefined || root === undefined) {
    return (
      `${weights} does not say what it was trained on. If these sheets were among it, the doubts about them ` +
      `are missing: then ${better}`
    );
  }
  if (!names.some((name) => datasetPaths(root, name).folder === dataset.folder)) {
    return `${weights} was trained on ${names.join(", ")}, so the predictions are held out`;
  }
  const splits = assignSplits(annotations, evaluationSettings(data, []));
  const seen = splits.filter((split) => split !== "test").length;
  return (
    `${weights} was trained on this dataset: ${seen} of its ${counted(splits.length, "sheet")} ` +
    `${seen === 1 ? "is" : "are"} in its training and validation splits, and doubts about them are missing. To find them, ${better}`
  );
}
