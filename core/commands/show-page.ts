/** Runs a command that shows a page: its arguments, what it prints, and its end by Ctrl-C. */

import type { ExitCode } from "../base/problem.ts";
import { ProcessConsole } from "../console/console.ts";
import { stopOnSignals } from "../console/stop-signals.ts";
import type { PageServer } from "../view/page-server.ts";
import { wholeNumber } from "./define-data-command.ts";
import { openInBrowser } from "./open-in-browser.ts";

/** The last port there is. */
const MOST_PORT = 65_535;

export const OPEN_ARGUMENT = { type: "boolean", description: "Open the page in the browser" } as const;

/** @param usual The port without the option. */
export function portArgument(usual: string) {
  const description = `The port to listen at (${usual})`;
  return { type: "string", valueHint: "number", description } as const;
}

/** @returns null without the option. @throws {UserError} Exit code 2. */
export function portOf(text: string | undefined): number | null {
  return wholeNumber("port", text, 0, MOST_PORT) ?? null;
}

/** Prints what the page shows and its address, and waits for Ctrl-C. */
type Shown = (server: PageServer, lines: readonly string[]) => Promise<void>;

/**
 * Shows a page until Ctrl-C.
 *
 * @param show Starts the server, calls `shown`, and ends the server afterwards.
 * @throws What `show` throws.
 */
export async function showPage(
  isOpened: boolean,
  show: (console: ProcessConsole, shown: Shown) => Promise<void>,
): Promise<ExitCode> {
  const console = new ProcessConsole();
  const stop = new AbortController();
  const removeHandlers = stopOnSignals(stop, () => {});
  const ended = new Promise((done) => stop.signal.addEventListener("abort", done));
  try {
    await show(console, async ({ address }, lines) => {
      for (const line of lines) console.line(line);
      console.line(`open ${address}`);
      console.line("only this machine reaches it, and only with the token in this address; Ctrl-C ends it");
      if (isOpened) openInBrowser(address, (problem) => console.warn(problem));
      await ended;
    });
    return 0;
  } finally {
    removeHandlers();
    console.close();
  }
}
