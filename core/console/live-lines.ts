/** The lines at the bottom of a terminal that change all the time: drawn, and removed without a trace. */

/** The part of a terminal's stream that live lines need. */
export interface LiveTerminal {
  readonly columns?: number;
  write(text: string): unknown;
  /** Reads `columns` anew. Node and Bun do so by themselves only between two pieces of work. */
  _refreshSize?(): void;
}

/** The terminal's width where nobody knows it. */
export const DEFAULT_COLUMNS = 80;
/** Erases from the cursor to the end of the screen. */
const ERASE_BELOW = "\u001b[J";

/**
 * One or several lines below everything else that a terminal shows. The cursor stays at the end of the
 * last one. No line is wider than the terminal, so that each takes one row.
 */
export class LiveLines {
  readonly #terminal: LiveTerminal;
  readonly #wrapsAgain: boolean;
  /** The text that is to be seen; null if there is none. */
  #text: string | null = null;
  /** The widths of the lines on the screen, in columns; null if they are not on the screen. */
  #drawn: readonly number[] | null = null;

  /**
   * @param wrapsAgain True if a terminal that gets narrower continues long lines on rows of their own.
   */
  constructor(terminal: LiveTerminal, wrapsAgain: boolean = doesWrapAgain(process.env)) {
    this.#terminal = terminal;
    this.#wrapsAgain = wrapsAgain;
  }

  /** The text that is to be seen; null if there is none. */
  get text(): string | null {
    return this.#text;
  }

  /** Replaces the lines; null removes them. */
  show(text: string | null): void {
    this.#text = text;
    this.redraw();
  }

  /** Removes the lines from the screen until `redraw`. */
  hide(): void {
    if (this.#drawn === null) return;
    this.#terminal._refreshSize?.();
    this.#terminal.write(this.#erasure());
    this.#drawn = null;
  }

  /** Draws the lines where the cursor is, or in their old place if they are on the screen. */
  redraw(): void {
    if (this.#text === null) {
      this.hide();
      return;
    }
    this.#terminal._refreshSize?.();
    const width = (this.#terminal.columns || DEFAULT_COLUMNS) - 1; // a full row would wrap on some terminals
    const lines = this.#text.split("\n").map((line) => cutToWidth(line, width));
    this.#terminal.write(this.#erasure() + lines.join("\n"));
    this.#drawn = lines.map((line) => Bun.stringWidth(line));
  }

  /** The control characters that remove what is drawn. */
  #erasure(): string {
    if (this.#drawn === null) return "";
    const columns = this.#terminal.columns || DEFAULT_COLUMNS;
    const rows = this.#drawn.reduce((sum, width) => sum + this.#rowsOf(width, columns), 0);
    const up = rows > 1 ? `\u001b[${rows - 1}A` : "";
    return `\r${up}${ERASE_BELOW}`;
  }

  /** How many rows a drawn line takes now. */
  #rowsOf(width: number, columns: number): number {
    return this.#wrapsAgain ? Math.max(1, Math.ceil(width / columns)) : 1;
  }
}

/** A line up to a number of columns. Where a wide character would be cut in two, it is left out. */
function cutToWidth(line: string, columns: number): string {
  const cut = Bun.sliceAnsi(line, 0, columns);
  return Bun.stringWidth(cut) <= columns ? cut : Bun.sliceAnsi(line, 0, columns - 1);
}

/** xterm and the console of Linux cut long lines off when they get narrower. */
function doesWrapAgain({ TERM, XTERM_VERSION }: Readonly<Record<string, string | undefined>>): boolean {
  return TERM !== "linux" && XTERM_VERSION === undefined;
}
