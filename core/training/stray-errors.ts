/** Keeps errors that nobody awaits, such as those of a plugin's own requests, from ending a run. */

import { errorText } from "../console/command.ts";
import type { RunConsole } from "../console/console.ts";

/** The codes of errors of the standard streams. */
const CONSOLE_GONE = ["EPIPE", "EIO", "ENOSPC"];

const EVENTS = ["unhandledRejection", "uncaughtException"] as const;

/**
 * From now on such errors are printed, each once, and the process goes on. Call it after the device has
 * been opened: the loader of TensorFlow.js's WebAssembly installs listeners that end the process on such an
 * error, and this removes them for the time being.
 *
 * @returns Its disposal restores the listeners from before.
 */
export function reportStrayErrors(console: RunConsole): Disposable {
  const reported = new Set<string>();
  const report = (error: unknown) => {
    // The console has gone: its reader (`| head`) or its terminal, or its disk is full. The run goes on:
    // output.log has everything.
    if (CONSOLE_GONE.includes((error as NodeJS.ErrnoException | null)?.code ?? "")) return;
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
  return {
    [Symbol.dispose]() {
      for (const { event, listeners } of before) {
        process.off(event, report);
        for (const listener of listeners) process.on(event as "exit", listener);
      }
    },
  };
}
