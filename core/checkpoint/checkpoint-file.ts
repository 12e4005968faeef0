/** A checkpoint file that is open for reading. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { LAST_CHECKPOINT, RUN_FILES } from "../base/run-folder-names.ts";
import { DAMAGED, unreadable } from "./read-error.ts";

/** The most bytes that one call of the system reads. */
const READ_BYTES = 1 << 26;

/**
 * A file that can be read at any place.
 *
 * Life cycle: the constructor opens it, `close` closes it.
 */
export class CheckpointFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly #file: number;

  /** @throws {UserError} If there is no such file, or it cannot be read. */
  constructor(path: string) {
    this.path = path;
    this.#file = open(path);
    this.size = fstatSync(this.#file).size;
  }

  /**
   * Fills `target` with the bytes that begin at `offset`.
   *
   * @param where The part of the file that is read, for the message.
   * @throws {UserError} If the file ends too early.
   */
  readInto(offset: number, target: Uint8Array, where: string): void {
    for (let at = 0; at < target.length; ) {
      const got = readSync(this.#file, target, at, Math.min(target.length - at, READ_BYTES), offset + at);
      if (got === 0) {
        const expected = `${target.length} bytes from byte ${offset} on`;
        throw unreadable(this.path, { where, expected, got: `the end after ${at}`, fix: DAMAGED });
      }
      at += got;
    }
  }

  /** A copy of the `bytes` bytes that begin at `offset`. */
  view(offset: number, bytes: number, where: string): DataView<ArrayBuffer> {
    const content = new Uint8Array(bytes);
    this.readInto(offset, content, where);
    return new DataView(content.buffer);
  }

  close(): void {
    closeSync(this.#file);
  }
}

function open(path: string): number {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw unreadable(path, { got: "no such file", fix: "check the path" }, error);
    throw unreadable(path, { got: message, fix: "make the file readable" }, error);
  }
  const kind = fstatSync(file);
  if (kind.isFile()) return file;
  closeSync(file);
  throw unreadable(path, {
    expected: "a checkpoint file",
    got: kind.isDirectory() ? "a folder" : "something that is not a file",
    fix: kind.isDirectory()
      ? `name a file in it, for example ${RUN_FILES.checkpoints}/${LAST_CHECKPOINT}`
      : "check the path",
  });
}
