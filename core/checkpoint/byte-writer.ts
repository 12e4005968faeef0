/** Writes numbers and text into a growing array of bytes; little-endian unless a name says otherwise. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Everything written so far, as a view that is valid until the next write. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  u8(value: number): void {
    const at = this.#take(1);
    this.#bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.#take(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#take(4);
    this.#view.setUint32(at, value, true);
  }

  i32(value: number): void {
    const at = this.#take(4);
    this.#view.setInt32(at, value, true);
  }

  u64(value: number): void {
    const at = this.#take(8);
    this.#view.setBigUint64(at, BigInt(value), true);
  }

  f64BigEndian(value: number): void {
    const at = this.#take(8);
    this.#view.setFloat64(at, value, false);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  zeros(count: number): void {
    this.#take(count);
  }

  /**
   * Makes room for `count` more bytes. It may replace the array and its view, so call it before you use them.
   *
   * @returns Where the room begins.
   */
  #take(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
