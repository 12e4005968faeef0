/** Waits for an async hook: says so when it takes long, and gives it up when the run is asked to stop. */

import type { RunConsole } from "../console/console.ts";

export interface HookPatience {
  /** A hook that takes longer than this is named on the console, once. In ms. */
  readonly noticeAfter: number;
  /** How long a hook may go on after the run is asked to stop. In ms. */
  readonly graceAfterStop: number;
}

export const HOOK_PATIENCE: HookPatience = { noticeAfter: 60_000, graceAfterStop: 10_000 };

/**
 * Waits for a hook that has been called.
 *
 * @param whose For the message: `the plugin "x" in onEpochEnd`.
 * @param signal Aborted when the run is asked to stop. A hook that was called after that has no limit: it
 *   may be the one that saves the run.
 * @returns What the hook returns.
 * @throws What the hook throws, or an error saying that it did not end in time.
 */
export async function waitForHook<Result>(
  work: PromiseLike<Result>,
  whose: string,
  console: RunConsole,
  signal: AbortSignal,
  { noticeAfter, graceAfterStop }: HookPatience,
): Promise<Result> {
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
  // A process ends when nothing keeps it going, which a hook that never resolves does not. The interval
  // does.
  const notice = setTimeout(() => {
    console.warn(`waiting for ${whose} for ${noticeAfter / 1000} s; Ctrl-C ends the run without it`);
    hold = setInterval(() => {}, 60_000);
  }, noticeAfter);
  if (!signal.aborted) signal.addEventListener("abort", onStop, { once: true });
  try {
    return await Promise.race([work, gaveUp]);
  } finally {
    clearTimeout(notice);
    clearTimeout(limit);
    clearInterval(hold);
    signal.removeEventListener("abort", onStop);
  }
}
