/** Values off the device without an extra copy where the device's memory can be seen. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { backend, type Tensor } from "@tensorflow/tfjs-core";

/** Copies a float32 tensor's values to `into`, which has their number. */
export function readInto(tensor: Tensor, into: Float32Array): void {
  const device = backend() as unknown as Partial<Pick<BackendWasm, "typedArrayFromHeap">>;
  into.set(
    (device.typedArrayFromHeap?.(tensor) as Float32Array | undefined) ?? (tensor.dataSync() as Float32Array),
  );
}
