/**
 * Waits for what has to become true, however long a busy machine takes over it: a file, a line of output, a
 * request.
 */

import { setTimeout } from "node:timers/promises";

/** Between two looks, ms. */
const PAUSE = 5;

/**
 * Looks again and again until the condition holds. The test's own time limit ends a wait for something that
 * never comes.
 *
 * @param working The process that should bring it about.
 * @throws {Error} If that process ends and the condition still does not hold.
 */
export async function until(condition: () => boolean, working?: Bun.Subprocess): Promise<void> {
  while (!condition()) {
    if (working !== undefined && (working.exitCode ?? working.signalCode) !== null && !condition()) {
      throw new Error(`process ${working.pid} ended (${working.exitCode ?? working.signalCode}) before that`);
    }
    await setTimeout(PAUSE);
  }
}
