/** Guesses which name was meant, for messages about unknown keys, plugins, hooks and choices. */

/**
 * The candidate that is nearest to a misspelt name. The rules, the strongest first:
 *
 * 1. the same name with other case or separators,
 * 2. the least edit distance, up to a third of the letters,
 * 3. the one candidate that begins with the name, if that has three letters (`vali` → `validation`),
 * 4. a candidate that contains all words of the name (`epochs` → `max_epochs`),
 * 5. a candidate that abbreviates the name (`learning_rate` → `lr`).
 *
 * Of several that are equally near, the one counts whose beginning agrees longest (`ofline` → `offline`, not
 * `online`), then the first.
 *
 * @returns null if no candidate is a likely guess.
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const list = [...candidates];
  const bare = plain(name);
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  const agreesLonger = (candidate: string, other: string) =>
    sharedBeginning(bare, plain(candidate)) > sharedBeginning(bare, plain(other));
  for (const candidate of list) {
    const distance = editDistance(bare, plain(candidate));
    const allowed = Math.max(1, Math.floor(Math.max(bare.length, plain(candidate).length) / 3));
    // In a word of up to three letters, a replaced letter makes another word (gpu, cpu); a swapped
    // one is a slip.
    const another =
      bare.length < 4 && bare.length === plain(candidate).length && !sameLetters(bare, plain(candidate));
    if (another || distance > allowed || distance >= bare.length || distance > least) continue;
    if (best !== null && distance === least && !agreesLonger(candidate, best)) continue;
    best = candidate;
    least = distance;
  }
  if (best !== null) return best;
  const longer = list.filter((candidate) => plain(candidate).startsWith(bare));
  if (longer.length === 1 && bare.length >= LEAST_BEGINNING) return longer[0]!;
  const parts = words(name);
  if (parts.length === 0) return null; // every name has all of no words
  const containing = list.find((candidate) => parts.every((part) => words(candidate).includes(part)));
  const initials = parts.map((part) => part[0]).join("");
  return containing ?? (parts.length > 1 ? (list.find((candidate) => candidate === initials) ?? null) : null);
}

/** The least number of letters that count as the beginning of a name. */
const LEAST_BEGINNING = 3;

/**
 * How many letters have to be inserted, deleted, replaced or swapped with their neighbour to turn `a` into
 * `b`, at least (optimal string alignment distance: no letter is edited twice).
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + changed);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** Letters at the beginning in which two names agree. */
function sharedBeginning(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function sameLetters(a: string, b: string): boolean {
  return [...a].sort().join("") === [...b].sort().join("");
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_.-]/g, "");
}

/** `maxEpochs`, `max_epochs` and `max-epochs` have the words `max` and `epochs`. */
function words(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[\s_.-]+/)
    .filter(Boolean);
}
