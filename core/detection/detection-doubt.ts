/** How unsure a network is of the tables of a sheet. */

/**
 * The doubt about a sheet: 1 − (1 − a)(1 − b), where
 *
 * - a is how close a score comes to the threshold: 1 at the threshold, falling to 0 at the scores 0 and 1;
 *   the largest of all scores counts;
 * - b is how far the dense maps and the tables are apart (`core/proposals/disagreement.ts`).
 *
 * @param scores Of all boxes that may be tables, 0 … 1.
 * @param threshold The least score of a table, 0 … 1.
 * @returns 0 … 1.
 */
export function detectionDoubt(scores: ArrayLike<number>, threshold: number, disagreement: number): number {
  let closest = 0;
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index]!;
    const room = score >= threshold ? 1 - threshold : threshold;
    if (room > 0) closest = Math.max(closest, 1 - Math.abs(score - threshold) / room);
  }
  return 1 - (1 - closest) * (1 - disagreement);
}
