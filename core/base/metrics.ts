/** Metrics: numbers by name, and their form in a text. */

/**
 * Numbers by name, without a prefix (`f1`, `loss`); null if there is nothing to measure (no
 * matches, no split).
 */
export type Metrics = Readonly<Record<string, number | null>>;

/** A metric's value as text: `0.8235`, or `–` if there is none. */
export function formatMetric(value: Metrics[string] | undefined, digits = 4): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}
