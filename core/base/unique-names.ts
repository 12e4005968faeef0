/** Names that differ from each other: a later one of the same name gets a number. */

/**
 * Names whose upper and lower case count as the same. Thousands of equal names take no longer than different
 * ones: the numbers that are taken are not tried again.
 */
export class UniqueNames {
  readonly #taken: Set<string>;
  /** The last number that was given, by the name without one. */
  readonly #last = new Map<string, number>();

  /** @param taken Names, in lower case, that are not given. */
  constructor(taken: readonly string[] = []) {
    this.#taken = new Set(taken);
  }

  /** @param make Makes the name with an ending: "", or `-2`, `-3` and so on, until it is free. */
  add(make: (ending: string) => string): string {
    const plain = make("");
    const key = plain.toLowerCase();
    let number = this.#last.get(key) ?? 1;
    let name = plain;
    while (this.#taken.has(name.toLowerCase())) name = make(`-${++number}`);
    this.#last.set(key, number);
    this.#taken.add(name.toLowerCase());
    return name;
  }
}
