/**
 * A forward pass whose gradient is computed later, so that its results can be read in between. The gradient
 * functions of TensorFlow.js back-propagate at once, and keep every tensor of both passes until the end.
 */

import { Add, engine, type Tensor, tidy, util } from "@tensorflow/tfjs-core";
import type { TapeNode } from "@tensorflow/tfjs-core/dist/tape.js";
import { detach } from "./detach.ts";
import { runFused } from "./fused.ts";
import { scoped } from "./scoped.ts";

export class Recording {
  /** The results of the forward pass, owned by the caller's scope. */
  readonly outputs: readonly Tensor[];
  /** Null once the gradient was computed, or the recording disposed. */
  #tape: TapeNode[] | null;

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
   * The gradient of Σ outputs · slopes. Each tensor that was kept is disposed as soon as the gradient has
   * passed it, and so is each gradient that nobody asked for.
   *
   * @param slopes One per output, of its shape.
   * @param inputs Tensors that the forward pass was computed from, or that it computed.
   * @returns One gradient per input, owned by the caller's scope; undefined for an input without influence.
   * @throws {Error} At a second call and after `dispose`; if slopes or gradients do not fit their tensors; if
   * an operation has no gradient. Everything that was kept is disposed then, too.
   */
  backward(slopes: readonly Tensor[], inputs: readonly Tensor[]): (Tensor | undefined)[] {
    const tape = this.#tape;
    if (tape === null) throw new Error("A recording gives its gradient once, and not after its disposal");
    this.#tape = null;
    const wanted = new Set(inputs.map(({ id }) => id));
    const gradients = new Gradients(wanted);
    try {
      this.#begin(slopes, gradients);
      const influenced = influencedBy(wanted, tape);
      for (let node = tape.pop(); node !== undefined; node = tape.pop()) {
        try {
          passBack(node, gradients, influenced);
        } finally {
          discard([node]);
        }
      }
      return inputs.map((input) => gradients.take(input));
    } finally {
      gradients.dispose();
      discard(tape);
    }
  }

  /** Disposes what was kept for the gradient. A second call does nothing. */
  dispose(): void {
    discard(this.#tape ?? []);
    this.#tape = null;
  }

  #begin(slopes: readonly Tensor[], gradients: Gradients): void {
    const { outputs } = this;
    if (slopes.length !== outputs.length) {
      throw new Error(`Expected a slope for each of ${outputs.length} outputs, found ${slopes.length}`);
    }
    scoped(() => slopes.forEach((slope, i) => void gradients.add(outputs[i]!, detach(slope), `Slope ${i}`)));
  }
}

/** The sums of the gradients that have arrived, by tensor. They belong to no scope. */
class Gradients {
  readonly #wanted: ReadonlySet<number>;
  readonly #sums = new Map<number, Tensor>();

  /** @param wanted The ids of the tensors whose gradients stay when they are taken. */
  constructor(wanted: ReadonlySet<number>) {
    this.#wanted = wanted;
  }

  /**
   * Adds a gradient of `of`.
   *
   * @param gradient Belongs to the scope in use. It may become the sum, which belongs to no scope.
   * @param source Names what it comes from in an error.
   */
  add(of: Tensor, gradient: Tensor, source: string): void {
    if (gradient.dtype !== "float32" || !util.arraysEqual(gradient.shape, of.shape)) {
      const found = `${gradient.dtype} [${gradient.shape.join(", ")}]`;
      throw new Error(`${source}: expected a gradient float32 [${of.shape.join(", ")}], found ${found}`);
    }
    const old = this.#sums.get(of.id);
    const sum = old === undefined ? gradient : runFused(Add, { a: old, b: gradient })[0]!;
    sum.kept = true;
    this.#sums.set(of.id, sum);
    old?.dispose();
  }

  /** The gradient of a tensor, which the caller disposes or its scope; undefined if there is none. */
  take(of: Tensor): Tensor | undefined {
    const sum = this.#sums.get(of.id);
    if (sum === undefined) return undefined;
    if (this.#wanted.has(of.id)) return detach(sum);
    this.#sums.delete(of.id);
    return sum;
  }

  dispose(): void {
    for (const gradient of this.#sums.values()) gradient.dispose();
    this.#sums.clear();
  }
}

/** The ids `wanted`, and those of all tensors on the tape that are computed from these tensors. */
function influencedBy(wanted: ReadonlySet<number>, tape: readonly TapeNode[]): ReadonlySet<number> {
  const ids = new Set(wanted);
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
  const { outputs, inputs, kernelName, gradient } = node;
  const dys = outputs.map((output) => gradients.take(output));
  try {
    if (dys.every((dy) => dy === undefined)) return;
    const names = Object.keys(inputs).filter((name) => influenced.has(inputs[name]!.id));
    if (names.length === 0) return;
    if (gradient === undefined) throw new Error(`${kernelName} has no gradient`);
    scoped(() => {
      const gradientOf = gradient(dys as Tensor[]);
      const dxs = names.map((name) => {
        if (!gradientOf[name]) throw new Error(`${kernelName} has no gradient for its input ${name}`);
        return gradientOf[name]();
      });
      const own = dxs.map((dx, i) => (isOfScope(dx) && dxs.indexOf(dx) === i ? dx : detach(dx)));
      for (const [i, name] of names.entries()) gradients.add(inputs[name]!, own[i]!, kernelName);
    });
  } finally {
    for (const dy of dys) dy?.dispose();
  }
}

/** Whether the scope in use made a tensor and disposes it. Other tensors have another owner. */
function isOfScope({ kept, scopeId }: Tensor): boolean {
  return !kept && scopeId === engine().state.activeScope.id;
}

function discard(tape: readonly TapeNode[]): void {
  for (const { saved } of tape) for (const tensor of saved ?? []) tensor.dispose();
}
