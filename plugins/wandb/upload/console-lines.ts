/** From the console output in a log to the lines of `output.log`. */

/** A finished line. */
export interface ConsoleLine {
  readonly text: string;
  /** The stream of the line's first piece. */
  readonly stream: "stdout" | "stderr";
  /** When the line began, in microseconds since 1970. */
  readonly at: bigint;
}

/**
 * Joins pieces of output into lines. After a carriage return, text overwrites the line from its beginning.
 */
export class ConsoleLines {
  #open: { text: string; stream: ConsoleLine["stream"]; at: bigint } | null = null;

  /** Adds a piece. @returns The lines that it finished. */
  add(piece: string, stream: ConsoleLine["stream"], at: bigint): ConsoleLine[] {
    const finished: ConsoleLine[] = [];
    for (const [i, part] of piece.split("\n").entries()) {
      if (i > 0) {
        finished.push(visible(this.#open ?? { text: "", stream, at }));
        this.#open = null;
      }
      if (part === "") continue;
      this.#open ??= { text: "", stream, at };
      this.#open.text += part;
    }
    return finished;
  }

  /** Ends the output. @returns The line that no line feed ended, if there is one. */
  end(): ConsoleLine[] {
    const open = this.#open;
    this.#open = null;
    return open ? [visible(open)] : [];
  }
}

/** The line as a terminal shows it in the end. */
function visible(line: ConsoleLine): ConsoleLine {
  let text = "";
  for (const part of line.text.replace(/\r+$/, "").split("\r")) text = part + text.slice(part.length);
  return { ...line, text };
}

/**
 * A line as file_stream expects it: with its time in UTC, and with `ERROR ` before a line of standard error.
 *
 * @example streamedLine({ text: "hello", stream: "stdout", at: 0n }) // "1970-01-01T00:00:00.000000 hello"
 */
export function streamedLine({ text, stream, at }: ConsoleLine): string {
  const seconds = new Date(Number(at / 1_000_000n) * 1000).toISOString().slice(0, 19);
  const time = `${seconds}.${String(at % 1_000_000n).padStart(6, "0")}`;
  return `${stream === "stderr" ? "ERROR " : ""}${time} ${text}`;
}
