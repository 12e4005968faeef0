/** The histograms and validation sheets of a run, read from `history.jsonl` and kept up to date. */

import { closeSync, openSync, readSync } from "node:fs";
import { type HistoryKind, type HistoryRecords, historyHead, historyRecord } from "../base/history-line.ts";
import { GrowingLines } from "./growing-lines.ts";

/** Where a record lies in the file. */
interface Place {
  readonly step: number;
  readonly epoch: number;
  /** The byte at which its line begins, and the length of the line without its end. */
  readonly at: number;
  readonly length: number;
}

const LINE_END = 10;
/** Bytes in which the head of a line lies. */
const HEAD_BYTES = 120;

/**
 * An index of the file: it keeps where each record lies, and unpacks a record when it is asked for.
 */
export class HistoryFile {
  readonly #path: string;
  readonly #lines: GrowingLines;
  #places: { [Kind in HistoryKind]: Place[] } = noPlaces();
  #damaged = 0;
  #updating: Promise<void> | null = null;

  /** @param path The file; it may be missing. */
  constructor(path: string) {
    this.#path = path;
    this.#lines = new GrowingLines(path);
  }

  /** Lines that are no records and were passed over. */
  get damaged(): number {
    return this.#damaged;
  }

  /** The records of a kind, in the order of the file. */
  places(kind: HistoryKind): readonly Pick<Place, "step" | "epoch">[] {
    return this.#places[kind];
  }

  /**
   * The record of a place.
   *
   * @returns null if the line is damaged.
   * @throws The system's error if the file is gone.
   */
  record<Kind extends HistoryKind>(kind: Kind, index: number): HistoryRecords[Kind] | null {
    const { at, length } = this.#places[kind][index]!;
    const bytes = Buffer.alloc(length);
    const file = openSync(this.#path, "r");
    try {
      readSync(file, bytes, 0, length, at);
      return historyRecord(kind, bytes.toString("latin1"));
    } catch {
      return null;
    } finally {
      closeSync(file);
    }
  }

  /** The index of the newest record of a kind at or before a byte-order position of another record. */
  newestBefore(kind: HistoryKind, other: HistoryKind, index: number): number {
    const { at } = this.#places[other][index]!;
    return this.#places[kind].findLastIndex((place) => place.at < at);
  }

  /** Reads what is new. Calls that overlap share one reading. @throws If the file cannot be read. */
  update(): Promise<void> {
    this.#updating ??= this.#lines
      .read(
        (bytes, offset) => this.#add(bytes, offset),
        () => {
          this.#places = noPlaces();
          this.#damaged = 0;
        },
      )
      .finally(() => {
        this.#updating = null;
      });
    return this.#updating;
  }

  #add(bytes: Buffer, offset: number): void {
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(LINE_END, from);
      const head = historyHead(bytes.toString("latin1", from, Math.min(end, from + HEAD_BYTES)));
      if (head === null) this.#damaged++;
      else {
        const { kind, step, epoch } = head;
        this.#places[kind].push({ step, epoch, at: offset + from, length: end - from });
      }
      from = end + 1;
    }
  }
}

function noPlaces(): { [Kind in HistoryKind]: Place[] } {
  return { histograms: [], sheets: [], predictions: [] };
}
