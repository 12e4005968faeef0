/** Round numbers along an axis, and how they are written. */

/** A step between ticks is one of these, times a power of ten. */
const STEPS = [1, 2, 5, 10] as const;

/**
 * The ticks of an axis: round numbers of equal distance, of which the first and the last enclose the values.
 *
 * @param most The largest number of ticks, at least 2.
 * @param leastStep The smallest distance; 1 for whole numbers.
 */
export function axisTicks(low: number, high: number, most: number, leastStep = 0): number[] {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const wanted = Math.max(span / (most - 1), leastStep, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(wanted));
  for (const factor of [...STEPS, 20, 50]) {
    const step = factor * power;
    if (step < leastStep) continue;
    const first = Math.floor(roundedRatio(low / step));
    const last = Math.max(first + 1, Math.ceil(roundedRatio(high / step)));
    if (last - first < most) return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
  }
  return [low, high];
}

/** The numbers as texts with as many digits as tell them apart: `0.2`, `0.4`; `1e-4`. */
export function tickLabels(ticks: readonly number[]): string[] {
  const step = Math.abs(ticks[1]! - ticks[0]!);
  const largest = Math.max(...ticks.map(Math.abs));
  if (largest >= 1e5 || largest < 1e-3) return ticks.map((tick) => inPowers(tick, step));
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return ticks.map((tick) => tick.toFixed(Math.min(digits, 6)));
}

function inPowers(tick: number, step: number): string {
  if (Math.abs(tick) < step / 2) return "0";
  const digits = Math.max(
    0,
    Math.floor(Math.log10(Math.abs(tick)) + 1e-9) - Math.floor(Math.log10(step) + 1e-9),
  );
  return tick.toExponential(digits).replace(/\.?0*e\+?/, "e");
}

/** Without the error of the division: 0.3 / 0.1 is 3. */
function roundedRatio(value: number): number {
  const nearest = Math.round(value);
  return Math.abs(value - nearest) < 1e-9 * Math.max(1, Math.abs(value)) ? nearest : value;
}
