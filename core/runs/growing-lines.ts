/** Follows a file of lines that another process writes: hands on what is new, and notices a cut. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { tryStat } from "../files/file-state.ts";

const BLOCK = 1 << 20;
const LINE_END = 10;
/** How many of the last bytes read are remembered: if they differ, the file was cut and has grown again. */
const MEMORY = 256;

/**
 * One file. `read` calls back with whole lines only: a last line without its end waits for the rest. If the
 * file was cut or replaced, `onCut` is called first, and it is read from its beginning.
 */
export class GrowingLines {
  readonly #path: string;
  #offset = 0;
  #inode = 0;
  #memory: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** Bytes that were handed on. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * Reads what is new, with a pause for other work after every megabyte.
   *
   * @param onLines Gets the bytes of some lines with their ends, and where they begin. They are valid during
   *   the call only.
   * @param onCut Everything that was handed on before is void.
   * @throws The system's error if the file is there and cannot be read.
   */
  async read(onLines: (bytes: Buffer, offset: number) => void, onCut: () => void): Promise<void> {
    const file = this.#open();
    if (file === null) {
      if (this.#offset > 0) this.#forget(onCut);
      return;
    }
    try {
      const { size, ino } = fstatSync(file);
      if (this.#isOther(file, size, ino)) this.#forget(onCut);
      this.#inode = ino;
      for (let room = BLOCK; this.#offset < size; ) {
        const block = Buffer.allocUnsafe(Math.min(room, size - this.#offset));
        const got = readSync(file, block, 0, block.length, this.#offset);
        if (got === 0) break;
        const end = block.subarray(0, got).lastIndexOf(LINE_END) + 1;
        if (end === 0) {
          if (this.#offset + got >= size) break; // a line that is being written
          room *= 2; // a line that is longer than a block
          continue;
        }
        onLines(block.subarray(0, end), this.#offset);
        this.#offset += end;
        this.#memory = Buffer.from(block.subarray(Math.max(0, end - MEMORY), end));
        room = BLOCK;
        if (this.#offset < size) await new Promise((done) => setImmediate(done));
      }
    } finally {
      closeSync(file);
    }
  }

  #open(): number | null {
    if (tryStat(this.#path)?.isFIFO()) return null; // opening a pipe would wait
    try {
      return openSync(this.#path, "r");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return null;
      throw error;
    }
  }

  #forget(onCut: () => void): void {
    this.#offset = 0;
    this.#memory = Buffer.alloc(0);
    onCut();
  }

  /** True if the file is not the one that was read so far, or has been cut since. */
  #isOther(file: number, size: number, inode: number): boolean {
    if (this.#offset === 0) return false;
    if (size < this.#offset || inode !== this.#inode) return true;
    const now = Buffer.alloc(this.#memory.length);
    readSync(file, now, 0, now.length, this.#offset - now.length);
    return !now.equals(this.#memory);
  }
}
