/** Threads that start before there is work for them, while their owner does something else. */

import { OneTaskWorker } from "../base/one-task-worker.ts";

/**
 * Life cycle: `startThreads` starts them. `take` gives each of them away once, and then new ones. Disposal
 * stops those that nobody took.
 */
export interface StartedThreads<Question, Answer> extends Disposable {
  take(): OneTaskWorker<Question, Answer>;
}

/**
 * Starts threads that read files.
 *
 * @param program As in `OneTaskWorker`.
 * @param count How many start now.
 */
export function startThreads<Question, Answer>(
  program: URL,
  count: number,
): StartedThreads<Question, Answer> {
  const start = () => new OneTaskWorker<Question, Answer>(program, "reading thread");
  const waiting = Array.from({ length: count }, start);
  return {
    take: () => waiting.shift() ?? start(),
    [Symbol.dispose]() {
      for (const thread of waiting.splice(0)) thread.stop();
    },
  };
}
