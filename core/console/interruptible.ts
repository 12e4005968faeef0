/** Commands that can be stopped with Ctrl-C. */

import type { ExitCode } from "../base/problem.ts";
import { ProcessConsole } from "./console.ts";
import { stopOnSignals } from "./stop-signals.ts";

/**
 * Runs the work of a command. The first signal to stop aborts `signal`; a second SIGINT or SIGTERM ends the
 * process at once.
 *
 * @param afterStop Printed if the work was stopped: what remains, and how to continue.
 * @returns The exit code of `work`; 130 if it was stopped.
 */
export async function interruptible(
  afterStop: string,
  work: (signal: AbortSignal, console: ProcessConsole) => Promise<ExitCode>,
): Promise<ExitCode> {
  const console = new ProcessConsole();
  const stop = new AbortController();
  const removeHandlers = stopOnSignals(stop, () => {});
  try {
    return await work(stop.signal, console);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.status(null);
    console.warn(afterStop);
    return 130;
  } finally {
    removeHandlers();
    console.close();
  }
}
