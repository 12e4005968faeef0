/**
 * Reads numbers, text and pieces from bytes, one after the other; little-endian unless a name says otherwise.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #fail: (expected: string, got: string) => Error;
  #position = 0;

  /** @param fail Makes the error that is thrown if the bytes end too early. */
  constructor(bytes: Uint8Array, fail: (expected: string, got: string) => Error) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fail = fail;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#position;
  }

  u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  f64BigEndian(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A view of the next `count` bytes. */
  bytes(count: number): Uint8Array {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Latin-1 text up to the next line feed, which is skipped. */
  line(longest: number): string {
    const rest = this.#bytes.subarray(this.#position, this.#position + longest + 1);
    const length = rest.indexOf(0x0a);
    if (length < 0) throw this.#fail(`a name of at most ${longest} bytes`, "a longer one");
    this.#position += length + 1;
    return String.fromCharCode(...rest.subarray(0, length));
  }

  #take(count: number): number {
    const start = this.#position;
    if (start + count > this.#bytes.length) throw this.#fail(`${count} bytes more`, "the end");
    this.#position += count;
    return start;
  }
}
