/** What the console says of a trial. */

import type { Json } from "../base/json.ts";
import { formatMetric } from "../base/metrics.ts";
import { counted } from "../base/text-layout.ts";
import type { ClaimedTrial } from "./claim-trial.ts";
import type { Trial } from "./journal-state.ts";
import type { Sweep, SweepParameter } from "./sweep.ts";
import { attributesOf } from "./trial-attributes.ts";

/** `trial 3: training.lr=0.0003, training.batch_size=2`. */
export function trialStart({ parameters }: Sweep, { number, values, isAgain, run }: ClaimedTrial): string {
  const shown = varied(parameters).map(({ name }) => `${name}=${valueText(values[name] ?? null)}`);
  const again = isAgain ? (run === null ? ", begun again" : ", continued") : "";
  return `trial ${number}${again}: ${shown.join(", ")}`;
}

/** `trial 3: complete, val/f1 0.8125 of 3 epochs`. */
export function trialEnd({ metric }: Pick<Sweep, "metric">, trial: Trial): string {
  const { number, state, value, intermediate } = trial;
  const { termination, reason } = attributesOf(trial);
  const epochs = intermediate.size > 0 ? ` after ${counted(intermediate.size, "value")}` : "";
  const shown = value === null ? "" : `, ${metric.name} ${formatMetric(value)}${epochs}`;
  const band = termination === null ? "" : `, ended by Hyperband at band ${termination.band}`;
  return `trial ${number}: ${state}${shown}${band}${reason === null ? "" : `, ${reason}`}`;
}

/** The parameters that are not the same in all trials. */
export function varied(parameters: readonly SweepParameter[]): SweepParameter[] {
  return parameters.filter(({ distribution }) => distribution.kind !== "constant");
}

/** Numbers with six digits. */
export function valueText(value: Json): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return typeof value === "string" ? value : JSON.stringify(value);
}
