/** Calls operations of TensorFlow by name, with as little around them as the binding allows. */

import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";

/** The backend of `@tensorflow/tfjs-node-gpu`, as far as it is used here. */
export interface NodeBackend {
  readonly binding: {
    readonly TF_INT32: number;
    readonly TF_FLOAT: number;
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

  #execute(operation: string, ids: readonly number[], outputs: number): Tensor[] {
    return this.#backend.binding
      .executeOp(operation, [], ids, outputs)
      .map((metadata) => this.#backend.createOutputTensor(metadata));
  }

  #word(value: Parameter): number {
    if (typeof value === "boolean") return value ? 1 : 0;
    if (typeof value === "number") return value | 0;
    this.#bits.setFloat32(0, value.float);
    return this.#bits.getInt32(0);
  }
}
