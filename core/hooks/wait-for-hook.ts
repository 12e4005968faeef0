/** Waits for a hook, but not for ever without a word. */

import type { RunConsole } from "../console/console.ts";

export interface HookPatience {
  /** A hook that takes longer is named on the console, once. Milliseconds. */
  readonly noticeAfter: number;
  /** How long a hook that is under way when the run is asked to stop still has. Milliseconds. */
  readonly graceAfterStop: number;
}

export const HOOK_PATIENCE: HookPatience = { noticeAfter: 60_000, graceAfterStop: 10_000 };

/**
 * @param whose "Plugin "x" in onEpochEnd", for the messages.
 * @param signal Aborted when the run is asked to stop. A hook that begins after that is waited for without a limit.
 * @throws What the hook throws, or that it did not end in time.
 */
export async function waitForHook(
  work: PromiseLike<void>,
  whose: string,
  console: RunConsole,
  signal: AbortSignal,
  { noticeAfter, graceAfterStop }: HookPatience,
): Promise<void> {
  const { promise: gaveUp, reject } = Promise.withResolvers<never>();
  let limit: Timer | undefined;
  let hold: Timer | undefined;
  const onStop = () => {
    const seconds = graceAfterStop / 1000;
    limit = setTimeout(
      () => reject(new Error(`it did not end within ${seconds} s of the signal to stop`)),
      graceAfterStop,
    );
  };
  // The timer also keeps the process alive: it would end without a word while nothing else is going on.
  const notice = setTimeout(() => {
    console.warn(`waiting for ${whose} for ${noticeAfter / 1000} s; Ctrl-C ends the run without it`);
    hold = setInterval(() => {}, 60_000);
  }, noticeAfter);
  if (!signal.aborted) signal.addEventListener("abort", onStop, { once: true });
  try {
    await Promise.race([work, gaveUp]);
  } finally {
    clearTimeout(notice);
    clearTimeout(limit);
    clearInterval(hold);
    signal.removeEventListener("abort", onStop);
  }
}
