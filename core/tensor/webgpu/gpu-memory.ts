/** The memory that the WebGPU backend holds. */

import { findBackend } from "@tensorflow/tfjs-core";
import { WEBGPU_BACKEND } from "./backend-name.ts";

/** The pool of the backend, in which unused buffers wait for a tensor of exactly their size. */
interface BufferPool {
  readonly freeBuffers: Map<string, GPUBuffer[]>;
  numFreeBuffers: number;
  numBytesUsed: number;
  numBytesAllocated: number;
}

/**
 * The bytes of unused buffers that may stay, enough for one large sheet. Sheets of different sizes leave
 * buffers of different sizes, so that without a limit a few hundred sheets would fill any GPU.
 */
const KEPT_BYTES = 2 ** 30;

/** The bytes of live tensors, and all allocated bytes on the GPU. The device has to be open. */
export function gpuMemory(): { used: number; allocated: number } {
  const { numBytesUsed, numBytesAllocated } = pool();
  return { used: numBytesUsed, allocated: numBytesAllocated };
}

/** Frees all unused buffers once they hold more than `keep` bytes. Call it while no command is pending. */
export function releaseFreeBuffers(keep = KEPT_BYTES): void {
  const manager = pool();
  if (manager.numBytesAllocated - manager.numBytesUsed <= keep) return;
  for (const buffers of manager.freeBuffers.values()) {
    for (const buffer of buffers) {
      manager.numBytesAllocated -= buffer.size;
      manager.numFreeBuffers--;
      buffer.destroy();
    }
    buffers.length = 0;
  }
}

function pool(): BufferPool {
  return (findBackend(WEBGPU_BACKEND) as unknown as { bufferManager: BufferPool }).bufferManager;
}
