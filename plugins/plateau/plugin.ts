/** Stops a run once a metric has not become better for a while, whichever plugin logs it. */

import {
  choice,
  definePlugin,
  formatMetric,
  integer,
  type Json,
  METRIC_PREFIXES,
  nearest,
  number,
  SURFACE_VERSION,
  text,
} from "../../core/plugin.ts";

export default definePlugin({
  name: "plateau",
  surface: SURFACE_VERSION,
  options: {
    metric: text({ default: "val/f1", minLength: 1, help: "The metric, under the name that it has in rows" }),
    mode: choice({
      choices: ["max", "min"],
      default: "max",
      help: "Whether higher or lower values are better",
    }),
    patience: integer({
      default: 5,
      min: 1,
      unit: "values",
      help: "Stop after this many values that are not better; val/… and train/… have one per epoch",
    }),
    min_delta: number({ default: 0, min: 0, help: "A value is better only if it is so by more than this" }),
  },
  setup(run, { metric, mode, patience, min_delta: minDelta }) {
    const kept = keptState(run.state, metric, mode);
    let best = kept?.best ?? null;
    let since = kept?.since ?? 0;
    let isChecked = kept !== null;
    const isBetter = (value: number) => {
      if (Number.isNaN(value)) return false;
      return best === null || (mode === "max" ? value > best + minDelta : value < best - minDelta);
    };
    return {
      onLog({ row }) {
        const value = row[metric];
        if (value === undefined) {
          // The last row of an epoch has all metrics of the epoch.
          if (!isChecked && `${METRIC_PREFIXES.train}loss` in row) {
            isChecked = true;
            run.console.warn(noSuchMetric(metric, Object.keys(row)));
          }
          return;
        }
        isChecked = true;
        const better = isBetter(value);
        since = better ? 0 : since + 1;
        if (better) best = value;
        if (since < patience) return;
        const count = `${patience} ${patience === 1 ? "value" : "values"}`;
        const words = mode === "max" ? "higher" : "lower";
        run.requestStop(`no ${words} ${metric} than ${formatMetric(best)} for ${count}`);
      },
      // JSON has no infinities; a plateau of them begins anew after a resume.
      saveState: () => ({ metric, mode, best: best !== null && Number.isFinite(best) ? best : null, since }),
    };
  },
});

interface KeptState {
  /** Absent from states that were kept before both stood in them. */
  readonly metric?: string;
  readonly mode?: string;
  readonly best: number | null;
  readonly since: number;
}

/** What an earlier process kept; null if it watched another metric, whose best value says nothing here. */
function keptState(state: Json, metric: string, mode: string): KeptState | null {
  const kept = state as unknown as KeptState | null;
  const isSame = (kept?.metric ?? metric) === metric && (kept?.mode ?? mode) === mode;
  return isSame ? kept : null;
}

function noSuchMetric(metric: string, names: readonly string[]): string {
  const near = nearest(metric, names);
  const hint = near === null ? "" : `; did you mean ${near}?`;
  return `plateau: no row of the first epoch has ${metric}, so this plugin would never stop the run${hint}`;
}
