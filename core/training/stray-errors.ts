/** Errors that nobody waits for, such as those of a request that a plugin did not await: they do not end a run. */

import { errorText } from "../console/command.ts";
import type { RunConsole } from "../console/console.ts";

const EVENTS = ["unhandledRejection", "uncaughtException"] as const;

/**
 * From now on such errors are printed, each once, and the process goes on. Call it when the device is open: the loader of
 * TensorFlow.js's WebAssembly ends the process on every one of them, and has to be put aside.
 *
 * @returns Puts everything back.
 */
export function reportStrayErrors(console: RunConsole): () => void {
  const reported = new Set<string>();
  const report = (error: unknown) => {
    // Whoever read what is printed has gone (`| head`): there is output.log, and training is worth more than its lines.
    if ((error as NodeJS.ErrnoException | null)?.code === "EPIPE") return;
    const text = errorText(error);
    if (reported.has(text)) return;
    reported.add(text);
    console.warn(
      `An error outside of every hook, probably a plugin's that awaits too little; the run goes on.\n${text}`,
    );
  };
  const before = EVENTS.map((event) => ({ event, listeners: process.listeners(event as "exit") }));
  for (const event of EVENTS) {
    process.removeAllListeners(event);
    process.on(event, report);
  }
  return () => {
    for (const { event, listeners } of before) {
      process.off(event, report);
      for (const listener of listeners) process.on(event as "exit", listener);
    }
  };
}
