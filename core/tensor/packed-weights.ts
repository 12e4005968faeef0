/** Weights that are packed for prediction: in a form that a device multiplies faster, but less exactly. */

import { engine, keep, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { hasFused, runFused } from "./fused.ts";

/** Layers with packed weights compute this many outputs together. */
const TOGETHER = 8;

/**
 * The packed forms of weights, each made when it is first asked for. It owns them: `dispose` frees them, and
 * has to be called once the weights change.
 *
 * On `wasm`, weights and inputs are rounded to 16-bit integers with a factor per output and per row of
 * inputs. The results differ by about 2e-4 of their size. On `native`, the packed form is the weights
 * themselves: a block of the network is one operation there, with the same results.
 */
export class PackedWeights {
  readonly #packed = new Map<Tensor, Tensor>();

  /** Null if the device in use has no layers of its own for prediction. */
  static create(): PackedWeights | null {
    return hasFused("TableBlockPacked") ? new PackedWeights() : null;
  }

  /**
   * @param w [O, I], or [O, C, K, K] of a convolution.
   * @returns The packed form; null if the layer is too narrow for one.
   * @throws {Error} While a gradient is recorded: none goes back through layers with packed weights.
   */
  of(w: Tensor): Tensor | null {
    if (engine().state.gradientDepth > 0)
      throw new Error("Packed weights have no gradient: record without them");
    if (!hasFused("TablePackWeights")) return w;
    if (w.shape[0]! % TOGETHER !== 0) return null;
    const known = this.#packed.get(w);
    if (known !== undefined) return known;
    const packed = keep(tidy(() => runFused("TablePackWeights", { w })[0]!));
    this.#packed.set(w, packed);
    return packed;
  }

  dispose(): void {
    for (const tensor of this.#packed.values()) tensor.dispose();
    this.#packed.clear();
  }
}
