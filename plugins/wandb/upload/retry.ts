/** When a request is sent again, and after how long: the rules of W&B's own client. */

export interface Backoff {
  /** Wait before the second attempt, ms; it doubles with each further one. */
  readonly minWait: number;
  /** The longest wait, ms. */
  readonly maxWait: number;
}

/** W&B's own figures for every kind of request: 2 s, 4 s … 60 s. */
export const BACKOFF: Backoff = { minWait: 2_000, maxWait: 60_000 };

const FINAL = new Set([400, 401, 403, 404, 409, 410, 413, 422, 501]);

/** True for statuses that may go away by themselves: 408, 429, 500, 502 … */
export function isRetryable(status: number): boolean {
  return status >= 400 && !FINAL.has(status);
}

/**
 * The wait before the next attempt, in ms: min · 2^attempt with up to 25 % more, at most `maxWait`. A server's
 * `Retry-After` (seconds or an HTTP date) wins, up to ten minutes.
 *
 * @param attempt Failed attempts so far, minus one: 0 after the first.
 * @param now Milliseconds since 1970, for dates.
 *
 * @example waitBefore(3, { minWait: 2000, maxWait: 60000 }, null, 0, () => 0) // 16000
 */
export function waitBefore(
  attempt: number,
  { minWait, maxWait }: Backoff,
  retryAfter: string | null,
  now: number = Date.now(),
  jitter: () => number = Math.random, // spreads clients over time; training draws nothing from it
): number {
  if (retryAfter !== null) {
    const asked = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
    if (Number.isFinite(asked)) return Math.min(Math.max(asked, 0), 600_000);
  }
  return Math.min(minWait * 2 ** Math.min(attempt, 30) * (1 + 0.25 * jitter()), maxWait);
}
