/**
 * The plugin with which the trainings of a sweep run: it reports the sweep's metric after every epoch, and
 * asks the run to stop where Hyperband ends it. In a run that no sweep started it does nothing.
 */

import { processTag } from "../files/process-identity.ts";
import { definePlugin, formatMetric, METRIC_PREFIXES, nearest, SURFACE_VERSION } from "../plugin.ts";
import { Journal } from "./journal.ts";
import { SweepFolder } from "./sweep-folder.ts";
import { rulesOf } from "./sweep-study.ts";
import { readTrialVariables } from "./trial-environment.ts";
import { TrialResults } from "./trial-results.ts";

export default definePlugin({
  name: "sweep",
  surface: SURFACE_VERSION,
  options: {},
  async setup(run) {
    const trial = readTrialVariables(process.env);
    if (trial === null) return {};
    const folder = new SweepFolder(trial.folder);
    const journal = new Journal(folder.journal, trial.sweep, processTag());
    const results = new TrialResults(journal, trial.number, trial.token);
    const { study } = journal.read();
    const metric = study && rulesOf(study)?.metric.name;
    if (metric === null || metric === undefined) return {};
    await results.note({ run: folder.kept(run.folder) });
    let isChecked = false;
    return {
      async onLog({ row, epoch }) {
        if (!(`${METRIC_PREFIXES.train}loss` in row)) return; // the last row of an epoch has it
        const value = row[metric];
        if (value === undefined && !isChecked) run.console.warn(noSuchMetric(metric, Object.keys(row)));
        isChecked = true;
        if (value === undefined || !Number.isFinite(value)) return;
        const answer = await results.report(epoch, value);
        if (answer.kind === "lost") {
          run.requestStop("another agent of the sweep has this trial now");
        } else if (answer.kind === "end") {
          const { band, value: at, threshold } = answer.termination;
          const words = `${metric} ${formatMetric(at)} at band ${band}, needed ${formatMetric(threshold)}`;
          run.requestStop(`Hyperband: ${words}`);
        }
      },
    };
  },
});

function noSuchMetric(metric: string, names: readonly string[]): string {
  const near = nearest(metric, names);
  const hint = near === null ? "" : `; did you mean ${near}?`;
  return `sweep: no row of the first epoch has ${metric}, so this trial has no values by epoch${hint}`;
}
