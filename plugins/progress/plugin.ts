/**
 * Shows the progress of a run: a live bar on a terminal, one line per epoch, a table at the end. A resumed
 * run repeats the line of the epoch that it continues from, and its table has the epochs before that too.
 */

import {
  definePlugin,
  formatDuration,
  formatMetric,
  type Json,
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
    const results = earlierResults(run.state);
    let totalSteps = 0;
    let maxEpochs = 0;
    let sheetsPerEpoch = 0;
    // An epoch that is resumed in its middle has no onEpochStart: its time counts from the start of the run.
    let epoch = { startedAt: 0, sheetsBefore: -1 };
    let resumedStep = 0;
    let startedAt = 0;
    let runningLoss = Number.NaN;
    let added: readonly string[] = []; // what other plugins show here
    return {
      onRunStart(event) {
        totalSteps = event.totalSteps;
        maxEpochs = event.maxEpochs;
        resumedStep = event.step;
        sheetsPerEpoch = event.sheetsPerEpoch;
        startedAt = performance.now();
        epoch.startedAt = startedAt;
        const last = results.at(-1);
        if (last) run.console.line(`${epochLine(last, maxEpochs, sheetsPerEpoch)}  (before)`);
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
          progressBar(sheetsDone / sheetsPerEpoch, 24),
          `${sheetsDone}/${sheetsPerEpoch} sheets`,
          `${rate.toFixed(1)} sheets/s`,
          `loss ${runningLoss.toFixed(3)}`,
          ...added,
          `ETA ${formatDuration(eta)}`,
        ];
        run.console.status(words.join("  ").slice(0, run.console.columns - 1));
      },
      onProgress({ values }) {
        added = Object.entries(values).map(([name, value]) => `${name} ${shortNumber(value)}`);
      },
      onEpochEnd({ epoch: number, train, val, best, seconds }) {
        run.console.status(null);
        const result = { epoch: number, train, val, best, seconds };
        results.push(result);
        run.console.line(epochLine(result, maxEpochs, sheetsPerEpoch));
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
      saveState: () => ({ results: results as unknown as Json }),
    };
  },
});

function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

/** The epochs that earlier processes of the run finished, as `saveState` kept them. */
function earlierResults(state: Json): EpochResult[] {
  const kept = state as { readonly results?: readonly EpochResult[] } | null;
  return [...(kept?.results ?? [])];
}

function epochLine(
  { epoch, train, val, best, seconds }: EpochResult,
  maxEpochs: number,
  sheetsPerEpoch: number,
): string {
  const validation = val && [
    `val loss ${formatMetric(val.loss)}`,
    `precision ${formatMetric(val.precision, 3)}`,
    `recall ${formatMetric(val.recall, 3)}`,
    `f1 ${formatMetric(val.f1, 3)}${best ? " (best)" : ""}`,
  ];
  return [
    `epoch ${epoch}/${maxEpochs}`,
    `loss ${formatMetric(train.loss)}`,
    ...(validation ?? []),
    `${(sheetsPerEpoch / seconds).toFixed(1)} sheets/s`,
    formatDuration(seconds),
  ].join("  ");
}

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
