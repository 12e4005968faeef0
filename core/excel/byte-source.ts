/** The bytes of a file, read on demand. */

import { closeSync, fstatSync, lstatSync, openSync, readSync, statSync } from "node:fs";
import { nearestPath } from "../base/nearest-path.ts";
import { shellWords } from "../base/shell-words.ts";
import { systemPath } from "../base/system-path.ts";
import { WorkbookError } from "./workbook-error.ts";
import { workbookKind } from "./workbook-names.ts";

/** Bytes in memory. Their name is used in messages, and its ending says whether they are a text. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Files up to this size are read at once. */
const WHOLE_FILE_BYTES = 32 * 2 ** 20;

/** A file, or bytes in memory that take its place. `close` it in the end. */
export class ByteSource {
  /** As the user named it. */
  readonly name: string;
  readonly size: number;
  readonly #bytes: Uint8Array | null;
  #file: number | null;

  private constructor(name: string, size: number, bytes: Uint8Array | null, file: number | null) {
    this.name = name;
    this.size = size;
    this.#bytes = bytes;
    this.#file = file;
  }

  /** @throws {WorkbookError} `unreadable`, with the system's reason. */
  static open(source: string | NamedBytes): ByteSource {
    if (typeof source !== "string")
      return new ByteSource(source.name, source.bytes.length, source.bytes, null);
    let file: number | null = null;
    try {
      // Opening a pipe would wait for whoever writes to it.
      if (!statSync(systemPath(source)).isFile()) {
        throw Object.assign(new Error("not a file"), { code: "EISDIR" });
      }
      file = openSync(systemPath(source), "r");
      const stats = fstatSync(file);
      if (stats.size > WHOLE_FILE_BYTES) return new ByteSource(source, stats.size, null, file);
      const bytes = readFully(file, 0, stats.size);
      closeSync(file);
      return new ByteSource(source, bytes.length, bytes, null);
    } catch (cause) {
      if (file !== null) closeSync(file);
      throw unreadable(source, cause);
    }
  }

  /** True if all bytes are in memory already. */
  get isInMemory(): boolean {
    return this.#bytes !== null;
  }

  /**
   * `length` bytes from `offset` on, or fewer at the end of the file. Do not write to them:
   * they may be a view.
   */
  read(offset: number, length: number): Buffer {
    const start = Math.min(offset, this.size);
    const available = Math.min(length, this.size - start);
    if (this.#bytes) return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, available);
    try {
      return readFully(this.#file!, start, available);
    } catch (cause) {
      throw unreadable(this.name, cause);
    }
  }

  /** Closes the file. Closing it once more does nothing. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function readFully(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let read = 0;
  while (read < length) {
    const more = readSync(file, bytes, read, length - read, offset + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}

function unreadable(file: string, cause: unknown): WorkbookError {
  const code = (cause as { code?: string }).code ?? "";
  const reasons: Record<string, string> = {
    ENOENT: "there is no such file",
    EISDIR: "it is a folder, a pipe or a device, not a file",
    EACCES: "no permission to read it",
  };
  const isDeadLink = code === "ENOENT" && isLink(file);
  const known = isDeadLink ? "it is a link to a file that is not there" : reasons[code];
  const reason = known ?? `the system reports ${(cause as Error).message}`;
  const fix = code === "ENOENT" && !isDeadLink ? fixForMissing(file) : undefined;
  return new WorkbookError("unreadable", { file, reason, cause, ...(fix === undefined ? {} : { fix }) });
}

function isLink(file: string): boolean {
  try {
    return lstatSync(systemPath(file)).isSymbolicLink();
  } catch {
    return false;
  }
}

/** What to do about a workbook that is not there; undefined if nothing of a similar name is. */
function fixForMissing(file: string): string | undefined {
  if (/^https?:\/\//.test(file)) return "download it, and name the file";
  const close = nearestPath(file, (path) => workbookKind(path) !== null);
  return close === null ? undefined : `the nearest workbook: ${shellWords([close])}`;
}
