/** Gathers small texts into pieces of bytes that are worth a write. */

/** Takes bytes as they come. It is done with them when `write` returns. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
}

/** Characters after which a piece is handed on. */
const PIECE = 1 << 16;

/** Call `add` any number of times and `end` once. */
export class TextSink {
  readonly #sink: ByteSink;
  #texts: string[] = [];
  #length = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  add(text: string): void {
    this.#texts.push(text);
    this.#length += text.length;
    if (this.#length >= PIECE) this.end();
  }

  /** Hands on what is left. */
  end(): void {
    if (this.#length > 0) this.#sink.write(Buffer.from(this.#texts.join("")));
    this.#texts = [];
    this.#length = 0;
  }
}
