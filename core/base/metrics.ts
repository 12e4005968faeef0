/** What is measured of a run: numbers by name, and how they read as text. */

/** Named numbers without a prefix (`f1`, `loss`); null where there is nothing to measure (no matches, no split). */
export type Metrics = Readonly<Record<string, number | null>>;

/** A metric's value as text: `0.8235`, or `–` where there is none. */
export function formatMetric(value: Metrics[string] | undefined, digits = 4): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}
