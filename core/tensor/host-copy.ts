/** Copies values between the host and the device, directly where the host can access the device's memory. */

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { backend, type Tensor } from "@tensorflow/tfjs-core";

/** A backend that copies many float32 tensors to the host in one call, or adds them to arrays there. */
export interface HostCopier {
  copyOut(tensors: readonly Tensor[], into: readonly Float32Array[], add: boolean): void;
}

/** The memory of a tensor, valid until the next allocation; null if the host cannot access it. */
function visible(tensor: Tensor): Float32Array | null {
  const device = backend() as unknown as Partial<Pick<BackendWasm, "typedArrayFromHeap">>;
  return (device.typedArrayFromHeap?.(tensor) as Float32Array | undefined) ?? null;
}

/** Copies the values of a float32 tensor to `into`, an array of its size. With `add`, adds them. */
function readInto(tensor: Tensor, into: Float32Array, add = false): void {
  const values = visible(tensor) ?? (tensor.dataSync() as Float32Array);
  if (add) for (let i = 0; i < into.length; i++) into[i] = into[i]! + values[i]!;
  else into.set(values);
}

/** `readInto` for many tensors, each with an array of its own. */
export function readAllInto(tensors: readonly Tensor[], into: readonly Float32Array[], add = false): void {
  const device = backend() as unknown as Partial<HostCopier>;
  if (device.copyOut && tensors.length > 0) device.copyOut(tensors, into, add);
  else tensors.forEach((tensor, i) => void readInto(tensor, into[i]!, add));
}

/**
 * Overwrites the values of a float32 tensor in place.
 *
 * @returns False if the device does not allow it.
 */
export function overwrite(tensor: Tensor, values: Float32Array): boolean {
  const place = visible(tensor);
  place?.set(values);
  return place !== null;
}
