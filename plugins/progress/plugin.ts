/** Shows the progress of a run: a live bar on a terminal, one line per epoch, a table at the end. */

import {
  definePlugin,
  formatDuration,
  formatMetric,
  type Metrics,
  progressBar,
  table,
} from "../../core/plugin.ts";

interface EpochResult {
  readonly epoch: number;
  readonly train: Metrics;
  readonly val: Metrics | null;
  readonly best: boolean;
  readonly seconds: number;
}

export default definePlugin({
  name: "progress",
  options: {},
  setup(run) {
    const results: EpochResult[] = [];
    let totalSteps = 0;
    let maxEpochs = 0;
    let sheetsAnEpoch = 0;
    // An epoch that is resumed in its middle has no onEpochStart: its time counts from the start of the run.
    let epoch = { startedAt: 0, sheetsBefore: -1 };
    let resumedStep = 0;
    let startedAt = 0;
    let runningLoss = Number.NaN;
    return {
      onRunStart(event) {
        totalSteps = event.totalSteps;
        maxEpochs = event.maxEpochs;
        resumedStep = event.step;
        sheetsAnEpoch = event.sheetsPerEpoch;
        startedAt = performance.now();
        epoch.startedAt = startedAt;
      },
      onEpochStart() {
        epoch = { startedAt: performance.now(), sheetsBefore: -1 };
      },
      onGradStep({ step, epoch: number, loss, sheets, sheetsDone }) {
        if (!run.console.isTerminal) return;
        if (epoch.sheetsBefore < 0) epoch.sheetsBefore = sheetsDone - sheets;
        runningLoss = Number.isNaN(runningLoss) ? loss : 0.9 * runningLoss + 0.1 * loss;
        const now = performance.now();
        const rate = (sheetsDone - epoch.sheetsBefore) / ((now - epoch.startedAt) / 1000);
        const eta = ((now - startedAt) / 1000 / (step - resumedStep)) * (totalSteps - step);
        const words = [
          `epoch ${number}/${maxEpochs}`,
          progressBar(sheetsDone / sheetsAnEpoch, 24),
          `${sheetsDone}/${sheetsAnEpoch} sheets`,
          `${rate.toFixed(1)} sheets/s`,
          `loss ${runningLoss.toFixed(3)}`,
          `ETA ${formatDuration(eta)}`,
        ];
        run.console.status(words.join("  ").slice(0, run.console.columns - 1));
      },
      onEpochEnd({ epoch: number, train, val, best, seconds }) {
        run.console.status(null);
        results.push({ epoch: number, train, val, best, seconds });
        const words = [
          `epoch ${number}/${maxEpochs}`,
          `loss ${formatMetric(train.loss)}`,
          ...(val
            ? [
                `val loss ${formatMetric(val.loss)}`,
                `precision ${formatMetric(val.precision, 3)}`,
                `recall ${formatMetric(val.recall, 3)}`,
                `f1 ${formatMetric(val.f1, 3)}${best ? " (best)" : ""}`,
              ]
            : []),
          `${(sheetsAnEpoch / seconds).toFixed(1)} sheets/s`,
          formatDuration(seconds),
        ];
        run.console.line(words.join("  "));
      },
      onRunEnd({ status, reason, summary, seconds }) {
        run.console.status(null);
        if (results.length > 0) run.console.line(`\n${summaryTable(results)}\n`);
        const best =
          typeof summary.best_epoch === "number"
            ? `, best epoch ${summary.best_epoch} with f1 ${formatMetric(summary.best_f1)}`
            : "";
        const duration = `after ${formatDuration(seconds)}${best}`;
        run.console.line(
          reason === undefined ? `${status} ${duration}` : `${status} early: ${reason} (${duration})`,
        );
        run.console.line(`run folder: ${run.folder}`);
      },
    };
  },
});

/** How many epochs the table at the end shows at most: the first, the best and the last ones. */
const MAX_ROWS = 12;

function summaryTable(results: readonly EpochResult[]): string {
  const head = ["epoch", "loss", "val loss", "precision", "recall", "f1", "EoB mean", "time"];
  const best = results.findLast((result) => result.best);
  const shown = results.filter(
    (result, index) => index === 0 || result === best || index >= results.length - (MAX_ROWS - 2),
  );
  const rows = shown.map((result) => [
    `${result.epoch}${result === best ? " *" : ""}`,
    formatMetric(result.train.loss),
    formatMetric(result.val?.loss),
    formatMetric(result.val?.precision),
    formatMetric(result.val?.recall),
    formatMetric(result.val?.f1),
    formatMetric(result.val?.eob_mean, 2),
    formatDuration(result.seconds),
  ]);
  return table(head, rows) + (best ? "\n* best validation F1" : "");
}
