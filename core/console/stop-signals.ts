/** Signals as requests to stop: of a user, of a terminal that closes, and of a scheduler. */

import { isHangUpIgnored } from "./hang-up.ts";

/**
 * A second signal within this time counts as the first one: Ctrl-C reaches every process of the terminal, and
 * the processes that started this one (`bun run`, npx) pass their signal on to it too.
 */
const SAME_SIGNAL_MS = 500;

/** A person sends these. Two of them end the process at once. */
const URGENT: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"];

/**
 * These only announce the end, and may come again: SIGXCPU every second once the processor time is used up,
 * SIGUSR1 and SIGUSR2 as a scheduler's warning that the time is nearly over. A SIGTERM that follows them is
 * the first of its kind, so what is being saved can still become whole.
 */
const NOTICES: readonly NodeJS.Signals[] = ["SIGUSR1", "SIGUSR2", "SIGXCPU"];

/**
 * Aborts `stop` on the first SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 or SIGXCPU. The second SIGINT or
 * SIGTERM ends the process at once with exit code 130. A SIGHUP does nothing if the process was started to
 * outlive its terminal, see `isHangUpIgnored`.
 *
 * @param onFirst Called once, after the abort. `canForce` is true if the same signal, once more, ends the
 *   process.
 * @returns A function that removes the handlers.
 */
export function stopOnSignals(stop: AbortController, onFirst: (canForce: boolean) => void): () => void {
  let urgentAt: number | null = null;
  const abort = (isUrgent: boolean) => {
    if (stop.signal.aborted) return;
    stop.abort();
    onFirst(isUrgent);
  };
  const onUrgent = () => {
    const now = performance.now();
    if (urgentAt !== null && now - urgentAt >= SAME_SIGNAL_MS) process.exit(130);
    urgentAt ??= now;
    abort(true);
  };
  const onNotice = () => abort(false);
  const notices = process.platform === "win32" ? [] : NOTICES;
  const handlers: [NodeJS.Signals, () => void][] = [
    ...URGENT.map((name): [NodeJS.Signals, () => void] => [name, onUrgent]),
    ...notices.map((name): [NodeJS.Signals, () => void] => [name, onNotice]),
    ["SIGHUP", isHangUpIgnored() ? () => {} : onNotice],
  ];
  for (const [name, handler] of handlers) process.on(name, handler);
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler);
  };
}
