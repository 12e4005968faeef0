/** Reads the parts of a workbook from its zip archive, checked and decompressed. */

import { isUtf8 } from "node:buffer";
import { crc32, inflateRawSync } from "node:zlib";
import type { ByteSource } from "./byte-source.ts";
import { inflateStream } from "./inflate-stream.ts";
import type { ReadLimits } from "./read-limits.ts";
import { ReadingNotes } from "./reading-note.ts";
import { WorkbookError, type WorkbookFault } from "./workbook-error.ts";
import { XmlFault } from "./xml-bytes.ts";
import { toUtf8, utf8Pieces } from "./xml-encoding.ts";
import { readZipDirectory, type ZipDirectory, type ZipEntry } from "./zip-directory.ts";

/** Parts up to this size are inflated in one piece. */
const ONE_PIECE_BYTES = 8 * 2 ** 20;
/**
 * Parts with at most this many bytes, compressed and uncompressed, are decompressed with Bun's inflate, which
 * needs no stream. It has no limit of its own, but deflate expands by 1,032 times at most, whatever the
 * directory claims.
 */
const SMALL_COMPRESSED_BYTES = 2 ** 14;
const SMALL_BYTES = 2 ** 18;
/** How many bytes of a larger part are decompressed at a time. */
const WINDOW_BYTES = 2 ** 17;
/** The longest element that is read: the window grows until it holds all of it. */
const MAX_WINDOW_BYTES = 2 ** 23;
const COMPRESSED_CHUNK_BYTES = 2 ** 18;
/** Parts up to this size may expand by any ratio, and so may all parts together up to twice this size. */
const RATIO_FREE_BYTES = 8 * 2 ** 20;

const STORED = 0;
const DEFLATED = 8;

/** A reader of a part, window by window: `SheetScanner`, `SharedStringScanner`. */
export interface WindowScanner {
  /** Reads everything in bytes[0, end) that is complete, and returns how many bytes were read. */
  scan(bytes: Uint8Array, end: number, last: boolean): number;
  /** The place in the part that the scanner has reached, for messages. */
  readonly address?: string | null;
}

/** An open archive. The case of member names does not matter, as the Open Packaging Conventions require. */
export class ZipPackage {
  readonly #source: ByteSource;
  readonly #limits: ReadLimits;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  /** Names of members that occur more than once with different contents. */
  readonly #conflicts: ReadonlySet<string>;
  #bytesLeft: number;
  /** Parts that count already: who reads one again gets nothing that it did not have. */
  readonly #counted = new Set<ZipEntry>();

  private constructor(source: ByteSource, limits: ReadLimits, directory: ZipDirectory) {
    this.#source = source;
    this.#limits = limits;
    this.#entries = directory.entries;
    this.#conflicts = directory.conflicts;
    this.#bytesLeft = limits.maxTotalBytes;
  }

  /**
   * Reads the directory of an archive.
   *
   * @param notes Takes what is passed over.
   * @throws {WorkbookError} If it is not an archive, broken or beyond the limits.
   */
  static async open(
    source: ByteSource,
    limits: ReadLimits,
    notes: ReadingNotes = new ReadingNotes(),
  ): Promise<ZipPackage> {
    return new ZipPackage(source, limits, await readZipDirectory(source, limits.maxMembers, notes));
  }

  /** The file's name. */
  get file(): string {
    return this.#source.name;
  }

  has(part: string): boolean {
    return this.#entries.has(part.toLowerCase());
  }

  /** The names of the members, as the archive spells them. */
  names(): string[] {
    return Array.from(this.#entries.values(), (entry) => entry.fileName);
  }

  /** The uncompressed size of a part in bytes, according to the directory; 0 if there is no such part. */
  size(part: string): number {
    return this.#entries.get(part.toLowerCase())?.uncompressedSize ?? 0;
  }

  /** An error of this workbook. */
  error(fault: WorkbookFault, part: string | null, reason: string, cause?: unknown): WorkbookError {
    return new WorkbookError(fault, { file: this.file, part, reason, cause });
  }

  /**
   * A whole XML part as UTF-8 bytes without a byte order mark.
   *
   * @throws {WorkbookError} If there is no such part, or it is broken, too large or not a text.
   */
  read(part: string): Uint8Array {
    const entry = this.#admit(part);
    if (entry.uncompressedSize > this.#limits.maxPartBytes) {
      throw this.#tooLarge(part, `${megabytes(entry.uncompressedSize)} in a part that should be small`);
    }
    return this.#text(part, this.#inflate(part, entry));
  }

  /**
   * Reads a part with `parse`. An `XmlFault` becomes a `WorkbookError` with the name of the part.
   *
   * @returns The result of `parse` for the bytes of the part.
   */
  parse<T>(part: string, parse: (bytes: Uint8Array) => T): T {
    const bytes = this.read(part);
    try {
      return parse(bytes);
    } catch (error) {
      throw this.#fault(part, null, error);
    }
  }

  /** Passes a part to a scanner window by window, so that its size does not matter. */
  async scan(part: string, scanner: WindowScanner): Promise<void> {
    const entry = this.#admit(part);
    if (entry.uncompressedSize <= ONE_PIECE_BYTES) {
      const bytes = this.#text(part, this.#inflate(part, entry));
      this.#guard(part, scanner, () => scanner.scan(bytes, bytes.length, true));
    } else await this.#scanWindows(part, entry, scanner);
  }

  async #scanWindows(part: string, entry: ZipEntry, scanner: WindowScanner): Promise<void> {
    let window = new Uint8Array(4 * WINDOW_BYTES);
    let used = 0;
    let enough = 0;
    for await (const chunk of this.#utf8Chunks(part, entry)) {
      if (used > MAX_WINDOW_BYTES) {
        const near = scanner.address == null ? "" : ` behind cell ${scanner.address}`;
        const reason = `one element of more than ${megabytes(MAX_WINDOW_BYTES)}${near}; Excel's cells end at 32,767 characters`;
        throw this.error("too-large", part, reason);
      }
      if (used + chunk.length > window.length) {
        const larger = new Uint8Array(Math.max(window.length * 2, used + chunk.length));
        larger.set(window.subarray(0, used));
        window = larger;
      }
      window.set(chunk, used);
      used += chunk.length;
      if (used < enough) continue;
      const done = this.#guard(part, scanner, () => scanner.scan(window, used, false));
      this.#expectUtf8(part, window.subarray(0, done));
      window.copyWithin(0, done, used);
      used -= done;
      // An element that is longer than the window is read again when the window has doubled, not
      // after every piece.
      enough = done > 0 ? 0 : used * 2;
    }
    this.#expectUtf8(part, window.subarray(0, used));
    this.#guard(part, scanner, () => scanner.scan(window, used, true));
  }

  /**
   * The entry of a part, if it may be read: it is not encrypted, not too large and of a known compression.
   */
  #admit(part: string): ZipEntry {
    const entry = this.#entries.get(part.toLowerCase());
    if (!entry) throw this.error("corrupt", part, "the archive lacks this part");
    if (this.#conflicts.has(part.toLowerCase())) {
      throw this.error("corrupt", part, "the archive holds two members of this name with different contents");
    }
    if (entry.generalPurposeBitFlag & 1) {
      throw this.error("encrypted", part, "the part is encrypted; save the workbook without a password");
    }
    if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
      throw this.error(
        "corrupt",
        part,
        `compression method ${entry.compressionMethod}, which workbooks never use`,
      );
    }
    const { compressedSize, uncompressedSize } = entry;
    if (uncompressedSize > RATIO_FREE_BYTES && uncompressedSize > compressedSize * this.#limits.maxRatio) {
      const ratio = Math.round(uncompressedSize / Math.max(1, compressedSize));
      throw this.#tooLarge(part, `it grows ${ratio} times when unpacked, to ${megabytes(uncompressedSize)}`);
    }
    if (!this.#counted.has(entry)) this.#bytesLeft -= uncompressedSize;
    this.#counted.add(entry);
    const total = this.#limits.maxTotalBytes - this.#bytesLeft;
    if (total > 2 * RATIO_FREE_BYTES && total > this.#source.size * this.#limits.maxRatio) {
      throw this.#tooLarge(
        part,
        `the parts grow ${Math.round(total / this.#source.size)} times when unpacked`,
      );
    }
    if (this.#bytesLeft < 0) {
      throw this.#tooLarge(
        part,
        `the parts grow beyond ${megabytes(this.#limits.maxTotalBytes)} when unpacked`,
      );
    }
    return entry;
  }

  #tooLarge(part: string, reason: string): WorkbookError {
    return this.error(
      "too-large",
      part,
      `${reason}: a zip bomb, or a workbook for which the limits have to be raised`,
    );
  }

  /**
   * The offset of the compressed bytes of a part: after its local header, whose fields may have other lengths
   * than in the directory.
   */
  #dataStart(part: string, entry: ZipEntry): number {
    const offset = entry.relativeOffsetOfLocalHeader;
    const header = this.#source.read(offset, 30);
    if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50) {
      throw this.error("corrupt", part, "the archive's directory points to no member");
    }
    const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    if (start + entry.compressedSize > this.#source.size) {
      throw this.error("corrupt", part, "the part goes on behind the end of the file: it was cut off");
    }
    return start;
  }

  #inflate(part: string, entry: ZipEntry): Uint8Array {
    const compressed = this.#source.read(this.#dataStart(part, entry), entry.compressedSize);
    const size = entry.uncompressedSize;
    const isSmall = entry.compressedSize <= SMALL_COMPRESSED_BYTES && size <= SMALL_BYTES;
    let bytes: Uint8Array = compressed;
    if (entry.compressionMethod === DEFLATED) {
      try {
        if (isSmall) bytes = Bun.inflateSync(compressed as Uint8Array<ArrayBuffer>);
        // A single output chunk, slightly too large: zlib would join several by copying, and it stops beyond
        // maxOutputLength.
        else bytes = inflateRawSync(compressed, { maxOutputLength: Math.max(1, size), chunkSize: size + 1 });
      } catch (cause) {
        const { code, message } = cause as { code?: string; message: string };
        const isMore = code === "ERR_BUFFER_TOO_LARGE";
        const reason = isMore
          ? `more bytes than the ${size} of the archive's directory`
          : `broken data (${message})`;
        throw this.error("corrupt", part, `it unpacks to ${reason}`, cause);
      }
    }
    this.#expectWhole(part, entry, bytes.length, crc32(bytes));
    return bytes;
  }

  /** The text of a part in pieces of UTF-8, without a byte order mark. */
  async *#utf8Chunks(part: string, entry: ZipEntry): AsyncGenerator<Uint8Array> {
    try {
      yield* utf8Pieces(this.#chunks(part, entry));
    } catch (error) {
      throw this.#fault(part, null, error);
    }
  }

  /** The uncompressed bytes of a part in pieces. Their size and checksum are checked on the way. */
  async *#chunks(part: string, entry: ZipEntry): AsyncGenerator<Uint8Array> {
    const start = this.#dataStart(part, entry);
    const compressed = this.#compressedChunks(start, entry.compressedSize);
    let length = 0;
    let checksum = 0;
    const pieces = entry.compressionMethod === STORED ? compressed : inflateStream(compressed, WINDOW_BYTES);
    try {
      for await (const piece of pieces) {
        length += piece.length;
        checksum = crc32(piece, checksum);
        if (length > entry.uncompressedSize) break;
        yield piece;
      }
    } catch (cause) {
      if (cause instanceof WorkbookError) throw cause;
      throw this.error(
        "corrupt",
        part,
        `its compressed data are broken (${(cause as Error).message})`,
        cause,
      );
    }
    this.#expectWhole(part, entry, length, checksum);
  }

  *#compressedChunks(start: number, size: number): Generator<Uint8Array> {
    for (let at = 0; at < size; at += COMPRESSED_CHUNK_BYTES) {
      yield this.#source.read(start + at, Math.min(COMPRESSED_CHUNK_BYTES, size - at));
    }
  }

  #expectWhole(part: string, entry: ZipEntry, length: number, checksum: number): void {
    if (length !== entry.uncompressedSize) {
      const got = length > entry.uncompressedSize ? "more" : `${length}`;
      throw this.error("corrupt", part, `${got} bytes where the directory says ${entry.uncompressedSize}`);
    }
    if (checksum !== entry.crc32)
      throw this.error("corrupt", part, "its checksum (CRC-32) is wrong: bytes were changed");
  }

  #text(part: string, bytes: Uint8Array): Uint8Array {
    try {
      const text = toUtf8(bytes);
      this.#expectUtf8(part, text);
      return text;
    } catch (error) {
      throw this.#fault(part, null, error);
    }
  }

  #expectUtf8(part: string, bytes: Uint8Array): void {
    if (!isUtf8(bytes)) throw this.error("corrupt", part, "its text is not valid UTF-8");
  }

  #guard<T>(part: string, scanner: WindowScanner, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#fault(part, scanner.address ?? null, error);
    }
  }

  #fault(part: string, address: string | null, error: unknown): unknown {
    if (!(error instanceof XmlFault)) return error;
    const near = address === null ? "" : ` near cell ${address}`;
    return this.error("corrupt", part, `its XML has ${error.message}${near}`, error);
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
