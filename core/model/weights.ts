/** A module's parameters on the device, under the names that the reference gives them. */

import type { Tensor } from "@tensorflow/tfjs-core";

export class Weights {
  readonly #tensors: ReadonlyMap<string, Tensor>;
  readonly #prefix: string;

  constructor(tensors: ReadonlyMap<string, Tensor>, prefix = "") {
    this.#tensors = tensors;
    this.#prefix = prefix;
  }

  /** The parameters of a submodule: `weights.of("backbone.stem")`. */
  of(module: string): Weights {
    return new Weights(this.#tensors, `${this.#prefix}${module}.`);
  }

  /** @throws {RangeError} If there is no such parameter. */
  get(name: string): Tensor {
    const tensor = this.#tensors.get(this.#prefix + name);
    if (!tensor) throw new RangeError(`The network has no parameter ${this.#prefix}${name}`);
    return tensor;
  }

  /** Some parameters depend on the configuration. */
  has(name: string): boolean {
    return this.#tensors.has(this.#prefix + name);
  }

  get weight(): Tensor {
    return this.get("weight");
  }

  get bias(): Tensor {
    return this.get("bias");
  }
}
