/** Whether a request is sent again, and after how long: the rules of W&B's own client. */

export interface Backoff {
  /** The wait before the second attempt, in ms. It doubles with each further attempt. */
  readonly minWait: number;
  /** The longest wait, in ms. */
  readonly maxWait: number;
}

/** The waits of W&B's own client: 2 s, 4 s … 60 s. */
export const BACKOFF: Backoff = { minWait: 2_000, maxWait: 60_000 };

const FINAL = new Set([400, 401, 403, 404, 409, 410, 413, 422, 501]);

/** True for the statuses of failures that may pass: 408, 429, 500, 502 … */
export function isRetryable(status: number): boolean {
  return status >= 400 && !FINAL.has(status);
}

/**
 * The wait before the next attempt, in ms: minWait · 2^attempt and up to 25 % more, at most `maxWait`. If
 * the server sent `Retry-After`, that is the wait, up to ten minutes.
 *
 * @param attempt 0 after the first failed attempt, 1 after the second …
 * @param retryAfter The header: seconds or an HTTP date. Null if there was none.
 * @param now ms since 1970: a date in the header is compared with it.
 *
 * @example waitBefore(3, { minWait: 2000, maxWait: 60000 }, null, 0, () => 0) // 16000
 */
export function waitBefore(
  attempt: number,
  { minWait, maxWait }: Backoff,
  retryAfter: string | null,
  now: number = Date.now(),
  jitter: () => number = Math.random, // spreads clients over time; not the random numbers of the training
): number {
  if (retryAfter !== null) {
    const asked = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
    if (Number.isFinite(asked)) return Math.min(Math.max(asked, 0), 600_000);
  }
  return Math.min(minWait * 2 ** Math.min(attempt, 30) * (1 + 0.25 * jitter()), maxWait);
}
