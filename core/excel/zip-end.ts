/** Finds the end of a zip archive in its file. (APPNOTE.TXT, 4.3.16) */

import type { ByteSource } from "./byte-source.ts";

const END_BYTES = 22;
const MEMBER = 0x02014b50;
/** Sizes and offsets with this value stand in the 64-bit records. */
const IN_ZIP64 = 0xffffffff;
/** How far before the end of the file the archive may end. Its longest comment takes 64 KiB of that. */
const SEARCHED_BYTES = 2 ** 20;

/** The record at the end of the directory. */
export interface EndRecord {
  /** Its offset in the file. */
  readonly at: number;
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  /** True if the file ends with the record and the comment that it announces. */
  readonly isExact: boolean;
}

/**
 * The end record: the one with which the file ends, or else the last one that describes a directory.
 * Transfers and repair tools leave bytes behind an archive, or a comment of another length than the record
 * says.
 *
 * @returns null if there is none: the file is no archive, or cut off.
 */
export function findEndRecord(source: ByteSource): EndRecord | null {
  const from = Math.max(0, source.size - SEARCHED_BYTES);
  const tail = source.read(from, SEARCHED_BYTES);
  let last: EndRecord | null = null;
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    at = tail.lastIndexOf("PK\u0005\u0006", at, "latin1");
    if (at < 0) break;
    const record: EndRecord = {
      at: from + at,
      count: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
      isExact: at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length,
    };
    if (record.isExact) return record;
    if (last === null && hasDirectory(source, record)) last = record;
  }
  return last;
}

/** True if the record points to a directory that ends where the record, or the 64-bit records, begin. */
function hasDirectory(source: ByteSource, { at, count, size, offset }: EndRecord): boolean {
  if (offset === IN_ZIP64 || size === IN_ZIP64) return true;
  if (count === 0 || offset + size > at) return false;
  const start = source.read(offset, 4);
  return start.length === 4 && start.readUInt32LE(0) === MEMBER;
}

/** The bytes of an archive up to its end record, whose comment is left out. */
export function readArchive(source: ByteSource, end: EndRecord, offset: number, length: number): Buffer {
  const size = end.at + END_BYTES;
  const bytes = Buffer.from(source.read(offset, Math.max(0, Math.min(length, size - offset))));
  for (let at = Math.max(0, size - 2 - offset); at < bytes.length; at++) bytes[at] = 0;
  return bytes;
}

/** The size of an archive without what follows its end record. */
export function archiveSize({ at }: EndRecord): number {
  return at + END_BYTES;
}
