/** Tests how long a request waits before it is tried again. */

import { describe, expect, test } from "bun:test";
import { isRetryable, waitBefore } from "../../../../plugins/wandb/upload/retry.ts";

const backoff = { minWait: 2_000, maxWait: 60_000 };
const wait = (attempt: number, retryAfter: string | null = null, jitter = 0) =>
  waitBefore(attempt, backoff, retryAfter, Date.parse("2026-11-23T12:00:00Z"), () => jitter);

describe("waitBefore()", () => {
  test("doubles from the shortest to the longest wait", () => {
    expect([0, 1, 2, 3, 4, 5, 500].map((attempt) => wait(attempt))).toEqual([
      2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
    ]);
  });

  test("adds up to a quarter", () => {
    expect(wait(0, null, 0.999)).toBeCloseTo(2_500, -1);
  });

  test("obeys Retry-After in seconds and as a date, within ten minutes", () => {
    expect(wait(0, "7")).toBe(7_000);
    expect(wait(5, "0")).toBe(0);
    expect(wait(0, "Mon, 23 Nov 2026 12:01:30 GMT")).toBe(90_000);
    expect(wait(0, "Mon, 23 Nov 2026 11:00:00 GMT")).toBe(0);
    expect(wait(0, "86400")).toBe(600_000);
  });

  test("takes its own wait where Retry-After is neither", () => {
    expect(wait(0, "soon")).toBe(2_000);
  });
});

test("isRetryable() is true for what may pass and false for what will not", () => {
  expect([408, 418, 429, 500, 502, 503, 504].filter((status) => !isRetryable(status))).toEqual([]);
  expect([200, 302, 400, 401, 403, 404, 409, 410, 413, 422, 501].filter(isRetryable)).toEqual([]);
});
