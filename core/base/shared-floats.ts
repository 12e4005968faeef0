/** Arrays of numbers that several threads of this process read and write in place. */

/** Zeros in shared memory. */
export function sharedFloats(length: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

export function isShared(array: Float32Array): array is Float32Array<SharedArrayBuffer> {
  return array.buffer instanceof SharedArrayBuffer;
}
