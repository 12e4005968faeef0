/**
 * Writes a `.wandb` log, record by record. A record is with the operating system when `append` returns, so a process that
 * is killed loses nothing; a few seconds' worth can be lost when the machine itself goes down.
 */

import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { FILE_HEADER, frameRecord } from "./framing.ts";
import { RecordSchema } from "./records_pb.ts";

/** One of a record's members: `{ case: "exit", value: { exitCode: 0 } }`. */
export type RecordContent = NonNullable<MessageInitShape<typeof RecordSchema>["recordType"]> & {
  case: string;
};

export interface LogWriterEvents {
  /** The log could not be written, for the first time; `error` is the system's (ENOSPC, EIO …). Called once. */
  onTrouble?(error: NodeJS.ErrnoException): void;
  /** What was held back is on disk again: nothing is missing. */
  onRecovery?(): void;
  /** More was held back than memory allows; nothing more is logged. Called once. */
  onGivenUp?(): void;
}

/** Time between two requests to put the data on the disk itself, ms. */
const SYNC_INTERVAL = 5000;
/** Pause between two tries to write after a failure, ms. */
const RETRY_INTERVAL = 1000;
/** What is held in memory while the disk takes nothing: hours of scalar rows. */
const MAX_HELD_BYTES = 16 * 2 ** 20;

export class LogWriter {
  readonly #file: number;
  readonly #events: LogWriterEvents;
  /** Records so far; the number of the latest. */
  #records = 0;
  /** The length that the file has, or will have once everything held back is written. */
  #end = 0;
  /** Bytes in the file, and the end of the last record that is whole there. */
  #written = 0;
  #wholeUntil = 0;
  /** What the disk did not take, oldest first, with the file offset at which each piece ends. */
  #held: { bytes: Uint8Array; end: number }[] = [];
  #heldBytes = 0;
  #retryAt = 0;
  #syncedAt = Date.now();
  #isSyncing = false;
  #state: "open" | "given up" | "closed" = "open";
  #hadTrouble = false;

  /**
   * Creates the log; its header stands in it at once.
   *
   * @throws The system's error, EEXIST among them: a log is never appended to by a second process.
   */
  static create(path: string, events: LogWriterEvents = {}): LogWriter {
    return new LogWriter(openSync(path, "wx"), events);
  }

  /** @param file An open, empty file; the writer closes it. */
  constructor(file: number, events: LogWriterEvents = {}) {
    this.#file = file;
    this.#events = events;
    this.#put(FILE_HEADER);
  }

  /** Records written so far. */
  get records(): number {
    return this.#records;
  }

  /**
   * Adds a record, numbered. It never throws for what the disk does: a full disk is reported once, and the records wait
   * in memory until there is room.
   *
   * @param mailboxSlot For records that W&B's client waits for an answer to.
   */
  append(content: RecordContent, mailboxSlot?: string): void {
    if (this.#state !== "open") return;
    const control = mailboxSlot === undefined ? undefined : { mailboxSlot };
    const record = create(RecordSchema, { num: BigInt(++this.#records), recordType: content, control });
    this.#put(frameRecord(toBinary(RecordSchema, record), this.#end));
    this.#syncNowAndThen();
  }

  /** Puts everything on the disk and closes the file. What was not written is cut at the end of the last whole record. */
  close(): void {
    if (this.#state === "closed") return;
    this.#retryAt = 0;
    if (this.#state === "open") this.#writeHeld();
    this.#state = "closed";
    try {
      if (this.#written > this.#wholeUntil) ftruncateSync(this.#file, this.#wholeUntil);
      fdatasyncSync(this.#file);
    } catch {
      // Reported when the writing failed; a pipe or a network file system may not know how to sync.
    }
    closeSync(this.#file);
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
    if (this.#held.length === 0 || (this.#retryAt > 0 && Date.now() < this.#retryAt)) return;
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
      if (this.#retryAt > 0) this.#events.onRecovery?.();
      this.#retryAt = 0;
    } catch (error) {
      this.#retryAt = Date.now() + RETRY_INTERVAL;
      if (!this.#hadTrouble) this.#events.onTrouble?.(error as NodeJS.ErrnoException);
      this.#hadTrouble = true;
    }
  }

  /** Asks for fdatasync every few seconds, in the background: the disk's pace is not the training's. */
  #syncNowAndThen(): void {
    if (this.#isSyncing || Date.now() - this.#syncedAt < SYNC_INTERVAL) return;
    this.#isSyncing = true;
    fdatasync(this.#file, () => {
      this.#isSyncing = false;
      this.#syncedAt = Date.now();
    });
  }
}
