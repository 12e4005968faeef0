/** Builds dense tensors from the storages of a PyTorch file. */

import { DTYPES, type DType, elementCount, PtTensor, type TensorData } from "./pt-value.ts";
import { unreadable } from "./read-error.ts";
import type { StoredZip } from "./stored-zip-reader.ts";

/** A storage that the pickle names. Its bytes are read when the first of its tensors is built. */
export class StorageReference {
  readonly key: string;
  readonly dtype: DType;
  /** Elements. */
  readonly length: number;

  constructor(key: string, dtype: DType, length: number) {
    this.key = key;
    this.dtype = dtype;
    this.length = length;
  }
}

/** The most axes that PyTorch allows. */
const MAX_AXES = 64;

/** Builds the tensors of one file. Each storage is read once, and its tensors share the memory. */
export class TensorBuilder {
  readonly #zip: StoredZip;
  readonly #folder: string;
  readonly #swapBytes: boolean;
  readonly #storages = new Map<string, { dtype: DType; data: TensorData }>();

  constructor(zip: StoredZip, folder: string, byteOrder: "little" | "big") {
    this.#zip = zip;
    this.#folder = folder;
    this.#swapBytes = byteOrder === "big";
  }

  /**
   * The tensor that begins at element `offset` of `storage` and has the given strides (in elements). A
   * contiguous tensor is a view of the storage. Any other one is a row-major copy.
   *
   * @param where The name of the tensor, as far as it is known, for messages.
   * @throws {UserError} If the tensor reaches beyond its storage, or the storage beyond the file.
   */
  build(
    storage: StorageReference,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
    where: string,
  ): PtTensor {
    this.#check(storage, offset, shape, strides, where);
    const count = elementCount(shape);
    const data = this.#storage(storage, where);
    if (count === 0) return new PtTensor(storage.dtype, shape, data.subarray(0, 0));
    if (isContiguous(shape, strides)) {
      return new PtTensor(storage.dtype, shape, data.subarray(offset, offset + count));
    }
    this.#zip.budget.take(count * DTYPES[storage.dtype].bytes, where);
    return new PtTensor(storage.dtype, shape, gather(data, offset, shape, strides, count));
  }

  #check(
    storage: StorageReference,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
    where: string,
  ): void {
    const numbers = [offset, ...shape, ...strides];
    const sound =
      shape.length === strides.length &&
      shape.length <= MAX_AXES &&
      numbers.every((value) => Number.isSafeInteger(value) && value >= 0);
    if (!sound) {
      throw this.#wrong(
        where,
        "sizes and strides of the same number",
        `${shape.length} and ${strides.length}`,
      );
    }
    if (shape.includes(0)) return; // reads nothing
    const last = shape.reduce((index, size, axis) => index + (size - 1) * strides[axis]!, offset);
    if (last >= storage.length || !Number.isSafeInteger(elementCount(shape))) {
      throw this.#wrong(
        where,
        `at most ${storage.length} elements`,
        `element ${last} of shape [${shape.join(", ")}]`,
      );
    }
  }

  #storage({ key, dtype, length }: StorageReference, where: string): TensorData {
    const known = this.#storages.get(key);
    if (known) {
      if (known.dtype === dtype && known.data.length === length) return known.data;
      throw this.#wrong(
        where,
        `storage ${key} as ${known.dtype}[${known.data.length}]`,
        `${dtype}[${length}]`,
      );
    }
    const name = `${this.#folder}/data/${key}`;
    const { array, bytes: size } = DTYPES[dtype];
    const entryBytes = this.#zip.sizeOf(name);
    if (entryBytes !== length * size) {
      throw this.#wrong(
        where,
        `${length * size} bytes in ${name}`,
        entryBytes === null ? "no such entry" : `${entryBytes}`,
      );
    }
    const bytes = this.#zip.read(name, where);
    if (this.#swapBytes) swapBytes(bytes, size);
    const data = new array(bytes.buffer);
    this.#storages.set(key, { dtype, data });
    return data;
  }

  #wrong(where: string, expected: string, got: string) {
    return unreadable(this.#zip.path, {
      where,
      expected,
      got,
      fix: "the file is damaged or was tampered with",
    });
  }
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue; // its stride does not matter
    if (strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
}

/** Copies a strided view in row-major order, as integers: floats would lose the payloads of NaN. */
function gather(
  data: TensorData,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): TensorData {
  const result = new (data.constructor as new (length: number) => TensorData)(count);
  const { source, target, words } = asIntegers(data, result);
  const index = new Array<number>(shape.length).fill(0);
  let from = offset;
  for (let to = 0; to < count; to++) {
    for (let word = 0; word < words; word++) target[to * words + word] = source[from * words + word]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

function asIntegers(data: TensorData, result: TensorData) {
  const words = data.BYTES_PER_ELEMENT === 8 ? 2 : 1;
  const unsigned = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[data.BYTES_PER_ELEMENT / words];
  if (!unsigned) throw new Error(`No integers of ${data.BYTES_PER_ELEMENT} bytes`);
  const view = (array: TensorData) =>
    new unsigned(array.buffer as ArrayBuffer, array.byteOffset, array.length * words);
  return { source: view(data), target: view(result), words };
}

function swapBytes(bytes: Uint8Array<ArrayBuffer>, size: number): void {
  const buffer = Buffer.from(bytes.buffer);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}
