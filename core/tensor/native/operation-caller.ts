/** Calls operations of TensorFlow by name, with as little around them as the binding allows. */

import { ptr } from "bun:ffi";
import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";

/** The backend of `@tensorflow/tfjs-node-gpu`, as far as it is used here. */
export interface NodeBackend {
  readonly binding: {
    readonly TF_INT32: number;
    readonly TF_FLOAT: number;
    readonly TF_ATTR_INT: number;
    createTensor(shape: readonly number[], dtype: number, values: Int32Array | Float32Array): number;
    deleteTensor(id: number): void;
    executeOp(
      name: string,
      attributes: readonly object[],
      inputs: readonly number[],
      outputs: number,
    ): { id: number }[];
  };
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  createOutputTensor(metadata: { id: number }): Tensor;
}

/** Numbers beside the tensors of a call: integers (also booleans and 32-bit words), and floats as their bits. */
export type Parameter = number | boolean | { readonly float: number };

export class OperationCaller {
  readonly #backend: NodeBackend;
  /** The tensor without elements that stands for an absent input. */
  readonly #absent: number;
  readonly #bits = new DataView(new ArrayBuffer(4));

  constructor(backend: NodeBackend) {
    this.#backend = backend;
    this.#absent = backend.binding.createTensor([0], backend.binding.TF_FLOAT, new Float32Array(0));
  }

  /**
   * @param inputs In the operation's order; undefined where an optional one is absent.
   * @param parameters The last input, if the operation has any.
   * @returns The outputs, owned by the caller.
   */
  call(
    operation: string,
    inputs: readonly (TensorInfo | undefined)[],
    outputs: number,
    parameters?: readonly Parameter[],
  ): Tensor[] {
    const { binding } = this.#backend;
    const given = inputs.map((input) =>
      input === undefined ? this.#absent : (this.#backend.getInputTensorIds([input])[0] as number),
    );
    if (parameters === undefined) return this.#execute(operation, given, outputs);
    const words = Int32Array.from(parameters, (value) => this.#word(value));
    const id = binding.createTensor([words.length], binding.TF_INT32, words);
    try {
      return this.#execute(operation, [...given, id], outputs);
    } finally {
      binding.deleteTensor(id);
    }
  }

  /**
   * Copies float32 tensors to arrays on the host, or adds them, all in one operation.
   *
   * @param into For each tensor an array of its size.
   */
  copyOut(tensors: readonly TensorInfo[], into: readonly Float32Array[], add: boolean): void {
    const { binding } = this.#backend;
    const words = new Int32Array(1 + 3 * tensors.length);
    words[0] = add ? 1 : 0;
    into.forEach((array, i) => {
      const address = ptr(array);
      words.set([(address % 2 ** 32) | 0, Math.floor(address / 2 ** 32), array.length], 1 + 3 * i);
    });
    const id = binding.createTensor([words.length], binding.TF_INT32, words);
    try {
      const count = { name: "N", type: binding.TF_ATTR_INT, value: tensors.length };
      this.#execute("TableCopyOut", [...this.#backend.getInputTensorIds(tensors), id], 0, [count]);
    } finally {
      binding.deleteTensor(id);
    }
  }

  #execute(operation: string, ids: readonly number[], outputs: number, attributes: object[] = []): Tensor[] {
    return this.#backend.binding
      .executeOp(operation, attributes, ids, outputs)
      .map((metadata) => this.#backend.createOutputTensor(metadata));
  }

  #word(value: Parameter): number {
    if (typeof value === "boolean") return value ? 1 : 0;
    if (typeof value === "number") return value | 0;
    this.#bits.setFloat32(0, value.float);
    return this.#bits.getInt32(0);
  }
}
