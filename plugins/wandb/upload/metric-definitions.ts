/**
 * Metric definitions (`define_metric`) in the form that they have in a run's config on the server:
 * `_wandb.m`.
 */

/** The fields of a MetricRecord that the server has to know. */
export interface MetricDefinition {
  readonly name: string;
  readonly globName: string;
  readonly stepMetric: string;
  /** MetricOptions: 1 step_sync, 2 hidden, 3 defined. */
  readonly options: readonly number[];
  /** MetricSummary: 1 min, 2 max, 3 mean, 4 best, 5 last, 6 none, 7 copy, 8 first. */
  readonly summary: readonly number[];
  /** 0 unset, 1 minimise, 2 maximise. */
  readonly goal: number;
}

const DEFINED = 3;

/**
 * Definitions in the order in which their names appear. A later definition of a name replaces the earlier
 * one.
 */
export class MetricDefinitions {
  readonly #definitions = new Map<string, MetricDefinition>();

  define(definition: MetricDefinition): void {
    this.#definitions.set(keyOf(definition), definition);
  }

  /**
   * The definitions with numbers of fields as keys: 1 the name or 2 the glob; 5 the step metric, as its
   * place in this list from 1; 6 and 7 the fields of options and summary that are set; 8 the goal.
   */
  encode(): Record<string, unknown>[] {
    const all = [...this.#definitions.values()];
    const names = new Set(all.map(({ name }) => name));
    for (const { stepMetric } of [...all]) {
      if (stepMetric === "" || names.has(stepMetric)) continue;
      names.add(stepMetric); // the place in the list has to exist
      all.push({ name: stepMetric, globName: "", stepMetric: "", options: [], summary: [], goal: 0 });
    }
    return all.map(({ name, globName, stepMetric, options, summary, goal }) => ({
      ...(name ? { "1": name } : { "2": globName }),
      ...(stepMetric && { "5": all.findIndex((other) => other.name === stepMetric) + 1 }),
      "6": name ? options : options.filter((field) => field !== DEFINED), // as W&B's client does for globs
      "7": summary,
      ...(goal !== 0 && { "8": goal }),
    }));
  }
}

function keyOf({ name, globName }: MetricDefinition): string {
  return name ? `name ${name}` : `glob ${globName}`;
}
