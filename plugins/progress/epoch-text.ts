/** What the console keeps of a run: a line per epoch, the table of epochs, how it ended. */

import {
  fittingTable,
  formatDuration,
  formatMetric,
  type HookEvents,
  type Metrics,
  type TableColumn,
} from "../../core/plugin.ts";

/** What is known of an epoch that is over. */
export interface EpochResult {
  readonly epoch: number;
  readonly train: Metrics;
  /** Null without a validation split. */
  readonly val: Metrics | null;
  /** True if it was the best one so far. */
  readonly best: boolean;
  /** How long it took. */
  readonly seconds: number;
}

const GAP = "  ";

/**
 * The line of an epoch.
 *
 * @param columns The width of the terminal; a line that is longer is continued on an indented one. Infinity
 *   where there is no terminal.
 */
export function epochLine(
  { epoch, train, val, best, seconds }: EpochResult,
  maxEpochs: number,
  sheetsPerEpoch: number,
  columns: number,
): string {
  const validation = val && [
    `val loss ${formatMetric(val.loss)}`,
    `precision ${formatMetric(val.precision, 3)}`,
    `recall ${formatMetric(val.recall, 3)}`,
    `f1 ${formatMetric(val.f1, 3)}${best && val.f1 !== 0 ? " (best)" : ""}`,
  ];
  const words = [
    `epoch ${epoch}/${maxEpochs}`,
    `loss ${formatMetric(train.loss)}`,
    ...(validation ?? []),
    `${(sheetsPerEpoch / seconds).toFixed(1)} sheets/s`,
    formatDuration(seconds),
  ];
  const lines: string[] = [];
  for (const word of words) {
    const longer = lines.length === 0 ? word : lines.at(-1) + GAP + word;
    if (lines.length === 0 || longer.length >= columns) lines.push((lines.length > 0 ? GAP : "") + word);
    else lines[lines.length - 1] = longer;
  }
  return lines.join("\n");
}

/** How many epochs the table at the end shows at most: the first, the best and the last ones. */
const MAX_ROWS = 12;

/**
 * The table of epochs.
 *
 * @param columns The width of the terminal: the table leaves out what does not fit.
 */
export function summaryTable(results: readonly EpochResult[], columns: number): string {
  const best = results.findLast((result) => result.best && result.val?.f1 !== 0);
  const shown = results.filter(
    (result, index) => index === 0 || result === best || index >= results.length - (MAX_ROWS - 2),
  );
  const all: readonly TableColumn<EpochResult>[] = [
    { head: "epoch", cell: (result) => `${result.epoch}${result === best ? " *" : ""}`, rank: 0 },
    { head: "loss", cell: ({ train }) => formatMetric(train.loss), rank: 0 },
    { head: "val loss", cell: ({ val }) => formatMetric(val?.loss), rank: 1 },
    { head: "precision", cell: ({ val }) => formatMetric(val?.precision, 3), rank: 3 },
    { head: "recall", cell: ({ val }) => formatMetric(val?.recall, 3), rank: 3 },
    { head: "f1", cell: ({ val }) => formatMetric(val?.f1, 3), rank: 0 },
    { head: "EoB mean", cell: ({ val }) => formatMetric(val?.eob_mean, 2), rank: 4 },
    { head: "time", cell: ({ seconds }) => formatDuration(seconds), rank: 2 },
  ];
  return fittingTable(all, shown, columns) + (best ? "\n* best validation F1" : "");
}

/** How and after what time the run ended, and how good it became. */
export function endLine({ status, reason, summary, seconds }: HookEvents["onRunEnd"]): string {
  const duration = `after ${formatDuration(seconds)}${bestWords(summary)}`;
  return reason === undefined ? `${status} ${duration}` : `${status} early: ${reason} (${duration})`;
}

function bestWords({ best_epoch, best_f1 }: Metrics): string {
  if (typeof best_epoch !== "number") return "";
  if (best_f1 === 0) return ", f1 is still 0";
  return `, best epoch ${best_epoch} with f1 ${formatMetric(best_f1, 3)}`;
}
