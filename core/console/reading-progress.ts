/** Shows how the reading of workbooks goes, from the calls of a reader that counts them itself. */

import type { RunConsole } from "./console.ts";
import { WorkProgress } from "./work-progress.ts";

export class ReadingProgress {
  readonly #console: RunConsole;
  readonly #what: string;
  readonly #silent: boolean;
  #progress: WorkProgress | null = null;

  /**
   * @param what "reading real".
   * @param silent True where the output is for a program.
   */
  constructor(console: RunConsole, what: string, silent: boolean) {
    this.#console = console;
    this.#what = what;
    this.#silent = silent;
  }

  /** Seconds since the reading began; 0 before. */
  get seconds(): number {
    return this.#progress?.seconds ?? 0;
  }

  /** The part of a reader's options that it is called by. */
  get calls(): { onStart: (workbooks: number) => void; onWorkbook: (share: number) => void } {
    return {
      onStart: (workbooks) => {
        this.#progress = new WorkProgress(this.#console, this.#what, workbooks, this.#silent);
      },
      onWorkbook: (share) => this.#progress?.step(share),
    };
  }

  /** Removes the bar. */
  end(): void {
    this.#progress?.end();
  }
}
