/** The state of the optimiser, as `torch.optim.AdamW.state_dict()` lays it out. */

import { UserError } from "../base/problem.ts";
import { countNonFinite } from "./finite-weights.ts";
import { kindOf } from "./plain-value.ts";
import { PtFloat, type PtMap, PtTensor, PtTuple, type PtValue, type PtWritable } from "./pt-value.ts";
import { type NamedParameters, parameterTensors } from "./state-dict.ts";

/** The moments and the step counter. The arrays are laid out like the parameters. */
export interface AdamWMoments {
  /** Updates done. */
  step: number;
  readonly expAvg: Float32Array;
  readonly expAvgSq: Float32Array;
}

/** Everything that goes into the file. */
export interface AdamWContent extends Readonly<AdamWMoments> {
  /** The learning rate of the next step. */
  readonly lr: number;
  /** The highest rate of the schedule. @default lr */
  readonly initialLr?: number;
  readonly weightDecay: number;
  /** @default 0.9 */
  readonly beta1?: number;
  /** @default 0.999 */
  readonly beta2?: number;
  /** @default 1e-8 */
  readonly eps?: number;
}

/**
 * The dictionary for `torch.optim.AdamW(model.parameters()).load_state_dict`: `state` by the number of the
 * parameter, and `param_groups`. The moments are views. The keys are those of all versions of PyTorch from
 * 1.13 to 2.15; older versions ignore keys that they do not know. Before the first step `state` is empty,
 * as in PyTorch.
 */
export function adamWStateDict(parameters: NamedParameters, content: AdamWContent): PtWritable {
  const { step, lr, initialLr = lr, weightDecay, beta1 = 0.9, beta2 = 0.999, eps = 1e-8 } = content;
  const means = parameterTensors(parameters, content.expAvg);
  const squares = parameterTensors(parameters, content.expAvgSq);
  const state = parameters.names.map((name, i): [number, PtWritable] => [
    i,
    {
      // A tensor for each parameter, since PyTorch counts up in place.
      step: new PtTensor("float32", [], new Float32Array([step])),
      exp_avg: means.get(name)!,
      exp_avg_sq: squares.get(name)!,
    },
  ]);
  return {
    state: new Map(step === 0 ? [] : state),
    param_groups: [
      {
        lr: new PtFloat(lr),
        betas: new PtTuple([new PtFloat(beta1), new PtFloat(beta2)]),
        eps: new PtFloat(eps),
        weight_decay: new PtFloat(weightDecay),
        amsgrad: false,
        maximize: false,
        foreach: null,
        capturable: false,
        differentiable: false,
        fused: null,
        decoupled_weight_decay: true,
        initial_lr: new PtFloat(initialLr),
        params: parameters.names.map((_, i) => i),
      },
    ],
  };
}

/**
 * Copies the moments of an AdamW state, from this project or from PyTorch, into `target`, bit for bit. The
 * state has one group, whose parameters are numbered in the order of the network, as `model.parameters()`
 * returns them.
 *
 * @throws {UserError} If the state belongs to another optimiser or network, or is not finite. `target` may be
 *   half-filled then.
 */
export function loadAdamW(
  optimizer: PtMap,
  parameters: NamedParameters,
  target: AdamWMoments,
  file: string,
): void {
  const refuse: Refuse = (where, expected, got) => {
    throw new UserError({
      file,
      where: `optimizer_state_dict ${where}`,
      message: "Cannot restore the optimiser",
      expected,
      got,
      fix:
        "resume from a checkpoint of the same network trained with AdamW, " +
        "or start a new run from its weights",
    });
  };
  const numbers = parameterNumbers(optimizer.get("param_groups"), parameters.names.length, refuse);
  const state = optimizer.get("state");
  if (!(state instanceof Map)) refuse("state", "a dictionary", kindOf(state));
  if (state.size === 0) {
    target.step = 0;
    target.expAvg.fill(0);
    target.expAvgSq.fill(0);
    return;
  }
  const steps = new Set<number | null>();
  for (const [i, name] of parameters.names.entries()) {
    const entry = state.get(numbers[i] as number);
    if (!(entry instanceof Map)) refuse(`state of ${name}`, "step, exp_avg, exp_avg_sq", kindOf(entry));
    steps.add(scalar(entry.get("step")));
    const { expAvg, expAvgSq } = target;
    for (const [key, array] of [["exp_avg", expAvg] as const, ["exp_avg_sq", expAvgSq] as const]) {
      array.set(
        moments(entry.get(key), parameters.shapes[i]!, `${key} of ${name}`, refuse),
        parameters.offsets[i],
      );
    }
  }
  const [step] = steps;
  if (steps.size !== 1 || !Number.isSafeInteger(step) || (step as number) < 0) {
    refuse("step", "one number of updates for all parameters", [...steps].map(String).join(", "));
  }
  target.step = step as number;
}

/** Throws a UserError about a place in the state. */
type Refuse = (where: string, expected: string, got: string) => never;

/** The numbers under which `state` has the parameters. */
function parameterNumbers(groups: PtValue | undefined, count: number, refuse: Refuse): readonly PtValue[] {
  const group = Array.isArray(groups) && groups.length === 1 ? groups[0] : null;
  const numbers = group instanceof Map ? group.get("params") : null;
  if (Array.isArray(numbers) && numbers.length === count) return numbers;
  const got = Array.isArray(groups) ? `${groups.length} with ${sizes(groups)} parameters` : kindOf(groups);
  return refuse("param_groups", `one group of ${count} parameters`, got);
}

/** The values of one moment of one parameter. */
function moments(
  tensor: PtValue | undefined,
  shape: readonly number[],
  where: string,
  refuse: Refuse,
): Float32Array {
  if (!(tensor instanceof PtTensor) || String(tensor.shape) !== String(shape)) {
    const got = tensor instanceof PtTensor ? `[${tensor.shape}]` : kindOf(tensor);
    return refuse(where, `a tensor of shape [${shape}]`, got);
  }
  const values = tensor.asFloat32();
  if (countNonFinite(values) > 0) refuse(where, "finite numbers", "some that are not: the training diverged");
  return values;
}

function scalar(value: PtValue | undefined): number | null {
  if (value instanceof PtTensor) return value.data.length === 1 ? value.item() : null;
  return typeof value === "number" ? value : null; // as PyTorch before 1.12 wrote it
}

function sizes(groups: readonly PtValue[]): string {
  return groups
    .map((group) => (group instanceof Map ? group.get("params") : null))
    .map((params) => (Array.isArray(params) ? params.length : 0))
    .join(" + ");
}
