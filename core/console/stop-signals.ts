/** SIGINT and SIGTERM as a request to stop. */

/**
 * Within this time a second signal is the first one again: Ctrl-C reaches every process of the terminal, and the ones
 * that started this (`bun run`, npx) hand theirs on too.
 */
const SAME_SIGNAL_MS = 500;

/**
 * Aborts `stop` on the first SIGINT or SIGTERM; a second one ends the process at once with exit code 130.
 *
 * @param onFirst Called once, after the abort.
 * @returns Removes the handlers.
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
