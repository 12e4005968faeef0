/** Waits until all that a command printed has arrived, and reports it if that failed. */

import { setImmediate } from "node:timers/promises";
import { type ExitCode, UserError } from "../base/problem.ts";

/** Whoever read the results has closed the pipe, as `| head` does: the command ends without a word. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

/** The error for results that standard output did not take. */
export function outputError(cause: NodeJS.ErrnoException): ReaderGone | UserError {
  if (cause.code === "EPIPE") return new ReaderGone("The reader has closed the pipe", { cause });
  const fix = "make room on the disk, or send the results to another place";
  const message = "Cannot write to standard output";
  return new UserError({ message, got: cause.message, fix }, { cause });
}

/** Watches the standard streams of this process from its construction on. */
export class StandardOutputWatch {
  #failure: NodeJS.ErrnoException | null = null;

  constructor() {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      this.#failure ??= error;
    });
    // There is no place left to report that messages cannot be written.
    process.stderr.on("error", () => {});
  }

  /**
   * Waits until a slow reader of a pipe has got everything: output that is still buffered at the exit is
   * lost.
   *
   * @param code The exit code of the command.
   * @param isKept True: the output is in a file too, so that the exit code does not depend on the streams.
   * @returns The exit code of the process: 1 if the command itself is done but its output was lost.
   */
  async end(code: ExitCode, isKept = false): Promise<ExitCode> {
    await this.#drained();
    if (this.#failure === null) return code;
    const error = outputError(this.#failure);
    if (error instanceof ReaderGone || code !== 0) return code;
    process.stderr.write(`${error.message}\n`);
    return isKept ? 0 : 1;
  }

  async #drained(): Promise<void> {
    const { stdout } = process;
    // After a failure the end of the stream is never told.
    if (stdout.destroyed || this.#failure !== null) return;
    await new Promise<void>((resolve) => {
      stdout.once("error", () => resolve());
      stdout.end(() => resolve());
    });
    await setImmediate(); // the failure of the last write shows only after the end
  }
}
