/**
 * The lines of `history.jsonl` in a run's folder: what is too large for a row of metrics. A line is a JSON
 * object whose `data` is the record as JSON, deflated (RFC 1951), in base64. Kind, step and epoch stand
 * before it, so that a reader finds a record without unpacking the others.
 */

import { deflateRawSync, inflateRawSync } from "node:zlib";

/** The gradients of all parameters at one step, before clipping; the lists are in the order of `names`. */
export interface HistogramRecord {
  readonly names: readonly string[];
  /** The least and the largest finite value. */
  readonly min: readonly number[];
  readonly max: readonly number[];
  /** The counts of equal bins between them: 64, or one if all values are the same. */
  readonly counts: readonly (readonly number[])[];
}

/** A validation sheet: what stays the same in all epochs. */
export interface RecordedSheet {
  readonly dataset: string;
  readonly file: string;
  readonly sheet: string;
  readonly rows: number;
  readonly cols: number;
  /** `A1:F20`. */
  readonly truth: readonly string[];
  /** Run-length coded with `encodeRuns`: the look of each cell, row by row (`core/features/cell-look.ts`). */
  readonly marks: readonly number[];
}

/** The validation sheets of the run, in the order of the split. A later record replaces an earlier one. */
export interface SheetsRecord {
  readonly sheets: readonly RecordedSheet[];
  /** Validation sheets that the record leaves out. */
  readonly leftOut: number;
}

/** The predictions of one validation: one list per sheet of the newest `SheetsRecord` before it. */
export interface PredictionsRecord {
  readonly predicted: readonly (readonly (readonly [range: string, score: number])[])[];
}

export interface HistoryRecords {
  readonly histograms: HistogramRecord;
  readonly sheets: SheetsRecord;
  readonly predictions: PredictionsRecord;
}
export type HistoryKind = keyof HistoryRecords;

/** What a line says of its record. */
export interface HistoryHead {
  readonly kind: HistoryKind;
  readonly step: number;
  readonly epoch: number;
}

/** A longer head belongs to no line of this format. */
const HEAD_LENGTH = 120;
const HEAD = /^\{"kind":"(histograms|sheets|predictions)","step":(\d+),"epoch":(\d+),"data":"/;

/** A record as a line, with its end. */
export function historyLine<Kind extends HistoryKind>(
  kind: Kind,
  { step, epoch }: { readonly step: number; readonly epoch: number },
  record: HistoryRecords[Kind],
): string {
  const data = deflateRawSync(JSON.stringify(record), { level: 4 }).toString("base64");
  return `{"kind":"${kind}","step":${step},"epoch":${epoch},"data":"${data}"}\n`;
}

/** The head of a line, of which the beginning is enough; null if it is none. */
export function historyHead(start: string): HistoryHead | null {
  const [, kind, step, epoch] = HEAD.exec(start.slice(0, HEAD_LENGTH)) ?? [];
  return kind === undefined ? null : { kind: kind as HistoryKind, step: Number(step), epoch: Number(epoch) };
}

/**
 * The record of a line.
 *
 * @param kind That of its head.
 * @throws If the line is damaged.
 */
export function historyRecord<Kind extends HistoryKind>(_kind: Kind, line: string): HistoryRecords[Kind] {
  const { data } = JSON.parse(line) as { readonly data: string };
  return JSON.parse(inflateRawSync(Buffer.from(data, "base64")).toString()) as HistoryRecords[Kind];
}
