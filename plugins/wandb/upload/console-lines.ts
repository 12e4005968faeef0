/** Console output as the local log has it, cut into the lines of `output.log`. */

/** A finished line; `stream` is that of its first piece. */
export interface ConsoleLine {
  readonly text: string;
  readonly stream: "stdout" | "stderr";
  /** Microseconds since 1970, when the line began. */
  readonly at: bigint;
}

/** Joins pieces of output into lines; a carriage return begins the line anew, as on a terminal. */
export class ConsoleLines {
  #open: { text: string; stream: ConsoleLine["stream"]; at: bigint } | null = null;

  /** Adds a piece and returns the lines that it finished. */
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

  /** The line that no line feed ended, if there is one. */
  end(): ConsoleLine[] {
    const open = this.#open;
    this.#open = null;
    return open ? [visible(open)] : [];
  }
}

/** What a terminal shows in the end: after each carriage return the text overwrites what stood there. */
function visible(line: ConsoleLine): ConsoleLine {
  let text = "";
  for (const part of line.text.replace(/\r+$/, "").split("\r")) text = part + text.slice(part.length);
  return { ...line, text };
}

/**
 * A line as file_stream takes it: time in UTC with microseconds, `ERROR ` before what came on standard error.
 *
 * @example streamedLine({ text: "hello", stream: "stdout", at: 0n }) // "1970-01-01T00:00:00.000000 hello"
 */
export function streamedLine({ text, stream, at }: ConsoleLine): string {
  const seconds = new Date(Number(at / 1_000_000n) * 1000).toISOString().slice(0, 19);
  const time = `${seconds}.${String(at % 1_000_000n).padStart(6, "0")}`;
  return `${stream === "stderr" ? "ERROR " : ""}${time} ${text}`;
}
