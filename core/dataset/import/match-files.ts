/** Finds the file of an archive that a line of annotations means. */

/** A file that may be meant: its name in the archive, and where it was unpacked to. */
export interface Candidate {
  /** With forward slashes. */
  readonly name: string;
  readonly path: string;
}

/** Ways to compare names, the strictest first. */
const KEYS: readonly ((base: string) => string)[] = [
  (base) => base.normalize("NFC"),
  (base) => base.normalize("NFKC").toLowerCase().trim(),
  // Archives and file systems replace blanks, brackets and accents, but keep letters and digits.
  (base) => lettersOf(base),
  // A converted workbook has another ending.
  (base) => lettersOf(base.replace(/\.[^.]*$/, "")),
];

/** All keys of a name. A file that shares none with any line need not be unpacked. */
export function looseKey(name: string): string {
  return KEYS.at(-1)!(baseName(name));
}

export type Match =
  | { readonly kind: "found"; readonly file: Candidate; readonly isExact: boolean }
  | { readonly kind: "none" }
  | { readonly kind: "ambiguous"; readonly files: readonly Candidate[] };

/**
 * Finds the file that one of the names means. If several files have the same base name, the folders decide;
 * if they do not, `isSame` may say that all of these files are the same.
 */
export class FileMatcher {
  readonly #byKey: readonly Map<string, Candidate[]>[];
  readonly #isSame: (a: Candidate, b: Candidate) => boolean;

  constructor(files: readonly Candidate[], isSame: (a: Candidate, b: Candidate) => boolean) {
    this.#byKey = KEYS.map((key) => Map.groupBy(files, ({ name }) => key(baseName(name))));
    this.#isSame = isSame;
  }

  /** @param names The likeliest first. */
  find(names: readonly string[]): Match {
    for (const [level, key] of KEYS.entries()) {
      for (const name of names) {
        const found = this.#byKey[level]!.get(key(baseName(name)));
        if (!found) continue;
        const best = closest(found, names);
        const [first, ...others] = best as [Candidate, ...Candidate[]];
        if (others.every((other) => this.#isSame(first, other))) {
          return { kind: "found", file: first, isExact: level === 0 };
        }
        return { kind: "ambiguous", files: best };
      }
    }
    return { kind: "none" };
  }
}

/** The files whose innermost folders agree best with those of any of the names. */
function closest(files: readonly Candidate[], names: readonly string[]): Candidate[] {
  const scores = files.map(({ name }) => Math.max(...names.map((other) => commonFolders(name, other))));
  const best = Math.max(...scores);
  return files.filter((_, index) => scores[index] === best);
}

/** The number of folders with the same name, counted from the file upwards. */
function commonFolders(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split("/").slice(0, -1).reverse().map(lettersOf)) as [
    string[],
    string[],
  ];
  let count = 0;
  while (count < left.length && count < right.length && left[count] === right[count]) count++;
  return count;
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function lettersOf(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}
