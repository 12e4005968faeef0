/** A row of metrics as a line of `metrics.jsonl`. */

/** The name under which a row has the time. */
const TIME = "_time";

/**
 * Numbers that are not finite, which JSON lacks, become the texts `NaN`, `Infinity` and `-Infinity`.
 *
 * @param row As `onLog` receives it.
 * @param seconds Training time of the run so far, of all its processes together.
 */
export function metricLine(row: Readonly<Record<string, number>>, seconds: number): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(row)) {
    if (name === TIME) continue;
    parts.push(`${JSON.stringify(name)}:${Number.isFinite(value) ? value : `"${value}"`}`);
  }
  parts.push(`"${TIME}":${Math.round(seconds * 1000) / 1000}`);
  return `{${parts.join(",")}}\n`;
}

/** The gradient step of a line; null if it has none. */
export function stepOfLine(line: string): number | null {
  const digits = /"global_step":(\d+)[,}]/.exec(line)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The training time of a line in seconds; null if it has none. */
export function secondsOfLine(line: string): number | null {
  const digits = /"_time":([\d.]+)\}/.exec(line)?.[1];
  return digits === undefined ? null : Number(digits);
}
