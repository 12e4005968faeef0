/** Keeps a plugin from ending the process as if the run had come to its end. */

import type { RunConsole } from "../console/console.ts";

/** What a second Ctrl-C ends the process with. */
const INTERRUPTED = 130;

/**
 * From now on, `process.exit` says that the run was not over and who called it, and ends the process with an
 * exit code other than 0: a job script would go on as if training had ended.
 *
 * @returns Its disposal gives `process.exit` back.
 */
export function reportEarlyExit(console: RunConsole): Disposable {
  const exit = process.exit;
  process.exit = (code?: number | string | null): never => {
    const wanted = Number(code ?? process.exitCode ?? 0);
    if (wanted === INTERRUPTED) return exit(INTERRUPTED);
    console.warn(
      `The run was not over: process.exit(${code ?? ""}) was called${callerWords(new Error().stack)}, probably by a plugin. ` +
        "It ends here as failed; what came after its last checkpoint is lost.",
    );
    return exit(wanted === 0 ? 1 : wanted);
  };
  return {
    [Symbol.dispose]() {
      process.exit = exit;
    },
  };
}

/** The place of the call, from the stack of an error in the function that was called. */
function callerWords(stack = ""): string {
  const place = /\(?((?:\/|[A-Za-z]:\\)[^()\n]*:\d+:\d+)\)?/.exec(stack.split("\n").slice(2).join("\n"))?.[1];
  return place ? ` at ${place}` : "";
}
