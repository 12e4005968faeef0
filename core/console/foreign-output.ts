/** Notices what others print to the terminal, past the project's own console. */

/** Gets the live lines out of the way of what others print. */
export interface ForeignOutput {
  /** Before something is printed. */
  before(): void;
  /** Afterwards. `isLineEnded` is false if the cursor stands behind the end of what was printed. */
  after(isLineEnded: boolean): void;
}

type Print = (...args: unknown[]) => unknown;

/** The methods of `console` that print at most whole lines. */
const LINE_METHODS = [
  "assert",
  "count",
  "debug",
  "dir",
  "dirxml",
  "error",
  "group",
  "info",
  "log",
  "table",
  "timeEnd",
  "timeLog",
  "trace",
  "warn",
] as const satisfies readonly (keyof Console)[];

/**
 * Tells `output` before and after everything that this thread prints with `console` or the standard streams.
 * Bun's `console` does not print through the streams, so both are watched. What `output` itself prints is
 * not reported, nor what is printed during `unnoticed`.
 *
 * Life cycle: the constructor begins to watch, disposal ends it.
 */
export class ForeignOutputWatch implements Disposable {
  readonly #output: ForeignOutput;
  readonly #replaced: readonly Disposable[];
  #isQuiet = false;

  constructor(output: ForeignOutput) {
    this.#output = output;
    this.#replaced = [
      ...LINE_METHODS.map((name) =>
        replaceMethod(console, name, (print) => this.#reporting(print, () => true)),
      ),
      ...[process.stdout, process.stderr].map((stream) =>
        replaceMethod(stream, "write", (print) => this.#reporting(print, ([chunk]) => endsLine(chunk))),
      ),
    ];
  }

  /** Does work that prints, without a report. */
  unnoticed(work: () => void): void {
    const wasQuiet = this.#isQuiet;
    this.#isQuiet = true;
    try {
      work();
    } finally {
      this.#isQuiet = wasQuiet;
    }
  }

  [Symbol.dispose](): void {
    for (const method of this.#replaced) method[Symbol.dispose]();
  }

  #reporting(print: Print, isLineEnded: (args: readonly unknown[]) => boolean): Print {
    const watch = this;
    return function (this: unknown, ...args) {
      if (watch.#isQuiet) return print.apply(this, args);
      watch.unnoticed(() => watch.#output.before());
      try {
        return print.apply(this, args);
      } finally {
        watch.unnoticed(() => watch.#output.after(isLineEnded(args)));
      }
    };
  }
}

/** Replaces a method until the disposal of what is returned, unless somebody else has replaced it by then. */
function replaceMethod<Name extends string>(
  owner: { [Key in Name]: unknown },
  name: Name,
  wrap: (method: Print) => Print,
): Disposable {
  const before = owner[name];
  const own = Object.hasOwn(owner, name);
  const replacement = wrap(before as Print);
  owner[name] = replacement;
  return {
    [Symbol.dispose]() {
      if (owner[name] !== replacement) return;
      if (own) owner[name] = before;
      else delete (owner as Record<string, unknown>)[name];
    },
  };
}

/** True unless text follows the last line end of a chunk. */
function endsLine(chunk: unknown): boolean {
  if (typeof chunk === "string") return chunk === "" || chunk.endsWith("\n");
  return !(chunk instanceof Uint8Array) || chunk.length === 0 || chunk.at(-1) === 0x0a;
}
