/** Scores as all outputs have them. */

/** Rounds a score to four digits. */
export function roundedScore(score: number): number {
  return Math.round(score * 1e4) / 1e4;
}
