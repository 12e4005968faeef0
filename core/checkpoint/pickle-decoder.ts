/**
 * Decodes the pickle of a PyTorch file. It knows a fixed set of names and of opcodes (those of protocol 2
 * that `torch.save` writes), and refuses all others by name. It never runs or looks up anything that a file
 * names.
 */

import { ByteReader } from "./byte-reader.ts";
import { type Callable, Global, isCallable, isDTypeName, opcodeName, storageDType } from "./pickle-names.ts";
import { kindOf, notPlain } from "./plain-value.ts";
import { PtTensor, type PtValue } from "./pt-value.ts";
import { DAMAGED, unreadable } from "./read-error.ts";
import type { StoredZip } from "./stored-zip-reader.ts";
import { StorageReference, type TensorBuilder } from "./tensor-builder.ts";

/** What the stack holds: values, and the parts from which tensors are built. */
type Item = PtValue | Item[] | Map<string | number, Item> | Global | StorageReference;

/** The memory that values take, in bytes, estimated generously. */
const COST = {
  item: 32,
  list: 128,
  dictionary: 400,
  entry: 128,
  text: 96,
  integer: 160,
  memo: 96,
  tensor: 400,
} as const;

/** @throws {UserError} If the pickle is wrong; it names the tensor, or the byte of the pickle. */
export function decodePickle(bytes: Uint8Array, zip: StoredZip, tensors: TensorBuilder): PtValue {
  return new Decoder(bytes, zip, tensors).decode();
}

class Decoder {
  readonly #input: ByteReader;
  readonly #zip: StoredZip;
  readonly #tensors: TensorBuilder;
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #stack: Item[] = [];
  /** Stack heights at the open marks. Values below the last one cannot be reached. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, Item>();

  constructor(bytes: Uint8Array, zip: StoredZip, tensors: TensorBuilder) {
    this.#input = new ByteReader(bytes, (expected, got) => this.#broken(expected, got));
    this.#zip = zip;
    this.#tensors = tensors;
  }

  decode(): PtValue {
    for (;;) {
      const opcode = this.#input.u8();
      if (opcode === 0x2e) return this.#stop();
      this.#step(opcode);
    }
  }

  /** Handles one opcode; the comments have its name in Python's pickletools. */
  #step(opcode: number): void {
    // biome-ignore format: one opcode per line
    switch (opcode) {
      case 0x28: this.#mark(); break; // MARK
      case 0x29: this.#pushTuple([]); break; // EMPTY_TUPLE
      case 0x47: this.#push(this.#input.f64BigEndian()); break; // BINFLOAT
      case 0x4a: this.#push(this.#input.i32()); break; // BININT
      case 0x4b: this.#push(this.#input.u8()); break; // BININT1
      case 0x4d: this.#push(this.#input.u16()); break; // BININT2
      case 0x4e: this.#push(null); break; // NONE
      case 0x51: this.#persistentId(); break; // BINPERSID
      case 0x52: this.#reduce(); break; // REDUCE
      case 0x58: this.#text(this.#input.u32()); break; // BINUNICODE
      case 0x5d: this.#push([], COST.list); break; // EMPTY_LIST
      case 0x61: this.#append(this.#popMany(1)); break; // APPEND
      case 0x62: this.#build(); break; // BUILD
      case 0x63: this.#global(); break; // GLOBAL
      case 0x65: this.#append(this.#popToMark()); break; // APPENDS
      case 0x68: this.#recall(this.#input.u8()); break; // BINGET
      case 0x6a: this.#recall(this.#input.u32()); break; // LONG_BINGET
      case 0x71: this.#memoize(this.#input.u8()); break; // BINPUT
      case 0x72: this.#memoize(this.#input.u32()); break; // LONG_BINPUT
      case 0x73: this.#setItems(this.#popMany(2)); break; // SETITEM
      case 0x74: this.#pushTuple(this.#popToMark()); break; // TUPLE
      case 0x75: this.#setItems(this.#popToMark()); break; // SETITEMS
      case 0x7d: this.#push(new Map(), COST.dictionary); break; // EMPTY_DICT
      case 0x80: this.#protocol(this.#input.u8()); break; // PROTO
      case 0x85: this.#pushTuple(this.#popMany(1)); break; // TUPLE1
      case 0x86: this.#pushTuple(this.#popMany(2)); break; // TUPLE2
      case 0x87: this.#pushTuple(this.#popMany(3)); break; // TUPLE3
      case 0x88: this.#push(true); break; // NEWTRUE
      case 0x89: this.#push(false); break; // NEWFALSE
      case 0x8a: this.#integer(this.#input.u8()); break; // LONG1
      default: throw this.#refused(`the opcode ${opcodeName(opcode)}`);
    }
  }

  #stop(): PtValue {
    const value = this.#pop();
    if (this.#stack.length > 0) throw this.#broken("one value", "several");
    const problem = notPlain(value);
    if (problem) throw this.#broken(problem.expected, problem.got);
    return value as PtValue;
  }

  #protocol(version: number): void {
    if (version === 2) return;
    throw this.#refused(`pickle protocol ${version}`, "torch.save it with the default protocol, 2");
  }

  #mark(): void {
    this.#charge(COST.item);
    this.#marks.push(this.#stack.length);
  }

  #push(item: Item, cost = 0): void {
    this.#charge(COST.item + cost);
    this.#stack.push(item);
  }

  #pushTuple(items: Item[]): void {
    this.#push(items, COST.list + COST.item * items.length);
  }

  #text(length: number): void {
    const bytes = this.#input.bytes(length);
    this.#charge(2 * length);
    try {
      this.#push(this.#utf8.decode(bytes), COST.text);
    } catch (error) {
      if (error instanceof TypeError) throw this.#broken("text in UTF-8", "other bytes");
      throw error;
    }
  }

  /** A little-endian two's complement integer of up to 255 bytes. */
  #integer(length: number): void {
    const digits = Buffer.from(this.#input.bytes(length)).reverse().toString("hex");
    const value = BigInt.asIntN(8 * length, BigInt(`0x0${digits}`));
    this.#push(Number.isSafeInteger(Number(value)) ? Number(value) : value, length + COST.integer);
  }

  #global(): void {
    const name = `${this.#input.line(255)} ${this.#input.line(255)}`;
    if (isDTypeName(name)) this.#push(name.replace(" ", "."), COST.text);
    else if (isCallable(name) || storageDType(name)) this.#push(new Global(name), COST.text);
    else throw this.#refused(`the name ${name.replace(" ", ".")}`);
  }

  #memoize(index: number): void {
    this.#charge(COST.memo);
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    const item = this.#memo.get(index);
    if (item === undefined) throw this.#broken("a reference to what came before", `number ${index}`);
    this.#push(item);
  }

  #append(items: readonly Item[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#broken("a list to append to", kindOf(list));
    this.#charge(COST.item * items.length);
    for (const item of items) (list as Item[]).push(item);
  }

  #setItems(items: readonly Item[]): void {
    const map = this.#top();
    if (!(map instanceof Map)) throw this.#broken("a dictionary to fill", kindOf(map));
    if (items.length % 2 !== 0) throw this.#broken("a value for every key", "a key without one");
    this.#charge((COST.entry * items.length) / 2);
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (typeof key !== "string" && typeof key !== "number") {
        throw this.#broken("keys that are text or numbers", kindOf(key));
      }
      (map as Map<string | number, Item>).set(key, items[i + 1]!);
    }
  }

  /** A storage: ("storage", class, key, device, number of elements). A tensor reads its bytes later. */
  #persistentId(): void {
    const id = this.#pop();
    const [tag, type, key, , length] = Array.isArray(id) ? (id as Item[]) : [];
    const dtype = type instanceof Global ? storageDType(type.name) : null;
    if (tag !== "storage" || !dtype || typeof key !== "string" || typeof length !== "number") {
      throw this.#broken("a storage of a known type", type instanceof Global ? type.name : kindOf(id));
    }
    this.#push(new StorageReference(key, dtype, length), COST.text);
  }

  /** A function call in Python. */
  #reduce(): void {
    const args = this.#pop();
    const callee = this.#pop();
    if (!(callee instanceof Global) || !isCallable(callee.name) || !Array.isArray(args)) {
      throw this.#broken("a call of a known function", kindOf(callee));
    }
    this.#push(this.#call(callee.name, args as Item[]), COST.tensor);
  }

  #call(name: Callable, args: readonly Item[]): Item {
    switch (name) {
      case "torch._utils _rebuild_tensor":
      case "torch._utils _rebuild_tensor_v2":
        return this.#tensor(args);
      case "torch._utils _rebuild_parameter":
      case "torch._utils _rebuild_parameter_with_state":
        // (data, requires_grad, backward_hooks[, state])
        if (args[0] instanceof PtTensor) return args[0];
        throw this.#broken("a tensor as parameter", kindOf(args[0]));
      case "collections OrderedDict":
        if (args.length === 0) return new Map();
        throw this.#broken("an empty OrderedDict to begin with", "one with content");
      case "torch Size":
        if (Array.isArray(args[0])) return args[0];
        throw this.#broken("sizes", kindOf(args[0]));
      case "torch device":
        return args.filter((part) => typeof part === "string" || typeof part === "number").join(":");
    }
  }

  /** (storage, offset, size, stride[, requires_grad, backward_hooks[, metadata]]) */
  #tensor([storage, offset, size, stride, , , metadata]: readonly Item[]): PtTensor {
    if (!(storage instanceof StorageReference) || !Array.isArray(size) || !Array.isArray(stride)) {
      throw this.#broken("a storage with sizes and strides", kindOf(storage));
    }
    if (metadata instanceof Map && metadata.size > 0) {
      throw this.#broken("a tensor that is its storage's numbers", "one that is their negative or conjugate");
    }
    // The key of the tensor, if it has one, was pushed just before it.
    const name = this.#stack.at(-1);
    const where = typeof name === "string" ? `tensor ${name}` : `data.pkl, byte ${this.#input.position}`;
    return this.#tensors.build(storage, offset as number, size as number[], stride as number[], where);
  }

  /**
   * Attributes of an object. Only an OrderedDict has some (`_metadata` of a module's state), which are
   * ignored.
   */
  #build(): void {
    this.#pop();
    if (!(this.#top() instanceof Map))
      throw this.#broken("attributes of an OrderedDict", kindOf(this.#top()));
  }

  #top(): Item {
    if (this.#stack.length <= this.#floor) throw this.#broken("a value on the stack", "none");
    return this.#stack.at(-1)!;
  }

  #pop(): Item {
    const item = this.#top();
    this.#stack.pop();
    return item;
  }

  #popMany(count: number): Item[] {
    const start = this.#stack.length - count;
    if (start < this.#floor) throw this.#broken(`${count} values on the stack`, "fewer");
    return this.#stack.splice(start);
  }

  #popToMark(): Item[] {
    const start = this.#marks.pop();
    if (start === undefined) throw this.#broken("a mark on the stack", "none");
    return this.#stack.splice(start);
  }

  get #floor(): number {
    return this.#marks.at(-1) ?? 0;
  }

  #charge(bytes: number): void {
    this.#zip.budget.take(bytes, "data.pkl");
  }

  #broken(expected: string, got: string) {
    const where = `data.pkl, byte ${this.#input.position}`;
    return unreadable(this.#zip.path, { where, expected, got, fix: DAMAGED });
  }

  #refused(what: string, fix = "save only tensors and plain values: state_dict() of what is to be kept") {
    return unreadable(this.#zip.path, {
      where: `data.pkl, byte ${this.#input.position}`,
      expected: "tensors, numbers, text, lists and dictionaries",
      got: `${what}; nothing else is accepted, and nothing is ever run`,
      fix,
    });
  }
}
