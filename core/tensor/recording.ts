/**
 * A forward pass whose gradient is computed later, so that its results can be read in between. The gradient
 * functions of TensorFlow.js back-propagate at once, and keep every tensor of both passes until the end.
 */

import { Add, engine, type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { TapeNode } from "@tensorflow/tfjs-core/dist/tape.js";
import { detach } from "./detach.ts";
import { runFused } from "./fused.ts";
import { scoped } from "./scoped.ts";

export class Recording {
  /** The results of the forward pass, owned by the caller's scope. */
  readonly outputs: readonly Tensor[];
  #tape: TapeNode[];

  /**
   * Runs the forward pass and keeps what the gradient needs until `backward` or `dispose`.
   *
   * @throws {Error} While another gradient is being computed.
   */
  constructor(forward: () => Tensor[]) {
    const { state } = engine();
    if (state.gradientDepth > 0) throw new Error("Cannot record inside of another gradient's computation");
    state.activeTape = [];
    state.gradientDepth++;
    try {
      this.outputs = tidy(forward);
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
   * The gradient of Σ outputs · slopes. Call it once: each tensor that was kept is disposed as soon as the
   * gradient has passed it, and so is each gradient that nobody asked for.
   *
   * @param slopes One per output, of its shape.
   * @param inputs Tensors that the forward pass was computed from.
   * @returns One gradient per input, owned by the caller's scope; undefined for an input without influence.
   */
  backward(slopes: readonly Tensor[], inputs: readonly Tensor[]): (Tensor | undefined)[] {
    const influenced = influencedBy(inputs, this.#tape);
    const gradients = new Gradients();
    try {
      slopes.forEach((slope, i) => void gradients.add(this.outputs[i]!, detach(slope)));
      for (let node = this.#tape.pop(); node !== undefined; node = this.#tape.pop()) {
        try {
          passBack(node, gradients, influenced);
        } finally {
          discard([node]);
        }
      }
      return inputs.map((input) => gradients.release(input));
    } finally {
      gradients.dispose();
      this.dispose();
    }
  }

  /** Disposes what was kept for the gradient. A second call does nothing. */
  dispose(): void {
    discard(this.#tape);
    this.#tape = [];
  }
}

/** The sums of the gradients that have arrived, by tensor. They belong to no scope. */
class Gradients {
  readonly #sums = new Map<number, Tensor>();

  /** Adds a gradient of `of`, and owns it from now on. */
  add(of: Tensor, gradient: Tensor): void {
    const sum = this.#sums.get(of.id);
    gradient.kept = true;
    if (sum === undefined) {
      this.#sums.set(of.id, gradient);
      return;
    }
    const [both] = runFused(Add, { a: sum, b: gradient });
    both!.kept = true;
    this.#sums.set(of.id, both!);
    sum.dispose();
    gradient.dispose();
  }

  /** The gradient of a tensor, which the caller disposes; undefined if there is none. */
  take(of: Tensor): Tensor | undefined {
    const gradient = this.#sums.get(of.id);
    this.#sums.delete(of.id);
    return gradient;
  }

  /** The gradient of a tensor, owned by the scope in use; undefined if there is none. */
  release(of: Tensor): Tensor | undefined {
    const gradient = this.take(of);
    if (gradient === undefined) return undefined;
    const released = detach(gradient);
    gradient.dispose();
    return released;
  }

  dispose(): void {
    for (const gradient of this.#sums.values()) gradient.dispose();
    this.#sums.clear();
  }
}

/** The ids of `inputs`, and of all tensors on the tape that are computed from them. */
function influencedBy(inputs: readonly Tensor[], tape: readonly TapeNode[]): ReadonlySet<number> {
  const ids = new Set(inputs.map(({ id }) => id));
  for (const { inputs, outputs } of tape) {
    for (const name in inputs) {
      if (!ids.has(inputs[name]!.id)) continue;
      for (const { id } of outputs) ids.add(id);
      break;
    }
  }
  return ids;
}

/** Takes the gradients of a node's outputs, and adds those of its inputs. */
function passBack(node: TapeNode, gradients: Gradients, influenced: ReadonlySet<number>): void {
  const { outputs, inputs, kernelName } = node;
  const dys = outputs.map((output) => gradients.take(output));
  try {
    if (dys.every((dy) => dy === undefined) || outputs.every(({ id }) => !influenced.has(id))) return;
    const { gradient } = node;
    if (gradient === undefined) throw new Error(`${kernelName} has no gradient`);
    scoped(() => {
      const gradientOf = gradient(dys as Tensor[]);
      for (const name in inputs) {
        const input = inputs[name]!;
        if (!influenced.has(input.id)) continue;
        const dx = gradientOf[name]!();
        gradients.add(input, dys.includes(dx) || dx.kept ? detach(dx) : dx);
      }
    });
  } finally {
    for (const dy of dys) dy?.dispose();
  }
}

function discard(tape: readonly TapeNode[]): void {
  for (const { saved } of tape) for (const tensor of saved ?? []) tensor.dispose();
}
