/** Keeps the grids of a training: in memory up to a limit, the others in a file until they are needed. */

import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import { cacheFolder } from "../base/project-root.ts";
import type { PackedGrid } from "../features/packed-grid.ts";
import { temporaryPath } from "../files/temporaries.ts";
import type { SheetEntry } from "./dataset.ts";

/** Level 1 of zstd: a grid is written once, and read at the same speed at every level. */
const COMPRESSION_LEVEL = 1;

/** Where a grid lies in the file, and what its bytes are. */
interface StoredGrid {
  readonly at: number;
  readonly length: number;
  readonly height: number;
  readonly width: number;
  /** Bytes of the vectors; those of the cells follow. */
  readonly vectors: number;
  readonly bits: 16 | 32;
}

/**
 * Grids of a training. Those that come first stay in memory until the limit is reached. Every epoch visits
 * all sheets in a random order, so no choice among them would save more reading.
 *
 * Life cycle: `keep` takes the sheets as they are loaded. Disposal removes the file; a sheet whose grid lies
 * in it cannot be used afterwards. Where the system allows it, the file has no name from the start, so that
 * a killed process leaves nothing behind.
 */
export class GridStore implements Disposable {
  readonly #limit: number;
  readonly #folder: string;
  #inMemory = 0;
  #file: { readonly descriptor: number; readonly path: string } | null = null;
  #end = 0;

  /**
   * @param limit Bytes of the grids that stay in memory.
   * @param folder Where the file is made once there are more. @default the project's own cache folder
   */
  constructor(limit: number, folder: string = cacheFolder()) {
    this.#limit = limit;
    this.#folder = folder;
  }

  /** Bytes of the grids in memory, and of the others in the file, where they are compressed. */
  get size(): { readonly memory: number; readonly disk: number } {
    return { memory: this.#inMemory, disk: this.#end };
  }

  /**
   * The same sheet; its grid is in memory, or read whenever it is asked for. The bits are the same.
   *
   * @throws {UserError} If the file cannot be written.
   */
  keep(entry: SheetEntry): SheetEntry {
    const { grid } = entry;
    const bytes = grid.vectors.byteLength + grid.cells.byteLength;
    if (this.#inMemory + bytes <= this.#limit) {
      this.#inMemory += bytes;
      return entry;
    }
    const stored = this.#write(grid);
    const read = () => this.#read(stored);
    // An own property, so that copies of the entry and messages to other threads have the grid too.
    return {
      ...entry,
      get grid(): PackedGrid {
        return read();
      },
    };
  }

  [Symbol.dispose](): void {
    if (this.#file === null) return;
    closeSync(this.#file.descriptor);
    rmSync(this.#file.path, { force: true });
    this.#file = null;
  }

  #write({ height, width, vectors, cells }: PackedGrid): StoredGrid {
    const raw = Buffer.concat([bytesOf(vectors), bytesOf(cells)]);
    const packed = Bun.zstdCompressSync(raw, { level: COMPRESSION_LEVEL });
    const at = this.#end;
    try {
      const descriptor = this.#open();
      let done = 0;
      while (done < packed.length) {
        done += writeSync(descriptor, packed, done, packed.length - done, at + done);
      }
    } catch (cause) {
      throw new UserError(
        {
          file: this.#folder,
          message: "Cannot keep the grids that do not fit into data.memory_limit",
          expected: "a folder that can be written to, with room",
          got: (cause as Error).message,
          fix: "free space there, or --data.memory_limit=<MB>, more of this machine's memory",
        },
        { cause },
      );
    }
    this.#end += packed.length;
    const bits = cells.BYTES_PER_ELEMENT === 2 ? 16 : 32;
    return { at, length: packed.length, height, width, vectors: vectors.byteLength, bits };
  }

  #read({ at, length, height, width, vectors, bits }: StoredGrid): PackedGrid {
    if (this.#file === null) throw new Error("The grid of a sheet is read after the end of its training");
    const packed = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const count = readSync(this.#file.descriptor, packed, done, length - done, at + done);
      if (count === 0) throw new Error(`${this.#file.path}: the file of grids ends too early`);
      done += count;
    }
    const raw = Bun.zstdDecompressSync(packed);
    // Copies, which begin where arrays of larger numbers may.
    const part = (from: number, to: number) => new Uint8Array(raw.subarray(from, to)).buffer;
    const cells = part(vectors, raw.length);
    return {
      height,
      width,
      vectors: new Uint32Array(part(0, vectors)),
      cells: bits === 16 ? new Uint16Array(cells) : new Uint32Array(cells),
    };
  }

  #open(): number {
    if (this.#file === null) {
      mkdirSync(this.#folder, { recursive: true });
      const path = temporaryPath(join(this.#folder, "grids"));
      this.#file = { descriptor: openSync(path, "wx+", 0o600), path };
      // Windows deletes no open file.
      if (process.platform !== "win32") rmSync(path, { force: true });
    }
    return this.#file.descriptor;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
