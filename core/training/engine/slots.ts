/** A few places that are taken and given back; who asked first is served first. */

export class Slots {
  readonly #free: number[];
  #waiting: { resolve(slot: number): void; reject(reason: unknown): void }[] = [];

  /** Places 0 … count − 1, all free. */
  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, slot) => slot);
  }

  /** Waits for a place. @throws What `abandon` was told. */
  take(): Promise<number> {
    const slot = this.#free.pop();
    if (slot !== undefined) return Promise.resolve(slot);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  give(slot: number): void {
    const first = this.#waiting.shift();
    // Handed over directly: were it free for a moment, a later one could take it and the first wait for ever.
    if (first) first.resolve(slot);
    else this.#free.push(slot);
  }

  /** No more places will be given back: those who wait are told why. */
  abandon(reason: unknown): void {
    for (const { reject } of this.#waiting) reject(reason);
    this.#waiting = [];
  }
}
