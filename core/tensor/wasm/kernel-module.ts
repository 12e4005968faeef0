/** The compiled kernels, which read and write tensors in the memory of the wasm backend of TensorFlow.js. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { type DataType, type TensorInfo, util } from "@tensorflow/tfjs-core";

/** A function of kernels/*.as. All arguments are numbers: addresses in bytes, sizes in elements. */
export type KernelFunction = (...args: number[]) => void;

/** The part of the backend's Emscripten module that is used here. */
interface WasmModule {
  readonly asm: { readonly memory: WebAssembly.Memory };
  /** It is replaced when the memory grows. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** The kernels, instantiated once per backend. */
export class KernelModule {
  readonly functions: Readonly<Record<string, KernelFunction>>;
  readonly #backend: BackendWasm;
  readonly #wasm: WasmModule;
  #scratch = { address: 0, floats: 0 };

  constructor(backend: BackendWasm) {
    const module = new WebAssembly.Module(readFileSync(join(import.meta.dir, "kernels.wasm")));
    this.#backend = backend;
    this.#wasm = backend.wasm as unknown as WasmModule;
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#wasm.asm.memory } });
    this.functions = exports as Record<string, KernelFunction>;
  }

  /** The address of the first element of a tensor, in bytes. */
  at(tensor: TensorInfo): number {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** The elements of a tensor, valid until the next allocation. */
  view(tensor: TensorInfo): Float32Array {
    return this.#backend.typedArrayFromHeap(tensor) as Float32Array;
  }

  /** A new tensor with undefined content, owned by the caller of the kernel. */
  output(shape: readonly number[], dtype: DataType = "float32"): TensorInfo {
    return this.#backend.makeOutput([...shape], dtype);
  }

  /** A new float32 tensor of zeros, owned by the caller of the kernel. */
  zeros(shape: readonly number[]): TensorInfo {
    const tensor = this.output(shape);
    const start = this.at(tensor);
    this.#wasm.HEAPU8.fill(0, start, start + 4 * util.sizeFromShape([...shape]));
    return tensor;
  }

  /** Frees an output that no caller gets. */
  release(tensor: TensorInfo): void {
    this.#backend.disposeData(tensor.dataId);
  }

  /**
   * The address of working space for at least `floats` float32. All kernels share it, so one uses it at a
   * time.
   */
  scratch(floats: number): number {
    if (floats > this.#scratch.floats) {
      const size = Math.max(floats, 2 * this.#scratch.floats, 65_536);
      if (this.#scratch.floats > 0) this.#wasm._free(this.#scratch.address);
      this.#scratch = { address: this.#wasm._malloc(4 * size) >>> 0, floats: size };
    }
    return this.#scratch.address;
  }
}
