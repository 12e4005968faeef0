/**
 * Keeps feature grids on disk, one file per workbook: `{first two digits of the key}/{key}.grids`. A file
 * begins with a checksum (xxHash64 of the rest, 8 bytes). The rest is compressed with zstd: the length of a
 * header (4 bytes), the header as JSON, and the arrays of the grids, each at a multiple of 4 bytes.
 * (docs/features.md, "On disk")
 */

import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cachedSize, deleteCached } from "../files/cached-files.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";
import type { PackedGrid } from "./packed-grid.ts";
import type { SheetGrid } from "./sheet-grid.ts";

const SUFFIX = ".grids";
/** Level 3 of zstd reads at the same speed as the higher ones, which save 10 % more. */
const COMPRESSION_LEVEL = 3;
const CHECKSUM_BYTES = 8;

/** What the header says about a sheet: everything but its arrays. */
type SheetHeader = Omit<SheetGrid, "grid"> & {
  readonly grid: { height: number; width: number; vectors: number; bits: 16 | 32 } | null;
};

/** The grids that are stored under a key; null if there are none or the file is damaged. */
export function readCachedGrids(folder: string, key: string): SheetGrid[] | null {
  let file: Buffer;
  try {
    file = readFileSync(pathOf(folder, key));
  } catch {
    return null;
  }
  try {
    const compressed = file.subarray(CHECKSUM_BYTES);
    if (file.readBigUInt64LE(0) !== checksum(compressed)) return null;
    return decode(Bun.zstdDecompressSync(compressed));
  } catch {
    return null;
  }
}

/**
 * Stores grids under a key. If several processes do so at once, one of them wins. @throws The system's error.
 */
export function writeCachedGrids(folder: string, key: string, sheets: readonly SheetGrid[]): void {
  const path = pathOf(folder, key);
  const compressed = Bun.zstdCompressSync(encode(sheets), { level: COMPRESSION_LEVEL });
  const file = Buffer.alloc(CHECKSUM_BYTES + compressed.length);
  file.writeBigUInt64LE(checksum(compressed), 0);
  file.set(compressed, CHECKSUM_BYTES);
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, file, { durable: false }); // a damaged entry is noticed and built again
}

/**
 * How many workbooks a cache folder holds, and their bytes on disk; both are 0 if there is no such folder.
 */
export function gridCacheSize(folder: string): { files: number; bytes: number } {
  return cachedSize(folder, SUFFIX);
}

/** Deletes the cached grids of a folder and leaves other files. @returns How many workbooks were deleted. */
export function clearGridCache(folder: string): number {
  return deleteCached(folder, SUFFIX);
}

function pathOf(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), key + SUFFIX);
}

function checksum(bytes: Uint8Array): bigint {
  return Bun.hash.xxHash64(bytes);
}

function encode(sheets: readonly SheetGrid[]): Uint8Array {
  const headers = sheets.map(({ grid, ...facts }): SheetHeader => {
    if (!grid) return { ...facts, grid: null };
    const { height, width, vectors, cells } = grid;
    const bits = cells.BYTES_PER_ELEMENT === 2 ? 16 : 32;
    return { ...facts, grid: { height, width, vectors: vectors.length, bits } };
  });
  const header = Buffer.from(JSON.stringify(headers));
  const arrays = sheets.flatMap(({ grid }) => (grid ? [grid.vectors, grid.cells] : []));
  const size = arrays.reduce(
    (total, { byteLength }) => total + aligned(byteLength),
    aligned(4 + header.length),
  );
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(header.length, 0);
  bytes.set(header, 4);
  let at = aligned(4 + header.length);
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return bytes;
}

function decode(bytes: Buffer): SheetGrid[] {
  const length = bytes.readUInt32LE(0);
  const headers = JSON.parse(bytes.toString("utf8", 4, 4 + length)) as SheetHeader[];
  let at = aligned(4 + length);
  const take = (size: number): ArrayBuffer => {
    const part = new Uint8Array(bytes.subarray(at, at + size)); // a copy: it keeps no other sheet in memory
    if (part.length < size) throw new RangeError("The cached grids are cut off");
    at += aligned(size);
    return part.buffer;
  };
  return headers.map(({ grid, ...facts }): SheetGrid => {
    if (!grid) return { ...facts, grid: null };
    const { height, width } = grid;
    const vectors = new Uint32Array(take(grid.vectors * 4));
    const array = take((height * width * grid.bits) / 8);
    const cells: PackedGrid["cells"] = grid.bits === 16 ? new Uint16Array(array) : new Uint32Array(array);
    return { ...facts, grid: { height, width, vectors, cells } };
  });
}

function aligned(bytes: number): number {
  return (bytes + 3) & ~3;
}
