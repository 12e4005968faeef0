/**
 * Writes a `.wandb` log, record by record. When `append` returns, the operating system has the record: a
 * process that is killed loses nothing, and a machine that goes down loses the last few seconds.
 */

import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { FILE_HEADER, frameRecord } from "./framing.ts";
import { RecordSchema } from "./records_pb.ts";

/** The content of a record: `{ case: "exit", value: { exitCode: 0 } }`. */
export type RecordContent = NonNullable<MessageInitShape<typeof RecordSchema>["recordType"]> & {
  case: string;
};

export interface LogWriterEvents {
  /**
   * The log could not be written, for the first time or the first since a recovery. `error` is the system's
   * (ENOSPC, EIO …).
   */
  onTrouble?(error: NodeJS.ErrnoException): void;
  /** Everything that waited in memory is written: nothing is missing. */
  onRecovery?(): void;
  /** Too much waits in memory. Nothing more is logged. Called once. */
  onGivenUp?(): void;
}

/** The time from one request to put the data on the disk itself to the next, in ms. */
const SYNC_INTERVAL = 5000;
/** The pause between two attempts to write after a failure, in ms. */
const RETRY_INTERVAL = 1000;
/** How much may wait in memory while the disk accepts nothing: hours of rows without histograms. */
const MAX_HELD_BYTES = 16 * 2 ** 20;

export class LogWriter {
  readonly #file: number;
  readonly #events: LogWriterEvents;
  /** The number of records so far, which is also the number of the latest. */
  #records = 0;
  /** The length that the file will have once everything that waits is written. */
  #end = 0;
  /** The length of the file, and the end of the last whole record in it. */
  #written = 0;
  #wholeUntil = 0;
  /** What waits to be written, oldest first. `end` is the offset in the file at which a piece ends. */
  #held: { bytes: Uint8Array; end: number }[] = [];
  #heldBytes = 0;
  #retryAt = 0;
  readonly #now: () => number;
  #syncedAt: number;
  #isSyncing = false;
  #state: "open" | "given up" | "closed" = "open";
  #isTroubled = false;
  /** Known once the log is closed. */
  #isWhole = true;

  /**
   * Creates the log and writes its header.
   *
   * @throws The system's error. It is EEXIST if the file is there: no process appends to the log of another.
   */
  static create(path: string, events: LogWriterEvents = {}): LogWriter {
    return new LogWriter(openSync(path, "wx"), events);
  }

  /**
   * @param file The descriptor of an open, empty file, which the writer closes.
   * @param now The time in ms, from any beginning.
   */
  constructor(file: number, events: LogWriterEvents = {}, now: () => number = () => performance.now()) {
    this.#file = file;
    this.#events = events;
    this.#now = now;
    this.#syncedAt = now();
    this.#put(FILE_HEADER);
  }

  /** Records written so far. */
  get records(): number {
    return this.#records;
  }

  /**
   * Numbers a record and writes it. It never throws because of the disk: a disk that becomes full is
   * reported, and records wait in memory until there is room.
   *
   * @param mailboxSlot For a record to which W&B's client expects an answer.
   */
  append(content: RecordContent, mailboxSlot?: string): void {
    if (this.#state !== "open") return;
    const control = mailboxSlot === undefined ? undefined : { mailboxSlot };
    const record = create(RecordSchema, { num: BigInt(++this.#records), recordType: content, control });
    this.#put(frameRecord(toBinary(RecordSchema, record), this.#end));
    this.#syncNowAndThen();
  }

  /**
   * Puts everything on the disk and closes the file. A record that could be written in part only is cut off.
   *
   * @returns False if records are missing at the end of the log: the disk did not take them.
   */
  close(): boolean {
    if (this.#state === "closed") return this.#isWhole;
    this.#retryAt = 0;
    if (this.#state === "open") this.#writeHeld();
    this.#isWhole = this.#state === "open" && this.#held.length === 0;
    this.#state = "closed";
    try {
      if (this.#written > this.#wholeUntil) ftruncateSync(this.#file, this.#wholeUntil);
      fdatasyncSync(this.#file);
    } catch {
      // A failure to write was reported before. A pipe or a network file system may be unable to sync.
    }
    closeSync(this.#file);
    return this.#isWhole;
  }

  #put(bytes: Uint8Array): void {
    this.#end += bytes.length;
    this.#held.push({ bytes, end: this.#end });
    this.#heldBytes += bytes.length;
    this.#writeHeld();
    if (this.#heldBytes > MAX_HELD_BYTES) {
      this.#state = "given up";
      this.#held = [];
      this.#events.onGivenUp?.();
    }
  }

  #writeHeld(): void {
    if (this.#held.length === 0 || (this.#retryAt > 0 && this.#now() < this.#retryAt)) return;
    try {
      while (this.#held.length > 0) {
        const piece = this.#held[0]!;
        const count = writeSync(this.#file, piece.bytes);
        this.#written += count;
        this.#heldBytes -= count;
        if (this.#written === piece.end) {
          this.#wholeUntil = piece.end;
          this.#held.shift();
        } else {
          piece.bytes = piece.bytes.subarray(count);
        }
      }
    } catch (error) {
      this.#retryAt = this.#now() + RETRY_INTERVAL;
      const isNew = !this.#isTroubled;
      this.#isTroubled = true;
      if (isNew) this.#events.onTrouble?.(error as NodeJS.ErrnoException);
      return;
    }
    const hasRecovered = this.#retryAt > 0;
    this.#retryAt = 0;
    this.#isTroubled = false;
    // Last, because what it prints may be logged, and come back here.
    if (hasRecovered) this.#events.onRecovery?.();
  }

  /** Asks for fdatasync every few seconds, in the background: training does not wait for the disk. */
  #syncNowAndThen(): void {
    if (this.#isSyncing || this.#now() - this.#syncedAt < SYNC_INTERVAL) return;
    this.#isSyncing = true;
    fdatasync(this.#file, () => {
      this.#isSyncing = false;
      this.#syncedAt = this.#now();
    });
  }
}
