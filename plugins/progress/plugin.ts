/**
 * Shows the progress of a run: two live lines on a terminal, one line per epoch, a table at the end. Without
 * a terminal, one line per minute shows that a long epoch goes on. A resumed run repeats the line of the
 * epoch that it continues from, and its table has the epochs before that too.
 */

import { definePlugin, type Json } from "../../core/plugin.ts";
import { type EpochResult, endLine, epochLine, summaryTable } from "./epoch-text.ts";
import { type LiveFacts, liveText, logText } from "./live-text.ts";

/** The time between two lines of an epoch where there is no terminal, milliseconds. */
const LINE_INTERVAL = 60_000;

export default definePlugin({
  name: "progress",
  options: {},
  setup(run) {
    const results = earlierResults(run.state);
    let facts: LiveFacts = {
      epoch: 0,
      maxEpochs: 0,
      step: 0,
      totalSteps: 0,
      sheetsDone: 0,
      sheets: 0,
      eta: Number.NaN,
      sheetsPerSecond: Number.NaN,
      loss: Number.NaN,
      valLoss: null,
      best: null,
      validating: 0,
      values: {},
    };
    let validationSheets = 0;
    // An epoch that is resumed in its middle has no onEpochStart: its time counts from the start of the run.
    let epoch = { startedAt: 0, sheetsBefore: -1 };
    let resumedStep = 0;
    let startedAt = 0;
    let lineAt = 0;
    const columns = () => (run.console.isTerminal ? run.console.columns : Number.POSITIVE_INFINITY);
    let isShown = false;
    const show = () => {
      isShown = true;
      run.console.status(liveText(facts, run.console.columns));
    };
    const hide = () => {
      isShown = false;
      run.console.status(null);
    };
    const lineOf = (result: EpochResult) => epochLine(result, facts.maxEpochs, facts.sheets, columns());
    return {
      onRunStart({ step, totalSteps, maxEpochs, sheetsPerEpoch, validationSheets: sheets }) {
        const last = results.at(-1);
        facts = {
          ...facts,
          ...{ step, totalSteps, maxEpochs, sheets: sheetsPerEpoch },
          ...{ valLoss: last?.val?.loss ?? null, best: bestOf(results) },
        };
        validationSheets = sheets;
        resumedStep = step;
        startedAt = performance.now();
        lineAt = startedAt;
        epoch.startedAt = startedAt;
        if (last) run.console.line(`${lineOf(last)}  (before)`);
      },
      onEpochStart({ epoch: number }) {
        epoch = { startedAt: performance.now(), sheetsBefore: -1 };
        facts = { ...facts, epoch: number, sheetsDone: 0, sheetsPerSecond: Number.NaN };
        show();
      },
      onGradStep({ step, epoch: number, loss, sheets, sheetsDone }) {
        if (epoch.sheetsBefore < 0) epoch.sheetsBefore = sheetsDone - sheets;
        const now = performance.now();
        const isEpochOver = sheetsDone >= facts.sheets;
        facts = {
          ...facts,
          ...{ step, epoch: number, sheetsDone },
          loss: Number.isNaN(facts.loss) ? loss : 0.9 * facts.loss + 0.1 * loss,
          sheetsPerSecond: (sheetsDone - epoch.sheetsBefore) / ((now - epoch.startedAt) / 1000),
          eta: ((now - startedAt) / 1000 / (step - resumedStep)) * (facts.totalSteps - step),
          validating: isEpochOver ? validationSheets : 0,
        };
        if (run.console.isTerminal) show();
        else if (now - lineAt >= LINE_INTERVAL) {
          lineAt = now;
          run.console.line(logText(facts));
        }
      },
      onProgress({ values }) {
        facts = { ...facts, values };
        if (isShown) show();
      },
      onEpochEnd({ epoch: number, train, val, best, seconds }) {
        hide();
        const result = { epoch: number, train, val, best, seconds };
        results.push(result);
        facts = { ...facts, valLoss: val?.loss ?? null, best: bestOf(results), validating: 0 };
        lineAt = performance.now();
        run.console.line(lineOf(result));
      },
      onRunEnd(event) {
        hide();
        if (results.length > 0) run.console.line(`\n${summaryTable(results, columns())}\n`);
        run.console.line(endLine(event));
        run.console.line(`run folder: ${run.folder}`);
      },
      saveState: () => ({ results: results as unknown as Json }),
    };
  },
});

/** The epochs that earlier processes of the run finished, as `saveState` kept them. */
function earlierResults(state: Json): EpochResult[] {
  const kept = state as { readonly results?: readonly EpochResult[] } | null;
  return [...(kept?.results ?? [])];
}

/** The best validation so far. */
function bestOf(results: readonly EpochResult[]): LiveFacts["best"] {
  const best = results.findLast((result) => result.best);
  const f1 = best?.val?.f1;
  return best === undefined || f1 == null ? null : { f1, epoch: best.epoch };
}
