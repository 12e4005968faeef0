/** Encodes values as the pickle (protocol 2) and the storages of a PyTorch file. */

import { isPlainObject } from "../base/plain-object.ts";
import { ByteWriter } from "./byte-writer.ts";
import { DTYPES, PtFloat, PtTensor, PtTuple, type PtWritable, type TensorData } from "./pt-value.ts";

/** Opcodes of Python's pickletools that the encoder uses. */
const OP = {
  mark: 0x28,
  emptyTuple: 0x29,
  stop: 0x2e,
  binfloat: 0x47,
  binint: 0x4a,
  binint1: 0x4b,
  binint2: 0x4d,
  none: 0x4e,
  binpersid: 0x51,
  reduce: 0x52,
  binunicode: 0x58,
  emptyList: 0x5d,
  appends: 0x65,
  binget: 0x68,
  longBinget: 0x6a,
  binput: 0x71,
  longBinput: 0x72,
  tuple: 0x74,
  setitems: 0x75,
  global: 0x63,
  emptyDict: 0x7d,
  proto: 0x80,
  newtrue: 0x88,
  newfalse: 0x89,
  long1: 0x8a,
} as const;

/** An encoded value; `storages[i]` is the file's entry `data/{i}`. */
export interface EncodedValue {
  readonly pickle: Uint8Array;
  readonly storages: readonly TensorData[];
}

/**
 * Encodes a value. Tensors over the same memory become one storage, so tied weights stay tied. No data is
 * copied.
 *
 * @throws {TypeError} If a value cannot be encoded; it names the place (`optimizer_state_dict.state`).
 */
export function encodePickle(value: PtWritable): EncodedValue {
  const encoder = new Encoder();
  return encoder.encode(value);
}

class Encoder {
  readonly #out = new ByteWriter(1 << 16);
  readonly #text = new TextEncoder();
  /** Memo numbers of strings and globals, which are often repeated. */
  readonly #memo = new Map<string, number>();
  readonly #storages: TensorData[] = [];
  readonly #storageIndex = new Map<string, number>();
  readonly #buffers = new Map<ArrayBufferLike, number>();
  /** The containers around the current value. If one of them occurs again, there is a cycle. */
  readonly #open = new Set<object>();

  encode(value: PtWritable): EncodedValue {
    this.#out.u8(OP.proto);
    this.#out.u8(2);
    this.#value(value, []);
    this.#out.u8(OP.stop);
    return { pickle: this.#out.written, storages: this.#storages };
  }

  #value(value: PtWritable, path: readonly (string | number)[]): void {
    const out = this.#out;
    if (value === null) out.u8(OP.none);
    else if (value === true) out.u8(OP.newtrue);
    else if (value === false) out.u8(OP.newfalse);
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "bigint") this.#integer(value);
    else if (typeof value === "string") this.#string(value);
    else if (value instanceof PtFloat) this.#float(value.value);
    else if (value instanceof PtTensor) this.#tensor(value);
    else if (typeof value === "object") this.#container(value, path);
    else throw new TypeError(`${place(path)} is ${typeof value}, which a PyTorch file cannot hold`);
  }

  #container(value: Extract<PtWritable, object>, path: readonly (string | number)[]): void {
    if (this.#open.has(value)) throw new TypeError(`${place(path)} contains itself`);
    this.#open.add(value);
    if (value instanceof PtTuple) this.#tuple(value.items, path);
    else if (Array.isArray(value)) this.#list(value as readonly PtWritable[], path);
    else if (value instanceof Map) this.#dictionary(value.entries(), path);
    else if (isPlainObject(value)) this.#dictionary(Object.entries(value), path);
    else {
      throw new TypeError(`${place(path)} is a ${value.constructor.name}, which a PyTorch file cannot hold`);
    }
    this.#open.delete(value);
  }

  #number(value: number): void {
    if (!Number.isInteger(value) || Object.is(value, -0)) this.#float(value);
    else if (Number.isSafeInteger(value)) this.#integer(BigInt(value));
    else this.#float(value); // beyond 2^53 a number is a measurement, not a count
  }

  #float(value: number): void {
    this.#out.u8(OP.binfloat);
    this.#out.f64BigEndian(value);
  }

  #integer(value: bigint): void {
    const out = this.#out;
    const small = Number(value);
    if (small >= 0 && small < 2 ** 8) {
      out.u8(OP.binint1);
      out.u8(small);
    } else if (small >= 0 && small < 2 ** 16) {
      out.u8(OP.binint2);
      out.u16(small);
    } else if (small >= -(2 ** 31) && small < 2 ** 31) {
      out.u8(OP.binint);
      out.i32(small);
    } else {
      let bytes = 5;
      while (BigInt.asIntN(8 * bytes, value) !== value) bytes++;
      if (bytes > 255) throw new TypeError("An integer of more than 255 bytes cannot be written");
      out.u8(OP.long1);
      out.u8(bytes);
      for (let i = 0; i < bytes; i++) out.u8(Number(BigInt.asUintN(8, value >> BigInt(8 * i))));
    }
  }

  #string(value: string): void {
    if (this.#recall(`s${value}`)) return;
    const bytes = this.#text.encode(value);
    this.#out.u8(OP.binunicode);
    this.#out.u32(bytes.length);
    this.#out.bytes(bytes);
    this.#remember(`s${value}`);
  }

  #global(module: string, name: string): void {
    const key = `g${module} ${name}`;
    if (this.#recall(key)) return;
    this.#out.u8(OP.global);
    this.#out.bytes(this.#text.encode(`${module}\n${name}\n`));
    this.#remember(key);
  }

  /** `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)`. */
  #tensor({ dtype, shape, data }: PtTensor): void {
    const out = this.#out;
    this.#global("torch._utils", "_rebuild_tensor_v2");
    out.u8(OP.mark);
    out.u8(OP.mark);
    this.#string("storage");
    this.#global("torch", DTYPES[dtype].storage);
    this.#string(String(this.#storage(dtype, data)));
    this.#string("cpu");
    this.#number(data.length);
    out.u8(OP.tuple);
    out.u8(OP.binpersid);
    this.#number(0);
    this.#numbers(shape);
    this.#numbers(rowMajorStrides(shape));
    out.u8(OP.newfalse);
    this.#global("collections", "OrderedDict");
    out.u8(OP.emptyTuple);
    out.u8(OP.reduce);
    out.u8(OP.tuple);
    out.u8(OP.reduce);
  }

  #numbers(values: readonly number[]): void {
    this.#out.u8(OP.mark);
    for (const value of values) this.#number(value);
    this.#out.u8(OP.tuple);
  }

  #storage(dtype: string, data: TensorData): number {
    const buffer = this.#buffers.get(data.buffer) ?? this.#buffers.size;
    this.#buffers.set(data.buffer, buffer);
    const key = `${dtype} ${buffer} ${data.byteOffset} ${data.length}`;
    const known = this.#storageIndex.get(key);
    if (known !== undefined) return known;
    this.#storageIndex.set(key, this.#storages.length);
    return this.#storages.push(data) - 1;
  }

  #tuple(items: readonly PtWritable[], path: readonly (string | number)[]): void {
    this.#out.u8(OP.mark);
    for (const [i, item] of items.entries()) this.#value(item, [...path, i]);
    this.#out.u8(OP.tuple);
  }

  #list(items: readonly PtWritable[], path: readonly (string | number)[]): void {
    this.#out.u8(OP.emptyList);
    this.#out.u8(OP.mark);
    for (const [i, item] of items.entries()) this.#value(item, [...path, i]);
    this.#out.u8(OP.appends);
  }

  #dictionary(entries: Iterable<[string | number, PtWritable]>, path: readonly (string | number)[]): void {
    this.#out.u8(OP.emptyDict);
    this.#out.u8(OP.mark);
    for (const [key, value] of entries) {
      if (value === undefined) continue; // left out, as in JSON
      if (typeof key === "string") this.#string(key);
      else this.#number(key);
      this.#value(value, [...path, key]);
    }
    this.#out.u8(OP.setitems);
  }

  #recall(key: string): boolean {
    const index = this.#memo.get(key);
    if (index === undefined) return false;
    this.#memoOp(OP.binget, OP.longBinget, index);
    return true;
  }

  #remember(key: string): void {
    this.#memoOp(OP.binput, OP.longBinput, this.#memo.size);
    this.#memo.set(key, this.#memo.size);
  }

  #memoOp(short: number, long: number, index: number): void {
    if (index < 256) {
      this.#out.u8(short);
      this.#out.u8(index);
    } else {
      this.#out.u8(long);
      this.#out.u32(index);
    }
  }
}

/** The stride of each axis in elements; the last axis is contiguous. */
function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= Math.max(1, shape[axis] as number);
  }
  return strides;
}

function place(path: readonly (string | number)[]): string {
  return path.length === 0 ? "The value" : path.join(".");
}
