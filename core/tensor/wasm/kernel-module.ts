/** The compiled kernels, living in the memory of the TensorFlow.js wasm backend: they read and write its tensors in place. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { type DataType, type TensorInfo, util } from "@tensorflow/tfjs-core";

/** A function of kernels/*.as. All arguments are numbers: addresses in bytes, sizes in elements. */
export type KernelFunction = (...args: number[]) => void;

/** What is used of the backend's Emscripten module. */
interface WasmModule {
  readonly asm: { readonly memory: WebAssembly.Memory };
  /** Replaced when the memory grows. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
}

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

  /** Where a tensor's first element lies. */
  at(tensor: TensorInfo): number {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** A tensor's elements, valid until the next allocation. */
  view(tensor: TensorInfo): Float32Array {
    return this.#backend.typedArrayFromHeap(tensor) as Float32Array;
  }

  /** A new tensor, owned by the kernel's caller; its content is undefined. */
  output(shape: readonly number[], dtype: DataType = "float32"): TensorInfo {
    return this.#backend.makeOutput([...shape], dtype);
  }

  zeros(shape: readonly number[]): TensorInfo {
    const tensor = this.output(shape);
    const start = this.at(tensor);
    this.#wasm.HEAPU8.fill(0, start, start + 4 * util.sizeFromShape([...shape]));
    return tensor;
  }

  /** Gives back an output that nobody will own. */
  release(tensor: TensorInfo): void {
    this.#backend.disposeData(tensor.dataId);
  }

  /** Working space of at least `floats` float32, the same one every time: one kernel uses it at a time. */
  scratch(floats: number): number {
    if (floats > this.#scratch.floats) {
      const size = Math.max(floats, 2 * this.#scratch.floats, 65_536);
      if (this.#scratch.floats > 0) this.#wasm._free(this.#scratch.address);
      this.#scratch = { address: this.#wasm._malloc(4 * size) >>> 0, floats: size };
    }
    return this.#scratch.address;
  }
}
