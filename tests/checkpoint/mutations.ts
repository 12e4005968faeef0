/** Ways to spoil a PyTorch file: bytes of the archive, or its pickle alone under a right sum. */

import type { Random } from "../../core/base/random.ts";
import { writeStoredZip, type ZipEntry } from "../../core/checkpoint/stored-zip-writer.ts";
import { AtomicOutput } from "../../core/files/atomic-output.ts";
import { bytes, int, tensor, text, u32 } from "../support/pickle.ts";

/** A file before it is spoilt. */
export interface Original {
  readonly name: string;
  readonly content: Buffer;
  readonly entries: readonly ZipEntry[];
}

/** Numbers that break careless arithmetic, as bytes. */
const EXTREMES = [
  [0x00],
  [0xff],
  [0x7f],
  [0x80],
  [0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0x7f],
  [0x00, 0x00, 0x00, 0x80],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x50, 0x4b, 0x05, 0x06],
  [0x50, 0x4b, 0x01, 0x02],
  [0x50, 0x4b, 0x06, 0x07],
] as const;

/** Every opcode that is understood, and some that are not. */
const OPCODES = "()GJKMNQRX]abcehjqrstu}\x80\x85\x86\x87\x88\x89\x8a.\x81\x93\x95i";

/** Changes content somewhere, one to eight times. */
export function spoil(content: Buffer, random: Random, other: Buffer): Buffer {
  let result: Buffer = Buffer.from(content);
  for (let changes = random.integer(1, random.pick([1, 1, 2, 8])); changes > 0; changes--) {
    result = random.pick([flip, flip, overwrite, overwrite, cut, remove, repeat, splice])(
      result,
      random,
      other,
    );
  }
  return result;
}

/** Changes a pickle by a byte, an opcode or a number, mostly leaving it parsable. */
export function spoilPickle(pickle: Buffer, random: Random, other: Buffer): Buffer {
  const result = Buffer.from(pickle);
  for (let changes = random.integer(1, random.pick([1, 1, 3, 10])); changes > 0; changes--) {
    const at = random.integer(0, Math.max(0, result.length - 1));
    const kind = random.integer(0, 3);
    if (kind === 0) return spoil(result, random, other);
    if (kind === 1) result.set(random.pick(EXTREMES).slice(0, result.length - at), at);
    else result[at] = OPCODES.charCodeAt(random.integer(0, OPCODES.length - 1));
  }
  return result;
}

/** A pickle of random opcodes with sensible arguments; most are refused late, some are read. */
export function randomPickle(random: Random): Buffer {
  const extreme = () => random.pick([0, 1, 2, -1, 64, 65535, 2 ** 31 - 1, -(2 ** 31)]);
  const piece = (): Uint8Array => {
    switch (random.integer(0, 15)) {
      case 0:
        return bytes("(");
      case 1:
        return bytes(random.pick(["t", "u", "e", "s", "a"]));
      case 2:
        return bytes(random.pick(["}", "]", ")"]));
      case 3:
        return int(extreme());
      case 4:
        return text(random.pick(["a", "storage", "0", "1", "cpu", "", "é", "__proto__"]));
      case 5:
        return bytes(random.pick(["q", "h"]), random.integer(0, 6));
      case 6:
        return bytes(random.pick(["r", "j"]), u32(random.pick([0, 3, 0xffffffff])));
      case 7:
        return bytes(random.pick(["\x85", "\x86", "\x87"]));
      case 8:
        return bytes(random.pick(["\x88", "\x89", "N"]));
      case 9: {
        const length = random.integer(0, 12);
        return bytes(
          "\x8a",
          length,
          new Uint8Array(length).map(() => random.integer(0, 255)),
        );
      }
      case 10:
        return bytes(
          "c",
          random.pick(["torch\nFloatStorage", "collections\nOrderedDict", "torch\nSize", "torch\nint8"]),
          "\n",
        );
      case 11:
        return bytes(
          "c",
          random.pick(["torch._utils\n_rebuild_tensor_v2", "torch._utils\n_rebuild_parameter", "os\nsystem"]),
          "\n",
        );
      case 12:
        return bytes(random.pick(["R", "Q", "b"]));
      case 13:
        return bytes(
          "G",
          new Uint8Array(8).map(() => random.integer(0, 255)),
        );
      default: {
        const axes = random.integer(0, 3);
        const sizes = () =>
          Array.from({ length: axes }, () => random.pick([0, 1, 2, 3, 4, 100_000, extreme()]));
        const elements = random.pick([4, 4, 4, 5]);
        return tensor({ elements, offset: random.pick([0, 0, 1, -1]), shape: sizes(), strides: sizes() });
      }
    }
  };
  const pieces = Array.from({ length: random.integer(1, 30) }, piece);
  return Buffer.from(bytes("\x80\x02", ...pieces, "."));
}

/** The archive with another pickle, its sums right. */
export function withPickle({ entries }: Original, pickle: Uint8Array, path: string): void {
  const output = new AtomicOutput(path);
  writeStoredZip(
    output,
    entries.map((entry) => (entry.name.endsWith("/data.pkl") ? { ...entry, bytes: pickle } : entry)),
  );
  output.commit();
}

export function pickleOf({ entries }: Original): Buffer {
  return Buffer.from(entries.find(({ name }) => name.endsWith("/data.pkl"))!.bytes);
}

type Change = (content: Buffer, random: Random, other: Buffer) => Buffer;

const flip: Change = (content, random) => {
  if (content.length > 0) content[random.integer(0, content.length - 1)]! ^= 1 << random.integer(0, 7);
  return content;
};

const overwrite: Change = (content, random) => {
  const at = random.integer(0, content.length);
  content.set(random.pick(EXTREMES).slice(0, content.length - at), at);
  return content;
};

const cut: Change = (content, random) => content.subarray(0, random.integer(0, content.length));

const remove: Change = (content, random) => {
  const [start, end] = span(content, random);
  return Buffer.concat([content.subarray(0, start), content.subarray(end)]);
};

const repeat: Change = (content, random) => {
  const [start, end] = span(content, random);
  return Buffer.concat([content.subarray(0, end), content.subarray(start)]);
};

const splice: Change = (content, random, other) => {
  const at = random.integer(0, content.length);
  const [start, end] = span(other, random);
  return Buffer.concat([content.subarray(0, at), other.subarray(start, end), content.subarray(at)]);
};

/** A short stretch more often than a long one. */
function span(content: Buffer, random: Random): [number, number] {
  const start = random.integer(0, content.length);
  const longest = random.pick([1, 8, 64, 1000, content.length]);
  return [start, Math.min(content.length, start + random.integer(0, longest))];
}
