/** Values between the host and the device, without an extra copy where the device's memory can be seen. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { backend, type Tensor } from "@tensorflow/tfjs-core";

/** A backend that copies many float32 tensors to the host, or adds them to what is there, in one go. */
export interface HostCopier {
  copyOut(tensors: readonly Tensor[], into: readonly Float32Array[], add: boolean): void;
}

/** The tensor's own memory if the host can see it (valid until the next allocation), else null. */
function visible(tensor: Tensor): Float32Array | null {
  const device = backend() as unknown as Partial<Pick<BackendWasm, "typedArrayFromHeap">>;
  return (device.typedArrayFromHeap?.(tensor) as Float32Array | undefined) ?? null;
}

/** Copies a float32 tensor's values to `into`, which has their number; with `add`, adds them. */
export function readInto(tensor: Tensor, into: Float32Array, add = false): void {
  const values = visible(tensor) ?? (tensor.dataSync() as Float32Array);
  if (add) for (let i = 0; i < into.length; i++) into[i] = into[i]! + values[i]!;
  else into.set(values);
}

/** `readInto` for many tensors, each into an array of its own. */
export function readAllInto(tensors: readonly Tensor[], into: readonly Float32Array[], add = false): void {
  const device = backend() as unknown as Partial<HostCopier>;
  if (device.copyOut && tensors.length > 0) device.copyOut(tensors, into, add);
  else tensors.forEach((tensor, i) => void readInto(tensor, into[i]!, add));
}

/** Overwrites a float32 tensor's values in place. @returns False where the device does not allow it. */
export function overwrite(tensor: Tensor, values: Float32Array): boolean {
  const place = visible(tensor);
  place?.set(values);
  return place !== null;
}
