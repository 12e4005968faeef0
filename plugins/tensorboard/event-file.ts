/** A file of events as TensorBoard reads it while it grows: records with their length and checksums. */

import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Content, eventMessage } from "./event-message.ts";
import { MaskedCrc } from "./masked-crc.ts";

/** TensorBoard reads files with this in their name, in the order of their names. */
const PREFIX = "events.out.tfevents.";

/** The checksum of the eight bytes of a length, and the checksum of the data behind it. */
const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;

/**
 * Life cycle: `create` makes the file with its first event. `add` keeps an event in memory, `flush` writes
 * all of them with one call. `close` writes what is left, and closes the file.
 */
export class EventFile {
  readonly #crc = new MaskedCrc();
  readonly #descriptor: number;
  #pending: Uint8Array[] = [];

  private constructor(path: string) {
    this.#descriptor = openSync(path, "ax");
  }

  /**
   * @param folder Where event files of the run lie; it is made if it is not there.
   * @param now In ms since 1970.
   * @throws The system's error if the file cannot be written.
   */
  static create(folder: string, now: number): EventFile {
    mkdirSync(folder, { recursive: true });
    const file = new EventFile(join(folder, nextName(readdirSync(folder), now)));
    file.add(now, 0, { kind: "version" });
    file.flush();
    return file;
  }

  /**
   * @param now In ms since 1970.
   * @param step Of the gradient, from 1.
   */
  add(now: number, step: number, content: Content): void {
    this.#pending.push(this.#record(eventMessage(now / 1000, step, content)));
  }

  /** @throws The system's error, a full disk for example. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#descriptor, bytes, written);
    }
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.#descriptor);
    }
  }

  /** A record of TensorFlow's TFRecord format. */
  #record(data: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(HEADER_BYTES + data.length + FOOTER_BYTES);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(data.length), true);
    view.setUint32(8, this.#crc.of(bytes.subarray(0, 8)), true);
    bytes.set(data, HEADER_BYTES);
    view.setUint32(HEADER_BYTES + data.length, this.#crc.of(data), true);
    return bytes;
  }
}

/** A name behind all that are there, even if the clock was set back between two processes of the run. */
function nextName(names: readonly string[], now: number): string {
  const earlier = names.filter((name) => name.startsWith(PREFIX));
  const times = earlier.map((name) => Number(name.slice(PREFIX.length).split(".")[0]) || 0);
  const seconds = Math.max(Math.floor(now / 1000), ...times);
  return `${PREFIX}${seconds}.tablesense2.${String(earlier.length).padStart(6, "0")}`;
}
