import type { ExitCode } from "../base/problem.ts";
import { ProcessConsole } from "./console.ts";
import { stopOnSignals } from "./stop-signals.ts";

/**
 * Runs a command's work: the first SIGINT or SIGTERM aborts `signal`, the second ends the process at once.
 *
 * @param afterStop Printed when the work was stopped: what is left, how to go on.
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
