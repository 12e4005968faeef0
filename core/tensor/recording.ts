/**
 * A forward pass whose gradient is computed later, so that its results can be read asynchronously in
 * between. The gradient functions of TensorFlow.js back-propagate at once.
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  backpropagateGradients,
  getFilteredNodesXToY,
  type TapeNode,
} from "@tensorflow/tfjs-core/dist/tape.js";

export class Recording {
  /** The results of the forward pass, owned by the caller's scope. */
  readonly outputs: readonly tf.Tensor[];
  #tape: TapeNode[];

  /**
   * Runs the forward pass and keeps what the gradient needs until `backward` or `dispose`.
   *
   * @throws {Error} While another gradient is being computed.
   */
  constructor(forward: () => tf.Tensor[]) {
    const { state } = tf.engine();
    if (state.gradientDepth > 0) throw new Error("Cannot record inside of another gradient's computation");
    state.activeTape = [];
    state.gradientDepth++;
    try {
      this.outputs = tf.tidy(forward);
    } catch (error) {
      discard(state.activeTape);
      throw error;
    } finally {
      state.gradientDepth--;
      this.#tape = state.activeTape ?? [];
      state.activeTape = null as never;
    }
  }

  /**
   * The gradient of Σ outputs · slopes. Call it once: it disposes what was kept.
   *
   * @param slopes One per output, of its shape.
   * @param inputs Tensors that the forward pass was computed from.
   * @returns One gradient per input, owned by the caller's scope; undefined for an input without influence.
   */
  backward(slopes: readonly tf.Tensor[], inputs: readonly tf.Tensor[]): (tf.Tensor | undefined)[] {
    try {
      return tf.tidy(() => {
        const sum = tf.scalar(0);
        const joined: TapeNode = {
          id: this.#tape.length === 0 ? 0 : this.#tape.at(-1)!.id + 1,
          kernelName: "Outputs",
          inputs: Object.fromEntries(this.outputs.entries()),
          outputs: [sum],
          gradient: () => Object.fromEntries(slopes.map((slope, i) => [i, () => tf.clone(slope)])),
          saved: [],
        };
        const path = getFilteredNodesXToY([...this.#tape, joined], [...inputs], sum);
        const gradients: Record<number, tf.Tensor> = { [sum.id]: tf.scalar(1) };
        backpropagateGradients(gradients, path, (run) => tf.tidy(run as () => tf.Tensor), tf.add);
        return inputs.map((input) => gradients[input.id]) as tf.Tensor[];
      });
    } finally {
      this.dispose();
    }
  }

  /** Disposes what was kept for the gradient. A second call does nothing. */
  dispose(): void {
    discard(this.#tape);
    this.#tape = [];
  }
}

function discard(tape: readonly TapeNode[]): void {
  for (const { saved } of tape) for (const tensor of saved ?? []) tensor.dispose();
}
