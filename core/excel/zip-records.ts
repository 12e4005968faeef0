/** Finds the members of a zip archive in its file, so that they can be copied without decompressing them. */

import type { ByteSource } from "./byte-source.ts";
import { WorkbookError } from "./workbook-error.ts";
import { findEndRecord } from "./zip-end.ts";

/** One member of the archive. */
export interface ZipRecord {
  /** Its name in the spelling of the archive, with `/` between folders. */
  readonly name: string;
  /** Its record in the directory. Do not write to the bytes. */
  readonly directory: Buffer;
  /** The offsets in the file between which its header, its data and everything else of it lie. */
  readonly start: number;
  readonly end: number;
}

/** The place and size of the directory, from the end of the archive. */
interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

const MEMBER = 0x02014b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const LOCATOR64_BYTES = 20;
const UTF8_NAMES = 0x0800;
/** A field with this value has its true value in the extra field. */
export const IN_EXTRA = 0xffffffff;
const EXTRA64 = 0x0001;

/**
 * The members in the order of the directory, including folders.
 *
 * @param source An archive that `ZipPackage` has opened. What it checks is not checked again.
 * @throws {WorkbookError} If members share their bytes, as in zip bombs.
 */
export function readZipRecords(source: ByteSource): ZipRecord[] {
  const { offset, size, count } = findDirectory(source);
  const bytes = source.read(offset, size);
  const found: { name: string; directory: Buffer; start: number }[] = [];
  for (let at = 0; found.length < count; ) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== MEMBER) throw broken(source);
    const nameTo = at + 46 + bytes.readUInt16LE(at + 28);
    const end = nameTo + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    const directory = bytes.subarray(at, end);
    const encoding = (bytes.readUInt16LE(at + 8) & UTF8_NAMES) !== 0 ? "utf8" : "latin1";
    const name = bytes.toString(encoding, at + 46, nameTo).replaceAll("\\", "/");
    found.push({ name, directory, start: localOffset(directory) });
    at = end;
  }
  const starts = [...new Set(found.map(({ start }) => start)), offset].sort((a, b) => a - b);
  if (starts.length !== found.length + 1) throw broken(source);
  const ends = new Map(starts.map((start, index) => [start, starts[index + 1]!]));
  return found.map((record) => ({ ...record, end: ends.get(record.start)! }));
}

/** The offset of the header of a member. */
function localOffset(directory: Buffer): number {
  const offset = directory.readUInt32LE(42);
  if (offset !== IN_EXTRA) return offset;
  return Number(directory.readBigUInt64LE(placeOfOffset64(directory)));
}

/**
 * The index in a record of the directory at which the 64-bit offset stands.
 *
 * @throws {RangeError} If there is none.
 */
export function placeOfOffset64(directory: Buffer): number {
  const from = 46 + directory.readUInt16LE(28);
  const to = from + directory.readUInt16LE(30);
  for (let at = from; at + 4 <= to; at += 4 + directory.readUInt16LE(at + 2)) {
    if (directory.readUInt16LE(at) !== EXTRA64) continue;
    // The sizes that do not fit into their own fields stand before the offset.
    const sizes = [24, 20].filter((field) => directory.readUInt32LE(field) === IN_EXTRA).length;
    return at + 4 + 8 * sizes;
  }
  throw new RangeError("A member of the archive has no offset");
}

function findDirectory(source: ByteSource): Directory {
  const end = findEndRecord(source);
  if (end === null) throw broken(source);
  return findDirectory64(source, end.at) ?? end;
}

function findDirectory64(source: ByteSource, end: number): Directory | null {
  const locator = source.read(Math.max(0, end - LOCATOR64_BYTES), LOCATOR64_BYTES);
  if (end < LOCATOR64_BYTES || locator.readUInt32LE(0) !== LOCATOR64) return null;
  const record = source.read(Number(locator.readBigUInt64LE(8)), 56);
  if (record.length < 56 || record.readUInt32LE(0) !== END64) throw broken(source);
  const [count, size, offset] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field)));
  return { count: count!, size: size!, offset: offset! };
}

function broken(source: ByteSource): WorkbookError {
  const reason = "the archive's directory is broken, or two of its members share their bytes";
  return new WorkbookError("corrupt", { file: source.name, reason });
}
