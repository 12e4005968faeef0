/** The parameters of a module on the device, under their names in the reference. */

import type { Tensor } from "@tensorflow/tfjs-core";
import type { PackedWeights } from "../tensor/packed-weights.ts";

export class Weights {
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #prefix: string;
  readonly #packed: PackedWeights | null;

  /** @param packed For a pass without a gradient: the packed forms that layers use where there are some. */
  constructor(tensors: ReadonlyMap<string, Tensor>, packed: PackedWeights | null = null, prefix = "") {
    this.#tensors = tensors;
    this.#packed = packed;
    this.#prefix = prefix;
  }

  /** The parameters of a submodule: `weights.of("backbone.stem")`. */
  of(module: string): Weights {
    return new Weights(this.#tensors, this.#packed, `${this.#prefix}${module}.`);
  }

  /** A parameter of the module. @throws {RangeError} If there is none of this name. */
  get(name: string): Tensor {
    const tensor = this.#tensors.get(this.#prefix + name);
    if (!tensor) throw new RangeError(`The network has no parameter ${this.#prefix}${name}`);
    return tensor;
  }

  /** Whether the module has a parameter, as some depend on the configuration. */
  has(name: string): boolean {
    return this.#tensors.has(this.#prefix + name);
  }

  get weight(): Tensor {
    return this.get("weight");
  }

  get bias(): Tensor {
    return this.get("bias");
  }

  /** The packed form of `weight`; null in a pass with a gradient, and where a layer or a device has none. */
  get packed(): Tensor | null {
    return this.#packed?.of(this.weight) ?? null;
  }
}
