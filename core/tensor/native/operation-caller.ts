/** Calls operations of TensorFlow by name, with the least overhead that the binding allows. */

import { ptr } from "bun:ffi";
import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";

/** The part of the backend of `@tensorflow/tfjs-node-gpu` that is used here. */
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

/**
 * A number beside the tensors of a call: an integer, a boolean, a 32-bit word, or a float, passed as its
 * bits.
 */
export type Parameter = number | boolean | { readonly float: number };

/** Calls operations on one backend. */
export class OperationCaller {
  readonly #backend: NodeBackend;
  /** A tensor without elements, which stands for absent inputs. */
  readonly #absent: number;
  readonly #bits = new DataView(new ArrayBuffer(4));

  constructor(backend: NodeBackend) {
    this.#backend = backend;
    this.#absent = backend.binding.createTensor([0], backend.binding.TF_FLOAT, new Float32Array(0));
  }

  /**
   * Calls an operation.
   *
   * @param inputs In the order of the operation; undefined for an absent optional one.
   * @param outputs The number of outputs.
   * @param parameters The last input, for operations that have one.
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
   * Copies float32 tensors to arrays on the host in one operation. With `add`, adds them.
   *
   * @param into One array per tensor, of its size.
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
