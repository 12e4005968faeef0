/**
 * A file to which lines are added. When `append` returns, the operating system has the line; a killed process
 * leaves at most one torn line. A disk that takes nothing never stops the run: the lines wait in memory.
 */

import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

/** How much may wait in memory while the disk takes nothing. */
const MOST_HELD_BYTES = 16 * 2 ** 20;
/** Lines that are added between two attempts after a failure. */
const LINES_PER_ATTEMPT = 50;

export class LineFile {
  readonly #path: string;
  readonly #onTrouble: (problem: string) => void;
  #file: number | null = null;
  /** What waits to be written, oldest first. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #linesToWait = 0;
  #state: "good" | "troubled" | "given up" = "good";

  /**
   * @param onTrouble Gets one sentence when a line could not be written for the first time, and one if lines
   *   are lost.
   */
  constructor(path: string, onTrouble: (problem: string) => void) {
    this.#path = path;
    this.#onTrouble = onTrouble;
  }

  /** @param line With its end. */
  append(line: string): void {
    if (this.#state === "given up") return;
    const bytes = Buffer.from(line);
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#linesToWait-- > 0) return;
    this.#writeHeld();
    if (this.#heldBytes <= MOST_HELD_BYTES) return;
    this.#state = "given up";
    this.#held = [];
    this.#onTrouble(`${this.#path} has not taken a line for too long: the rest of the run is missing there`);
  }

  /** Tries once more to write what waits, puts the file on the disk and closes it. */
  close(): void {
    if (this.#state !== "given up") this.#writeHeld();
    if (this.#held.length > 0)
      this.#onTrouble(`${this.#path} has not taken the last lines: they are missing there`);
    this.#held = [];
    if (this.#file === null) return;
    try {
      fsyncSync(this.#file);
    } catch {
      // Some network file systems cannot; the lines are written all the same.
    }
    closeSync(this.#file);
    this.#file = null;
  }

  #writeHeld(): void {
    try {
      this.#file ??= openSync(this.#path, "a");
      for (let piece = this.#held[0]; piece !== undefined; piece = this.#held[0]) {
        const count = writeSync(this.#file, piece);
        this.#heldBytes -= count;
        if (count === piece.length) this.#held.shift();
        else this.#held[0] = piece.subarray(count);
      }
      this.#linesToWait = 0;
    } catch (error) {
      this.#linesToWait = LINES_PER_ATTEMPT;
      if (this.#state === "good") {
        this.#onTrouble(`${this.#path} takes no lines: ${(error as Error).message}; they wait in memory`);
      }
      this.#state = "troubled";
    }
  }
}
