/** Memory that the WebGPU backend holds. */

import { findBackend } from "@tensorflow/tfjs-core";
import { WEBGPU_BACKEND } from "./backend-name.ts";

/** The backend's pool: buffers that no tensor uses any more wait here for one of exactly their size. */
interface BufferPool {
  readonly freeBuffers: Map<string, GPUBuffer[]>;
  numFreeBuffers: number;
  numBytesUsed: number;
  numBytesAllocated: number;
}

/**
 * Bytes of unused buffers that may stay: those of one large sheet. Each size of sheet leaves buffers of its own sizes, so
 * without a limit a few hundred sheets would fill any GPU.
 */
const KEPT_BYTES = 2 ** 30;

/** Bytes on the GPU: those of live tensors, and all that is allocated. The device has to be open. */
export function gpuMemory(): { used: number; allocated: number } {
  const { numBytesUsed, numBytesAllocated } = pool();
  return { used: numBytesUsed, allocated: numBytesAllocated };
}

/** Gives all unused buffers back to the driver once they have more than `keep` bytes. Call when no command is pending. */
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
