/** A list of numbers that grows, in a typed array. */

export class NumberList {
  #values = new Float64Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The numbers so far. The array is valid until the next `push`. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The last number; undefined if there is none. */
  get last(): number | undefined {
    return this.#length === 0 ? undefined : this.#values[this.#length - 1];
  }
}
