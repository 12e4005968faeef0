/** The values of a PyTorch file: plain data and dense tensors, nothing that runs. */

/** The element types that are read and written, with PyTorch's names. */
export type DType = keyof typeof DTYPES;

/** The array that holds a tensor's elements. float16 and bfloat16 keep their raw bits, bool is 0 or 1. */
export type TensorData =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint16Array
  | Uint8Array;

/** For each element type its array, its size in bytes and its storage class in PyTorch's files. */
export const DTYPES = {
  float32: { array: Float32Array, bytes: 4, storage: "FloatStorage" },
  float64: { array: Float64Array, bytes: 8, storage: "DoubleStorage" },
  float16: { array: Uint16Array, bytes: 2, storage: "HalfStorage" },
  bfloat16: { array: Uint16Array, bytes: 2, storage: "BFloat16Storage" },
  int64: { array: BigInt64Array, bytes: 8, storage: "LongStorage" },
  int32: { array: Int32Array, bytes: 4, storage: "IntStorage" },
  int16: { array: Int16Array, bytes: 2, storage: "ShortStorage" },
  int8: { array: Int8Array, bytes: 1, storage: "CharStorage" },
  uint8: { array: Uint8Array, bytes: 1, storage: "ByteStorage" },
  bool: { array: Uint8Array, bytes: 1, storage: "BoolStorage" },
} as const;

/** A dense tensor in row-major order. It does not own a copy: `data` may be a view of the caller's memory. */
export class PtTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorData;

  /**
   * @throws {RangeError} If `data` is not an array for `dtype`, or does not have the size of `shape` ([]
   *   has one element).
   */
  constructor(dtype: DType, shape: readonly number[], data: TensorData) {
    const count = elementCount(shape);
    if (!(data instanceof DTYPES[dtype].array) || data.length !== count) {
      throw new RangeError(
        `A ${dtype} tensor of shape [${shape.join(", ")}] needs ${count} elements in a ` +
          `${DTYPES[dtype].array.name}, got ${data.length} in a ${data.constructor.name}`,
      );
    }
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }

  /**
   * The elements as float32, in a new array. float64 and large integers are rounded to the nearest float32.
   */
  toFloat32(): Float32Array {
    const { data } = this;
    if (this.dtype === "float16") {
      return new Float32Array(new Float16Array(data.buffer as ArrayBuffer, data.byteOffset, data.length));
    }
    if (this.dtype === "bfloat16") {
      // A bfloat16 is the upper half of a float32: moving bits keeps even the payloads of NaN.
      const bits = Uint32Array.from(data as Uint16Array, (half) => half * 0x1_0000);
      return new Float32Array(bits.buffer);
    }
    if (data instanceof BigInt64Array) return Float32Array.from(data, Number);
    return new Float32Array(data as Exclude<TensorData, BigInt64Array>);
  }

  /** The elements as float32: the tensor's own array where it is one, otherwise a new one. */
  asFloat32(): Float32Array {
    return this.data instanceof Float32Array ? this.data : this.toFloat32();
  }

  /** The only element, as a number. @throws {RangeError} If there is not exactly one. */
  item(): number {
    if (this.data.length !== 1)
      throw new RangeError(`A tensor of ${this.data.length} elements is not one number`);
    return Number(this.data instanceof Uint16Array ? this.toFloat32()[0] : this.data[0]);
  }
}

/** A number that is written as a Python float even if it is whole: `1.0`, for a learning rate of 1. */
export class PtFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Values that are written as a Python tuple. Arrays are written as lists. */
export class PtTuple {
  readonly items: readonly PtWritable[];

  constructor(items: readonly PtWritable[]) {
    this.items = items;
  }
}

/**
 * A value as read. Dictionaries (also OrderedDicts) are Maps, tuples are arrays, whole numbers beyond 2^53
 * are bigints.
 */
export type PtValue = null | boolean | number | bigint | string | PtTensor | PtValue[] | PtMap;

/** A dictionary as read. */
export type PtMap = Map<string | number, PtValue>;

/**
 * A value to write. Whole numbers become Python ints, others floats; plain objects and Maps become
 * dictionaries.
 */
export type PtWritable =
  | null
  | boolean
  | number
  | bigint
  | string
  | PtTensor
  | PtFloat
  | PtTuple
  | readonly PtWritable[]
  | ReadonlyMap<string | number, PtWritable>
  | { readonly [key: string]: PtWritable };

/** The product of the sizes; 1 for a scalar's []. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}
