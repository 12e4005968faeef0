/** The names of files and folders in a run's folder (docs/run-folder.md). */

/** Paths within the folder, with `/` between their parts. */
export const RUN_FILES = {
  checkpoints: "checkpoints",
  configs: "configs",
  config: "configs/config.yaml",
  outputLog: "output.log",
  architecture: "model_arch.txt",
  wandb: "wandb",
  /** How the run stands: its facts, its configuration, its summary; one JSON object (`RunRecord`). */
  record: "run.json",
  /** One JSON object per gradient step. */
  metrics: "metrics.jsonl",
  /** Histograms and validation sheets, one packed record per line (`core/base/history-line.ts`). */
  history: "history.jsonl",
  /** The numbers and the curves of all epochs, when the run has ended. */
  resultsTable: "results.csv",
  resultsPicture: "results.png",
  /** Tags and notes that people gave to the run later. */
  remarks: "remarks.json",
  /** F1 before and after a fine-tuning, and the sheets that are still wrong (`FineTuning`). */
  fineTuning: "fine-tuning.json",
  /** What the trainings of a k-fold validation found on the sheets that they did not see. */
  foldPredictions: "fold-predictions.jsonl",
  /** What another process asks of the training (`core/runs/control-request.ts`). */
  control: "control.json",
} as const;

/**
 * What `checkpoints/` holds besides the periodic ones: the newest state, and that of the best validation F1.
 */
export const LAST_CHECKPOINT = "last.pt";
export const BEST_CHECKPOINT = "best.pt";

/** The checkpoint that is kept every few epochs; `epoch` counts from 1. */
export function periodicCheckpoint(epoch: number): string {
  return `checkpoint_epoch_${epoch}.pt`;
}

/** The epoch of a periodic checkpoint's file name; null for any other name. */
export function epochOfCheckpoint(name: string): number | null {
  const digits = /^checkpoint_epoch_(\d+)\.pt$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The periodic checkpoints among file names, the newest epoch first. */
export function periodicCheckpoints(names: readonly string[]): string[] {
  return names
    .filter((name) => epochOfCheckpoint(name) !== null)
    .sort((a, b) => epochOfCheckpoint(b)! - epochOfCheckpoint(a)!);
}

/** True for every name that the `checkpoint` plugin gives to a file. */
export function isRunCheckpoint(name: string): boolean {
  return name === LAST_CHECKPOINT || name === BEST_CHECKPOINT || epochOfCheckpoint(name) !== null;
}
