/**
 * A forward pass whose gradient is asked for later. In between, its results can be read from a device that answers
 * asynchronously; TensorFlow.js's own gradient functions back-propagate at once.
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  backpropagateGradients,
  getFilteredNodesXToY,
  type TapeNode,
} from "@tensorflow/tfjs-core/dist/tape.js";

export class Recording {
  /** What the forward pass returned; owned by the caller's scope. */
  readonly outputs: readonly tf.Tensor[];
  #tape: TapeNode[];

  /**
   * Runs the forward pass and keeps what its gradient needs, until `backward` or `dispose`.
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
   * Σ outputs · slopes, differentiated. Once: what was kept is disposed.
   *
   * @param slopes One for each output, of its shape.
   * @param inputs What the forward pass was computed from.
   * @returns One gradient for each input, owned by the caller's scope; undefined where it has no influence.
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

  /** Gives back what was kept for the gradient. A second call does nothing. */
  dispose(): void {
    discard(this.#tape);
    this.#tape = [];
  }
}

function discard(tape: readonly TapeNode[]): void {
  for (const { saved } of tape) for (const tensor of saved ?? []) tensor.dispose();
}
