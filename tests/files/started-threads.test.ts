/** Threads that start early are used first, and stopped if nobody takes them. */

import { expect, test } from "bun:test";
import { startThreads } from "../../core/files/started-threads.ts";

const PROGRAM = new URL("../prediction/failing-thread.ts", import.meta.url);

test("take() gives each started thread away once, then new ones; the others are stopped", async () => {
  const threads = startThreads(PROGRAM, 2);
  const first = threads.take();
  const second = threads.take();
  const third = threads.take();
  expect(new Set([first, second, third]).size).toBe(3);
  threads[Symbol.dispose]();
  expect([first, second, third].map(({ isDead }) => isDead)).toEqual([false, false, false]);
  for (const thread of [first, second, third]) thread.stop();
});

test("threads that nobody took end with their owner", () => {
  const threads = startThreads(PROGRAM, 1);
  threads[Symbol.dispose]();
  const fresh = threads.take();
  expect(fresh.isDead).toBe(false);
  fresh.stop();
  expect(fresh.isDead).toBe(true);
});
