/** Where the values of new trials come from. */

import type { Json } from "../base/json.ts";
import { randomStream } from "../base/random.ts";
import type { Proposal } from "./claim-trial.ts";
import { valueAtQuantile } from "./distribution.ts";
import { gridPoint } from "./grid.ts";
import { internalValue, optunaParameter } from "./optuna-space.ts";
import type { SweepParameter } from "./sweep.ts";
import type { SweepRules } from "./sweep-study.ts";

export interface Sampler extends Disposable {
  /** The values of the trial with a number, from 0. */
  propose(number: number): Promise<Proposal> | Proposal;
}

/** One point of the grid after the other. */
export function gridSampler({ parameters }: SweepRules): Sampler {
  return plainSampler((number) => {
    const values = gridPoint(parameters, number);
    return proposal(parameters, (parameter) => ({ value: values[parameter.name]!, quantile: null }));
  });
}

/** Independent values, which depend on the sweep's seed and the number of the trial alone. */
export function randomSampler({ parameters, seed }: SweepRules): Sampler {
  return plainSampler((number) =>
    proposal(parameters, ({ name, distribution }) => {
      const quantile = randomStream(seed, "sweep", number, name).uniform();
      return { value: valueAtQuantile(distribution, quantile), quantile };
    }),
  );
}

/** One that holds nothing. */
function plainSampler(propose: (number: number) => Proposal): Sampler {
  return { propose, [Symbol.dispose]() {} };
}

interface Draw {
  readonly value: Json;
  /** null where the value was not drawn. */
  readonly quantile: number | null;
}

function proposal(
  parameters: readonly SweepParameter[],
  draw: (parameter: SweepParameter) => Draw,
): Proposal {
  const values: Record<string, Json> = {};
  const internal: Record<string, number> = {};
  for (const parameter of parameters) {
    const { value, quantile } = draw(parameter);
    values[parameter.name] = value;
    const known = optunaParameter(parameter);
    if (known === null) continue;
    internal[known.name] = known.isQuantile && quantile !== null ? quantile : internalValue(parameter, value);
  }
  return { values, internal, systemAttributes: {} };
}
