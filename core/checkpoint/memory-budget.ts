/** Limits the memory that reading a file may take. */

import { unreadable } from "./read-error.ts";

/** Reading may take 64 MB besides; a part of them is left for code and garbage. */
const BASE_BYTES = 32 << 20;

/**
 * The memory that reading one file may allocate: twice its size and a constant. Memory is charged before it
 * is taken, so a small file that claims to be huge is refused and does not fill the machine.
 */
export class MemoryBudget {
  readonly #file: string;
  #left: number;

  constructor(file: string, fileBytes: number) {
    this.#file = file;
    this.#left = 2 * fileBytes + BASE_BYTES;
  }

  /** @throws {UserError} If less than `bytes` are left. */
  take(bytes: number, where?: string): void {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    throw unreadable(this.#file, {
      where,
      expected: "content in proportion to the file's size",
      got: "more than twice the file's size",
      fix: "the file was made to exhaust memory, or is damaged: do not use it",
    });
  }
}
