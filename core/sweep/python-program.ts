/** A program that answers lines with lines, started when it is first asked. */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** The last of what a program wrote on standard error. */
const KEPT_ERRORS = 10_000;

export interface LineAnswer {
  /** null: the program ended instead. */
  readonly line: string | null;
  /** What it has written on standard error. */
  readonly errors: string;
}

/** One program. It ends with its input, so never later than this process. */
export class PythonProgram implements Disposable {
  readonly #words: readonly string[];
  #child: ChildProcessWithoutNullStreams | null = null;
  #lines: AsyncIterator<string> | null = null;
  #errors = "";
  /** Questions are asked one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  ask(line: string): Promise<LineAnswer> {
    const answer = this.#last.then(() => this.#ask(line));
    this.#last = answer;
    return answer;
  }

  [Symbol.dispose](): void {
    this.#child?.stdin.end();
  }

  async #ask(line: string): Promise<LineAnswer> {
    const child = this.#started();
    child.stdin.write(`${line}\n`);
    const { value, done } = await this.#lines!.next();
    return { line: done === true ? null : value, errors: this.#errors };
  }

  #started(): ChildProcessWithoutNullStreams {
    if (this.#child !== null) return this.#child;
    const [program, ...args] = this.#words;
    const child = spawn(program!, args, { env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
    child.on("error", (error) => {
      this.#errors += error.message;
    });
    child.stdin.on("error", () => {}); // it has ended, which the next answer says
    child.stderr.on("data", (bytes: Buffer) => {
      this.#errors = (this.#errors + String(bytes)).slice(-KEPT_ERRORS);
    });
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#child = child;
    return child;
  }
}
