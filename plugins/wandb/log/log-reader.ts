/** Reads a `.wandb` log, even one that is still being written or was cut off. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { BLOCK_SIZE, CHUNK, CHUNK_HEADER_SIZE, chunkChecksum, FILE_HEADER } from "./framing.ts";
import { type Record as LogRecord, RecordSchema } from "./records_pb.ts";

/** A record and the place of its bytes in the file. Reading goes on at `end`. */
export interface LogEntry {
  readonly record: LogRecord;
  readonly offset: number;
  readonly end: number;
}

/** How a log ends at the time of reading. */
export interface LogEnd {
  /** The end of the last whole record. Reading goes on there once the file has grown. */
  readonly end: number;
  /** Bytes after `end`: a record that is being written or was cut off. */
  readonly unfinishedBytes: number;
  /**
   * What is wrong at `end`, so that nothing after it can be read. Null if the rest of a record is merely
   * missing.
   */
  readonly damage: string | null;
}

/**
 * Yields the records of a log in order and returns how the log ends. The file is read block by block, so the
 * memory does not grow with it, and up to the length that it has by then.
 *
 * @param fromOffset The `end` of an earlier entry or `LogEnd`; 0 for the whole log.
 * @throws The system's error if the file cannot be opened or read.
 */
export function* readRecords(path: string, fromOffset = 0): Generator<LogEntry, LogEnd> {
  using blocks = new BlockFile(path);
  let offset = fromOffset;
  if (offset < FILE_HEADER.length) {
    const header = blocks.bytes(0, FILE_HEADER.length);
    if (FILE_HEADER.subarray(0, header.length).some((byte, i) => byte !== header[i])) {
      return ended(0, `not a W&B log: it begins with ${Buffer.from(header).toString("hex")}`);
    }
    if (header.length < FILE_HEADER.length) return ended(0, null);
    offset = FILE_HEADER.length;
  }
  while (true) {
    const next = readPayload(blocks, offset);
    if ("damage" in next) return ended(offset, next.damage);
    let record: LogRecord;
    try {
      record = fromBinary(RecordSchema, next.payload);
    } catch (error) {
      return ended(offset, `not a record: ${(error as Error).message}`);
    }
    // A kind of record that this project does not write.
    if (record.recordType.case !== undefined) yield { record, offset: next.offset, end: next.end };
    offset = next.end;
  }

  function ended(end: number, damage: string | null): LogEnd {
    return { end, unfinishedBytes: Math.max(0, blocks.size() - end), damage };
  }
}

type Payload = { payload: Uint8Array; offset: number; end: number } | { damage: string | null };

/** Puts the chunks of a record together. If the file ends before the record does, `damage` is null. */
function readPayload(blocks: BlockFile, from: number): Payload {
  const parts: Uint8Array[] = [];
  let at = from;
  let offset = from;
  while (true) {
    const room = BLOCK_SIZE - (at % BLOCK_SIZE);
    if (room < CHUNK_HEADER_SIZE) at += room;
    if (parts.length === 0) offset = at;
    const header = blocks.bytes(at, CHUNK_HEADER_SIZE);
    if (header.length < CHUNK_HEADER_SIZE) return { damage: null };
    const view = new DataView(header.buffer, header.byteOffset, header.length);
    const [checksum, length, type] = [view.getUint32(0, true), view.getUint16(4, true), view.getUint8(6)];
    const end = at + CHUNK_HEADER_SIZE + length;
    if (type < CHUNK.FULL || type > CHUNK.LAST) return { damage: `chunk type ${type} at byte ${at}` };
    if (end > at - (at % BLOCK_SIZE) + BLOCK_SIZE)
      return { damage: `a chunk at byte ${at} crosses its block` };
    if ((parts.length === 0) !== (type === CHUNK.FULL || type === CHUNK.FIRST)) {
      return { damage: `chunk type ${type} out of order at byte ${at}` };
    }
    const payload = blocks.bytes(at + CHUNK_HEADER_SIZE, length);
    if (payload.length < length) return { damage: null };
    if (chunkChecksum(type, payload) !== checksum) return { damage: `checksum mismatch at byte ${at}` };
    if (type === CHUNK.FULL) return { payload, offset, end };
    parts.push(payload.slice());
    if (type === CHUNK.LAST) return { payload: Buffer.concat(parts), offset, end };
    at = end;
  }
}

/**
 * Reads a file one block at a time. A block that was incomplete is read again when more of it is asked for.
 */
class BlockFile {
  readonly #file: number;
  readonly #block = new Uint8Array(BLOCK_SIZE);
  #number = -1;
  #length = 0;

  constructor(path: string) {
    this.#file = openSync(path, "r");
  }

  /** Bytes within one block; fewer where the file ends. The view is valid until the next call. */
  bytes(at: number, length: number): Uint8Array {
    const number = Math.floor(at / BLOCK_SIZE);
    const from = at % BLOCK_SIZE;
    if (number !== this.#number || from + length > this.#length) this.#load(number);
    return this.#block.subarray(Math.min(from, this.#length), Math.min(from + length, this.#length));
  }

  size(): number {
    return fstatSync(this.#file).size;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #load(number: number): void {
    this.#number = number;
    this.#length = 0;
    while (this.#length < BLOCK_SIZE) {
      const left = BLOCK_SIZE - this.#length;
      const count = readSync(this.#file, this.#block, this.#length, left, number * BLOCK_SIZE + this.#length);
      if (count === 0) break;
      this.#length += count;
    }
  }
}
