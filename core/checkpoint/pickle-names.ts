/**
 * The names that a pickle may mention, which are compared as text and never looked up, and the names of
 * opcodes.
 */

import { DTYPES, type DType } from "./pt-value.ts";

/** A name as the pickle has it: module, a space, class or function. */
export class Global {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Functions that a pickle may call. */
const CALLABLE = [
  "collections OrderedDict",
  "torch._utils _rebuild_tensor",
  "torch._utils _rebuild_tensor_v2",
  "torch._utils _rebuild_parameter",
  "torch._utils _rebuild_parameter_with_state",
  "torch Size",
  "torch device",
] as const;

export type Callable = (typeof CALLABLE)[number];

/** The element type of a storage class (`torch FloatStorage`), or null for another name. */
export function storageDType(name: string): DType | null {
  const dtypes = Object.keys(DTYPES) as DType[];
  return dtypes.find((dtype) => name === `torch ${DTYPES[dtype].storage}`) ?? null;
}

/** True for the names of PyTorch's element types, such as `torch float32`, which a configuration may hold. */
export function isDTypeName(name: string): boolean {
  return /^torch (u?int(8|16|32|64)|b?float(16|32|64)|bool|complex(32|64|128))$/.test(name);
}

export function isCallable(name: string): name is Callable {
  return (CALLABLE as readonly string[]).includes(name);
}

/** The name of a refused opcode: one of another protocol, or one that makes objects. */
export function opcodeName(opcode: number): string {
  const names: Record<number, string> = {
    73: "INT",
    76: "LONG",
    80: "PERSID",
    84: "BINSTRING",
    85: "SHORT_BINSTRING",
    86: "UNICODE",
    99: "GLOBAL",
    105: "INST",
    111: "OBJ",
    129: "NEWOBJ",
    130: "EXT1",
    131: "EXT2",
    132: "EXT4",
    139: "LONG4",
    140: "SHORT_BINUNICODE",
    146: "NEWOBJ_EX",
    147: "STACK_GLOBAL",
    149: "FRAME",
  };
  return names[opcode] ?? `0x${opcode.toString(16).padStart(2, "0")}`;
}
