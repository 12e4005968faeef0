import { unreadable } from "./read-error.ts";

/** Of the 64 MB that reading may take besides, a part is left to code and garbage. */
const BASE_BYTES = 32 << 20;

/**
 * What reading one file may allocate: twice its size and a constant. Charges are made before memory is taken, so a small
 * file that claims a great deal is refused instead of filling the machine.
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
