/** Names that differ from each other: a later one of the same name gets a number. */

export interface UniqueNamesOptions {
  /** False: upper and lower case count as the same, as on some file systems. @default false */
  readonly isCaseSensitive?: boolean;
  /** What a later name gets, from 2 on. @default `-2`, `-3` … */
  readonly ending?: (number: number) => string;
}

/**
 * Thousands of equal names take no longer than different ones: the numbers that are taken are not tried
 * again.
 */
export class UniqueNames {
  readonly #taken: Set<string>;
  readonly #keyOf: (name: string) => string;
  readonly #ending: (number: number) => string;
  /** The last number that was given, by the name without one. */
  readonly #last = new Map<string, number>();

  /** @param taken Names that are not given. */
  constructor(taken: readonly string[] = [], options: UniqueNamesOptions = {}) {
    const { isCaseSensitive = false, ending = (number) => `-${number}` } = options;
    this.#keyOf = isCaseSensitive ? (name) => name : (name) => name.toLowerCase();
    this.#ending = ending;
    this.#taken = new Set(taken.map(this.#keyOf));
  }

  /** Takes a name if it is free. @returns Whether it was. */
  take(name: string): boolean {
    const key = this.#keyOf(name);
    if (this.#taken.has(key)) return false;
    this.#taken.add(key);
    return true;
  }

  /** @param make Makes the name with an ending: "", or one with a number, until it is free. */
  add(make: (ending: string) => string): string {
    let name = make("");
    const key = this.#keyOf(name);
    let number = this.#last.get(key) ?? 1;
    while (!this.take(name)) name = make(this.#ending(++number));
    this.#last.set(key, number);
    return name;
  }
}
