/**
 * Reads zip archives of uncompressed entries (PKWARE APPNOTE 6.3.9, with 64-bit sizes), and trusts nothing
 * in them.
 */

import { crc32 } from "node:zlib";
import { CheckpointFile } from "./checkpoint-file.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { DAMAGED, unreadable } from "./read-error.ts";

/** An entry of the archive's directory. */
interface Entry {
  readonly name: string;
  /** The compression, if there is one: the entry cannot be read then. */
  readonly packing: string | null;
  readonly crc: number;
  readonly size: number;
  /** The offset of its local header. */
  readonly offset: number;
}

const LIMIT_16 = 0xffff;
const LIMIT_32 = 0xffff_ffff;
const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const ZIP64_END_BYTES = 56;
/** The memory that an entry takes besides its name, in bytes. */
const ENTRY_COST = 400;

/**
 * An open archive.
 *
 * Life cycle: the constructor opens the file and reads the directory, `close` closes the file.
 */
export class StoredZip {
  readonly path: string;
  readonly size: number;
  readonly budget: MemoryBudget;
  readonly #file: CheckpointFile;
  #entries = new Map<string, Entry>();
  /** The offset of the directory. The data of all entries ends before it. */
  #directory = 0;

  /** @throws {UserError} If the file is missing, not a zip archive, truncated or inconsistent. */
  constructor(path: string) {
    this.path = path;
    this.#file = new CheckpointFile(path);
    this.size = this.#file.size;
    this.budget = new MemoryBudget(path, this.size);
    try {
      this.#readDirectory();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** All names, in the order of the directory. */
  get names(): IterableIterator<string> {
    return this.#entries.keys();
  }

  /** The size of an entry in bytes, or null if there is none of that name. */
  sizeOf(name: string): number | null {
    return this.#entries.get(name)?.size ?? null;
  }

  /**
   * A copy of an entry's bytes, checked against its checksum.
   *
   * @param where What messages call the entry.
   */
  read(name: string, where = name): Uint8Array<ArrayBuffer> {
    const entry = this.#entries.get(name);
    if (!entry) throw this.#damaged(where, `an entry ${name}`, "none");
    if (entry.packing !== null) throw this.#packed(entry.packing, name);
    this.budget.take(entry.size, where);
    const bytes = new Uint8Array(entry.size);
    this.#file.readInto(this.#dataOffset(entry, where), bytes, where);
    const sum = crc32(bytes);
    if (sum !== entry.crc) throw this.#damaged(where, `the sum ${hex(entry.crc)}`, hex(sum));
    return bytes;
  }

  close(): void {
    this.#file.close();
  }

  #dataOffset(entry: Entry, where: string): number {
    const header = this.#file.view(entry.offset, LOCAL_HEADER_BYTES, where);
    if (header.getUint32(0, true) !== 0x0403_4b50) {
      throw this.#damaged(where, `an entry at byte ${entry.offset}`, "something else");
    }
    const names = header.getUint16(26, true) + header.getUint16(28, true);
    const offset = entry.offset + LOCAL_HEADER_BYTES + names;
    if (offset + entry.size > this.#directory) {
      throw this.#damaged(where, `${entry.size} bytes from byte ${offset} on`, "the archive's directory");
    }
    return offset;
  }

  #readDirectory(): void {
    const { count, start, size } = this.#findEnd();
    this.#directory = start;
    this.budget.take(size + count * ENTRY_COST, "archive directory");
    const view = this.#file.view(start, size, "archive directory");
    let at = 0;
    for (let i = 0; i < count; i++) {
      if (at + CENTRAL_HEADER_BYTES > size || view.getUint32(at, true) !== 0x0201_4b50) {
        throw this.#damaged("archive directory", `${count} entries`, `${i}`);
      }
      const lengths = [
        view.getUint16(at + 28, true),
        view.getUint16(at + 30, true),
        view.getUint16(at + 32, true),
      ];
      const [nameBytes, extraBytes, commentBytes] = lengths as [number, number, number];
      const next = at + CENTRAL_HEADER_BYTES + nameBytes + extraBytes + commentBytes;
      if (next > size) throw this.#damaged("archive directory", "whole entries", `entry ${i} cut off`);
      const entry = this.#entry(view, at, nameBytes, extraBytes);
      if (this.#entries.has(entry.name)) {
        throw this.#damaged(entry.name, "one entry of that name", "several");
      }
      this.#entries.set(entry.name, entry);
      at = next;
    }
  }

  #entry(view: DataView, at: number, nameBytes: number, extraBytes: number): Entry {
    const nameStart = view.byteOffset + at + CENTRAL_HEADER_BYTES;
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, nameStart, nameBytes));
    const sizes = [
      view.getUint32(at + 20, true),
      view.getUint32(at + 24, true),
      view.getUint32(at + 42, true),
    ];
    const extra = new DataView(view.buffer, nameStart + nameBytes, extraBytes);
    const [packed, size, offset] = this.#widen(sizes, extra, name) as [number, number, number];
    // Both are below 2^53, so their sum is exact.
    const packing = this.#packing(view, at);
    if ((packing === null && packed !== size) || offset + LOCAL_HEADER_BYTES + packed > this.#directory) {
      throw this.#damaged(
        name,
        `data within the first ${this.#directory} bytes`,
        `${size} bytes at ${offset}`,
      );
    }
    return { name, packing, crc: view.getUint32(at + 16, true), size, offset };
  }

  #packing(view: DataView, at: number): string | null {
    if ((view.getUint16(at + 8, true) & 1) !== 0) return "encryption";
    const method = view.getUint16(at + 10, true);
    return method === 0 ? null : `compression method ${method}`;
  }

  /**
   * Sizes (compressed, uncompressed) and offset, from the zip64 extra field if they do not fit into 32 bits.
   */
  #widen([packed, size, offset]: readonly number[], extra: DataView, name: string): number[] {
    if (packed !== LIMIT_32 && size !== LIMIT_32 && offset !== LIMIT_32) return [packed!, size!, offset!];
    let at = 0;
    while (at + 4 <= extra.byteLength) {
      const length = extra.getUint16(at + 2, true);
      const end = at + 4 + length;
      if (extra.getUint16(at, true) === 1 && end <= extra.byteLength) {
        at += 4;
        const next = (value: number) => {
          if (value !== LIMIT_32) return value;
          if (at + 8 > end) throw this.#damaged(name, "64-bit sizes", "none");
          at += 8;
          return this.#safe(extra.getBigUint64(at - 8, true), name);
        };
        // The field has the uncompressed size first.
        const whole = next(size!);
        return [next(packed!), whole, next(offset!)];
      }
      at = end;
    }
    throw this.#damaged(name, "64-bit sizes", "none");
  }

  /** The place of the directory, from the record at the end of the archive. */
  #findEnd(): { count: number; start: number; size: number } {
    const tailBytes = Math.min(this.size, END_BYTES + LIMIT_16);
    const tailStart = this.size - tailBytes;
    const tail = this.#file.view(tailStart, tailBytes, "archive directory");
    for (let at = tailBytes - END_BYTES; at >= 0; at--) {
      if (tail.getUint32(at, true) !== 0x0605_4b50) continue;
      if (at + END_BYTES + tail.getUint16(at + 20, true) !== tailBytes) continue;
      const end = this.#zip64End(tailStart + at) ?? {
        count: tail.getUint16(at + 10, true),
        size: tail.getUint32(at + 12, true),
        start: tail.getUint32(at + 16, true),
      };
      const holds = end.start + end.size <= tailStart + at && end.count * CENTRAL_HEADER_BYTES <= end.size;
      if (!holds) throw this.#damaged("archive directory", "a directory inside the file", "one beyond it");
      return end;
    }
    throw this.#notAnArchive();
  }

  #zip64End(endOffset: number): { count: number; start: number; size: number } | null {
    const locatorOffset = endOffset - LOCATOR_BYTES;
    if (locatorOffset < ZIP64_END_BYTES) return null;
    const where = "archive directory";
    const locator = this.#file.view(locatorOffset, LOCATOR_BYTES, where);
    if (locator.getUint32(0, true) !== 0x0706_4b50) return null;
    const offset = this.#safe(locator.getBigUint64(8, true), where);
    if (offset + ZIP64_END_BYTES > locatorOffset) {
      throw this.#damaged(where, "a 64-bit end record inside the file", "one beyond it");
    }
    const end = this.#file.view(offset, ZIP64_END_BYTES, where);
    if (end.getUint32(0, true) !== 0x0606_4b50) {
      throw this.#damaged(where, `a 64-bit end record at byte ${offset}`, "something else");
    }
    return {
      count: this.#safe(end.getBigUint64(32, true), where),
      size: this.#safe(end.getBigUint64(40, true), where),
      start: this.#safe(end.getBigUint64(48, true), where),
    };
  }

  #safe(value: bigint, where: string): number {
    if (value > BigInt(this.size)) throw this.#damaged(where, `at most ${this.size} bytes`, `${value}`);
    return Number(value);
  }

  #damaged(where: string, expected: string, got: string) {
    return unreadable(this.path, { where, expected, got, fix: DAMAGED });
  }

  #packed(got: string, where: string) {
    return unreadable(this.path, {
      where,
      expected: "plain entries, as torch.save writes them",
      got,
      fix: "another program packed the file again: take the original, or torch.load and torch.save it",
    });
  }

  /** Describes a file without a directory, as far as its first bytes tell what it is. */
  #notAnArchive() {
    const head = new Uint8Array(Math.min(this.size, 16));
    this.#file.readInto(0, head, "beginning");
    return unreadable(this.path, foreignKind(head, this.size));
  }
}

function foreignKind(head: Uint8Array, size: number) {
  const expected = "a PyTorch zip file";
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (size === 0) return { expected, got: "an empty file", fix: DAMAGED };
  if (starts(0x50, 0x4b, 0x03, 0x04))
    return { expected, got: "the beginning of one: the end is missing", fix: DAMAGED };
  if (starts(0x80, 0x02, 0x8a, 0x0a)) {
    return {
      expected,
      got: "PyTorch's format of before version 1.6",
      fix: "in PyTorch: torch.save(torch.load(file), file)",
    };
  }
  if (head[8] === 0x7b && head[6] === 0 && head[7] === 0) {
    return { expected, got: "what looks like safetensors", fix: "give it the extension .safetensors" };
  }
  if (starts(0x80)) return { expected, got: "a bare pickle", fix: "save it with torch.save" };
  return { expected, got: "a file of another kind", fix: "name a .pt file of this project or of torch.save" };
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
