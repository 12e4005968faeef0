/** Large files, written piece by piece, that appear under their name only when they are whole. */

import { closeSync, fdatasync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { temporaryPath } from "./temporaries.ts";
import { removeQuietly, syncFolder } from "./write-atomic.ts";

/** Smaller pieces are gathered before they are written; larger ones are written directly, without a copy. */
const GATHER_BYTES = 1 << 18;

/** The most that one system call writes, so that signals and other work do not wait for long. */
const WRITE_BYTES = 1 << 26;

/** After this many bytes the system is asked to start bringing them to the disk. */
const SYNC_BYTES = 1 << 25;

/**
 * A file that is written under a temporary name until `commit` gives it its final name. The file that had the
 * name before is untouched until then, and the new one is whole afterwards, even if the machine crashes.
 *
 * Open it by its constructor, call `write` any number of times, then `commit` or `abort`.
 */
export class AtomicOutput {
  readonly path: string;
  readonly #temporary: string;
  #file: number | null;
  readonly #gathered = new Uint8Array(GATHER_BYTES);
  #gatheredBytes = 0;
  #written = 0;
  readonly #early: EarlySync | null;

  /**
   * @param path The final name; its folder has to exist.
   * @throws The system's error (ENOSPC, EROFS, EACCES …) as it came, here and in all methods.
   */
  constructor(path: string) {
    this.path = path;
    this.#temporary = temporaryPath(path);
    this.#file = openSync(this.#temporary, "wx");
    this.#early = process.platform === "win32" ? null : new EarlySync(this.#temporary);
  }

  /** How many bytes were given to `write` so far: the position of the next one in the file. */
  get position(): number {
    return this.#written + this.#gatheredBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.#gatheredBytes + bytes.length > GATHER_BYTES) this.#flush();
    if (bytes.length > GATHER_BYTES) {
      this.#writeThrough(bytes);
    } else {
      this.#gathered.set(bytes, this.#gatheredBytes);
      this.#gatheredBytes += bytes.length;
    }
  }

  /**
   * Calls fsync, renames the file and calls fsync for the folder: then the new content is
   * durable under its name.
   */
  commit(): void {
    this.#flush();
    fsyncSync(this.#open);
    this.#close();
    renameSync(this.#temporary, this.path);
    syncFolder(dirname(this.path));
  }

  /** Removes the temporary file. Does nothing after `commit`. */
  abort(): void {
    try {
      this.#close();
    } catch {
      // The failure that led here is the one to report.
    }
    removeQuietly(this.#temporary);
  }

  get #open(): number {
    if (this.#file === null) throw new Error(`${this.path} is already closed`);
    return this.#file;
  }

  #flush(): void {
    if (this.#gatheredBytes === 0) return;
    const bytes = this.#gathered.subarray(0, this.#gatheredBytes);
    this.#gatheredBytes = 0;
    this.#writeThrough(bytes);
  }

  #writeThrough(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(this.#open, bytes, at, Math.min(bytes.length - at, WRITE_BYTES));
    }
    this.#written += bytes.length;
    this.#early?.after(this.#written);
  }

  #close(): void {
    const file = this.#file;
    this.#file = null;
    if (file === null) return;
    this.#early?.close();
    closeSync(file);
  }
}

/**
 * Starts to bring a file to the disk while it is still being written, on another thread, so that little
 * is left for the fsync at the end. It has a file handle of its own, so a failure is reported to the
 * writer's fsync too.
 */
class EarlySync {
  readonly #file: number;
  #pending = 0;
  #closed = false;
  #next = SYNC_BYTES;

  constructor(path: string) {
    this.#file = openSync(path, "r");
  }

  after(written: number): void {
    if (written < this.#next) return;
    this.#next = written + SYNC_BYTES;
    this.#pending++;
    fdatasync(this.#file, () => {
      this.#pending--;
      this.#closeWhenIdle();
    });
  }

  close(): void {
    this.#closed = true;
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (this.#closed && this.#pending === 0) closeSync(this.#file);
  }
}
