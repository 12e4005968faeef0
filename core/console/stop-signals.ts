/** SIGINT and SIGTERM as requests to stop. */

/**
 * A second signal within this time counts as the first one: Ctrl-C reaches every process of the terminal, and
 * the processes that started this one (`bun run`, npx) pass their signal on to it too.
 */
const SAME_SIGNAL_MS = 500;

/**
 * Aborts `stop` on the first SIGINT or SIGTERM. The second one ends the process at once with exit code 130.
 *
 * @param onFirst Called once, after the abort.
 * @returns A function that removes the handlers.
 */
export function stopOnSignals(stop: AbortController, onFirst: () => void): () => void {
  let first = 0;
  const onSignal = () => {
    if (stop.signal.aborted) {
      if (performance.now() - first >= SAME_SIGNAL_MS) process.exit(130);
      return;
    }
    first = performance.now();
    stop.abort();
    onFirst();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return () => {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  };
}
