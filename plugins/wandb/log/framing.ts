/**
 * The framing of a `.wandb` file: a header of seven bytes, then records, cut into chunks that never cross
 * the boundary of a block. The format is that of a LevelDB log, but the checksum of a chunk is the plain
 * CRC-32 (IEEE) of type and payload.
 */

import { crc32 } from "node:zlib";

/** `:W&B`, the magic number 0xBEE1 (little-endian) and format version 0. */
export const FILE_HEADER: Uint8Array = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00);

/**
 * The size of a block in bytes. Blocks are counted from the beginning of the file, so the header lies in the
 * first.
 */
export const BLOCK_SIZE = 32768;

/**
 * The header of a chunk: checksum (uint32), length of the payload (uint16), both little-endian, and type
 * (uint8).
 */
export const CHUNK_HEADER_SIZE = 7;

/** The types of chunks. A record is one FULL chunk, or a FIRST, any number of MIDDLE and a LAST. */
export const CHUNK = { FULL: 1, FIRST: 2, MIDDLE: 3, LAST: 4 } as const;

/** The checksum of a chunk. */
export function chunkChecksum(type: number, payload: Uint8Array): number {
  return crc32(payload, crc32(Uint8Array.of(type)));
}

/**
 * The bytes of a record for its place in the file, with the padding before it.
 *
 * @param offset Where in the file the bytes will stand.
 */
export function frameRecord(payload: Uint8Array, offset: number): Uint8Array {
  const room = BLOCK_SIZE - (offset % BLOCK_SIZE);
  const padding = room < CHUNK_HEADER_SIZE ? room : 0;
  const first = padding > 0 ? BLOCK_SIZE : room;
  const result = new Uint8Array(padding + framedSize(payload.length, first));
  const view = new DataView(result.buffer);

  let at = padding;
  let taken = 0;
  for (let left = first; ; left = BLOCK_SIZE) {
    const size = Math.min(left - CHUNK_HEADER_SIZE, payload.length - taken);
    const begins = taken === 0 && at === padding;
    const ends = taken + size === payload.length;
    const type = begins ? (ends ? CHUNK.FULL : CHUNK.FIRST) : ends ? CHUNK.LAST : CHUNK.MIDDLE;
    const part = payload.subarray(taken, taken + size);
    view.setUint32(at, chunkChecksum(type, part), true);
    view.setUint16(at + 4, size, true);
    view.setUint8(at + 6, type);
    result.set(part, at + CHUNK_HEADER_SIZE);
    at += CHUNK_HEADER_SIZE + size;
    taken += size;
    if (ends) return result;
  }
}

/** The size in bytes of a framed record, if the first chunk has `first` bytes to the end of its block. */
function framedSize(length: number, first: number): number {
  const rest = length - (first - CHUNK_HEADER_SIZE);
  const chunks = rest <= 0 ? 1 : 1 + Math.ceil(rest / (BLOCK_SIZE - CHUNK_HEADER_SIZE));
  return length + chunks * CHUNK_HEADER_SIZE;
}
