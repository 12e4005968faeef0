/** Weights by name, as in PyTorch's `state_dict()`: compares them with a network and copies them into it. */

import { UserError } from "../base/problem.ts";
import { RUN_FILES } from "../base/run-folder-names.ts";
import { refuseNonFiniteWeights } from "./finite-weights.ts";
import { PtTensor, type PtValue } from "./pt-value.ts";

export type StateDict = ReadonlyMap<string, PtTensor>;

/**
 * Named parameters in one flat array. Parameter i has shape `shapes[i]`, row-major, and begins at
 * `offsets[i]`.
 */
export interface NamedParameters {
  readonly names: readonly string[];
  readonly shapes: readonly (readonly number[])[];
  readonly offsets: readonly number[];
  readonly flat: Float32Array;
}

/** The differences between the weights of a file and those of a network. */
export interface StateDictDifference {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly misshaped: readonly {
    readonly name: string;
    readonly expected: readonly number[];
    readonly got: readonly number[];
  }[];
}

/** The most names in a message; the others are counted. */
const LISTED_NAMES = 20;

/** Each parameter as a tensor. The tensors are views of `array`, which is laid out like `parameters.flat`. */
export function parameterTensors(
  { names, shapes, offsets, flat }: NamedParameters,
  array: Float32Array = flat,
): Map<string, PtTensor> {
  return new Map(
    names.map((name, i) => {
      const shape = shapes[i]!;
      const size = shape.reduce((product, axis) => product * axis, 1);
      return [name, new PtTensor("float32", shape, array.subarray(offsets[i]!, offsets[i]! + size))];
    }),
  );
}

/**
 * A value as weights by name, or null if it is something else. What wrappers put before the names
 * (`module.`, `_orig_mod.`, in any order and number) is removed.
 */
export function asStateDict(value: PtValue | undefined): StateDict | null {
  if (!(value instanceof Map) || value.size === 0) return null;
  const entries: [string, PtTensor][] = [];
  for (const [name, tensor] of value) {
    if (typeof name !== "string" || !(tensor instanceof PtTensor)) return null;
    entries.push([name, tensor]);
  }
  return withoutWrappers(new Map(entries));
}

/** The values of the tensors that hold floating-point numbers, by name. */
export function* floatWeights(state: StateDict): Generator<readonly [string, Float32Array]> {
  for (const [name, tensor] of state) {
    if (/float/.test(tensor.dtype)) yield [name, tensor.asFloat32()];
  }
}

/** DistributedDataParallel, DataParallel and AveragedModel; torch.compile. */
const WRAPPERS = ["module.", "_orig_mod."];

/** Beside the weights, AveragedModel keeps how many it has averaged. */
const AVERAGED_COUNT = "n_averaged";

function withoutWrappers(state: StateDict): StateDict {
  for (const prefix of WRAPPERS) {
    const weights = [...state].filter(([name]) => name !== AVERAGED_COUNT);
    if (weights.length > 0 && weights.every(([name]) => name.startsWith(prefix))) {
      return withoutWrappers(new Map(weights.map(([name, tensor]) => [name.slice(prefix.length), tensor])));
    }
  }
  return withoutInnerWrappers(state);
}

/** torch.compile on a part of a network: `backbone._orig_mod.stem.weight`. */
function withoutInnerWrappers(state: StateDict): StateDict {
  const clean = new Map([...state].map(([name, tensor]) => [name.replaceAll("._orig_mod.", "."), tensor]));
  return clean.size === state.size ? clean : state; // two parameters must not become one
}

/**
 * The names that are missing, unexpected or of another shape. If the weights fit, all three lists are empty.
 */
export function compareStateDict(
  expected: Pick<NamedParameters, "names" | "shapes">,
  got: StateDict,
): StateDictDifference {
  const known = new Set(expected.names);
  return {
    missing: expected.names.filter((name) => !got.has(name)),
    unexpected: [...got.keys()].filter((name) => !known.has(name)),
    misshaped: expected.names.flatMap((name, i) => {
      const shape = got.get(name)?.shape;
      const fits = shape === undefined || String(shape) === String(expected.shapes[i]);
      return fits ? [] : [{ name, expected: expected.shapes[i]!, got: shape }];
    }),
  };
}

/**
 * Copies weights into `parameters.flat` (or into `array`, which is laid out alike). float32 is copied bit
 * for bit, other types are converted.
 *
 * @param file The file of the weights, for the message.
 * @throws {UserError} If the weights belong to another network (it lists the names that are missing,
 *   unexpected or of another shape), or are not finite. Nothing is copied then.
 */
export function loadStateDict(
  state: StateDict,
  parameters: NamedParameters,
  file: string,
  array: Float32Array = parameters.flat,
): void {
  const difference = compareStateDict(parameters, state);
  if (Object.values(difference).some((list) => list.length > 0)) throw otherNetwork(file, difference);
  copyWeights(state, parameters, file, array);
}

/**
 * Copies the weights that the network has parameters for. Other parameters keep their values.
 *
 * @returns The number of parameters that were taken, the names of those that were not, and the names of the
 *   file's weights that were not used.
 * @throws {UserError} If a weight has another shape or is not finite, or the network has none of them.
 *   Nothing is copied then.
 */
export function loadPartialStateDict(
  state: StateDict,
  parameters: NamedParameters,
  file: string,
): { readonly taken: number; readonly fresh: readonly string[]; readonly left: readonly string[] } {
  const difference = compareStateDict(parameters, state);
  const { missing, unexpected, misshaped } = difference;
  const taken = parameters.names.length - missing.length;
  if (misshaped.length > 0) throw otherNetwork(file, { missing: [], unexpected: [], misshaped }, SOME);
  if (taken === 0) throw otherNetwork(file, difference, SOME);
  copyWeights(state, parameters, file, parameters.flat);
  return { taken, fresh: missing, left: unexpected };
}

/** Copies the weights that `parameters` names, once all of them are known to be finite. */
function copyWeights(
  state: StateDict,
  { names, offsets }: NamedParameters,
  file: string,
  array: Float32Array,
): void {
  const weights = names.flatMap((name, i) => {
    const tensor = state.get(name);
    return tensor ? [{ name, offset: offsets[i]!, values: tensor.asFloat32() }] : [];
  });
  refuseNonFiniteWeights(
    weights.map(({ name, values }) => [name, values] as const),
    file,
  );
  for (const { offset, values } of weights) array.set(values, offset);
}

/** What a message says is expected of the weights of a file. */
const ALL = "the parameters of the configured network, all of them and no others";
const SOME = "at least one parameter of the configured network, and each with the shape that it has there";

function otherNetwork(
  file: string,
  { missing, unexpected, misshaped }: StateDictDifference,
  expected: string = ALL,
): UserError {
  const shapes = misshaped.map(({ name, expected, got }) => `${name} [${got}] instead of [${expected}]`);
  return new UserError({
    file,
    message: "Cannot load the weights: they are another network's",
    expected,
    got: [listed("missing", missing), listed("unexpected", unexpected), listed("other shape", shapes)]
      .filter((text) => text !== "")
      .join("\n"),
    fix:
      "use the model section that the checkpoint was trained with " +
      `(${RUN_FILES.config} in its run's folder)`,
  });
}

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const more = names.length > LISTED_NAMES ? [`… and ${names.length - LISTED_NAMES} more`] : [];
  return [
    `${what} (${names.length}):`,
    ...[...names.slice(0, LISTED_NAMES), ...more].map((name) => `  ${name}`),
  ].join("\n");
}
