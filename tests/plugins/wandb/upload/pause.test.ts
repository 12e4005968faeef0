/** A wait lasts as long as it was asked to, and ends at once where it is cut short. */

import { expect, test } from "bun:test";
import { Pause } from "../../../../plugins/wandb/upload/pause.ts";

test("a wait of a fraction of a millisecond more is not rounded down", async () => {
  const pause = new Pause();
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    await pause.wait(1.95);
    expect(performance.now() - start).toBeGreaterThanOrEqual(1.95);
  }
});

test("a wait is cut short, unless it must not be", async () => {
  const pause = new Pause();
  const cut = pause.wait(3_600_000);
  pause.cutShort();
  await cut;
  const start = performance.now();
  const kept = pause.wait(200, false);
  pause.cutShort();
  await kept;
  expect(performance.now() - start).toBeGreaterThanOrEqual(200);
});
