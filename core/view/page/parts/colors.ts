/** The colours of runs: the same run has the same one in the table, in charts and beside sheets. */

/** Pairs for a light and a dark page, which colour-blind people can tell apart; after Okabe and Ito. */
const COLORS = [
  ["#0067a5", "#5cb3ef"],
  ["#c04a00", "#ff9a57"],
  ["#007a55", "#3fcf9e"],
  ["#a3478a", "#e08cc6"],
  ["#8a6a00", "#e3b93c"],
  ["#5b50c9", "#a59cff"],
  ["#0f7f8c", "#4dcbd9"],
  ["#a8323e", "#ff8189"],
  ["#4f7a1e", "#a2cf68"],
  ["#6b6f76", "#b3bac4"],
] as const;

/** For style sheets. @param index The place among the chosen runs that exist. */
export function runColor(index: number): string {
  const [light, dark] = COLORS[index % COLORS.length]!;
  return `light-dark(${light}, ${dark})`;
}

/** For a canvas. */
export function canvasColor(index: number, isDark: boolean): string {
  return COLORS[index % COLORS.length]![isDark ? 1 : 0];
}

/** Runs that share a colour differ in their dashes, canvas units. */
export function dashes(index: number): number[] {
  return [[], [6, 3], [2, 3], [9, 3, 2, 3]][Math.floor(index / COLORS.length) % 4]!;
}
