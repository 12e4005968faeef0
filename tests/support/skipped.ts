/** Says which tests cannot run on this machine, in the one form that `bun run verify` gathers. */

/** What every notice begins with. */
export const SKIPPED = "skipped: ";

/** Prints a notice: `skipped("tests against PyTorch", "no python3 with torch")`. */
export function skipped(what: string, why: string): void {
  console.warn(`${SKIPPED}${what} (${why})`);
}
