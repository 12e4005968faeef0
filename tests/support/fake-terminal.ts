/** A terminal in memory: enough of one to see what live lines leave on its screen. */

/** It wraps long lines, and wraps them anew when its width changes, as most terminals do. */
export class FakeTerminal {
  columns: number;
  /** Everything that was written, control characters included. */
  written = "";
  /** Lines between line ends, of any length. */
  #lines = [""];
  /** The cursor: a line and a place in it. */
  #line = 0;
  #place = 0;
  /** True if the cursor belongs to the row of the character before it: at the end of a full row. */
  #isBehind = false;

  constructor(columns: number) {
    this.columns = columns;
  }

  /** What can be seen, without blanks at the end of lines. */
  get screen(): string[] {
    return this.#rows().map(({ text }) => text.trimEnd());
  }

  write(text: string): boolean {
    this.written += text;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what a terminal reads
    for (const [token] of text.matchAll(/\u001b\[(\d*)([AJ])|[\s\S]/gu)) this.#take(token);
    return true;
  }

  #take(token: string): void {
    if (token === "\n") this.#newLine();
    else if (token === "\r") this.#up(0);
    else if (token.endsWith("A") && token.length > 1) this.#up(Number(token.slice(2, -1) || 1));
    else if (token === "\u001b[J") this.#eraseBelow();
    else this.#put(token);
  }

  #newLine(): void {
    this.#line++;
    this.#place = 0;
    this.#isBehind = false;
    if (this.#line === this.#lines.length) this.#lines.push("");
  }

  /** To the first column of an earlier row. */
  #up(count: number): void {
    const { line, from } = this.#rows()[Math.max(0, this.#row() - count)]!;
    this.#line = line;
    this.#place = from;
    this.#isBehind = false;
  }

  #eraseBelow(): void {
    this.#lines.length = this.#line + 1;
    this.#lines[this.#line] = this.#lines[this.#line]!.slice(0, this.#place);
  }

  #put(character: string): void {
    const line = this.#lines[this.#line]!.padEnd(this.#place);
    this.#lines[this.#line] = line.slice(0, this.#place) + character + line.slice(this.#place + 1);
    this.#place++;
    this.#isBehind = true;
  }

  /** The rows of the screen: a piece of a line each. */
  #rows(): { line: number; from: number; text: string }[] {
    return this.#lines.flatMap((text, line) => {
      const count = Math.max(1, Math.ceil(text.length / this.columns));
      return Array.from({ length: count }, (_, index) => {
        const from = index * this.columns;
        return { line, from, text: text.slice(from, from + this.columns) };
      });
    });
  }

  /** The row of the cursor. */
  #row(): number {
    const place = this.#isBehind ? this.#place - 1 : this.#place;
    return this.#rows().findLastIndex(({ line, from }) => line === this.#line && from <= place);
  }
}
