/** Measures the sheets of one shard and writes them for a merge. */

import type { PredictedTable } from "../../base/predicted-table.ts";
import { describeShard, type Shard } from "../../base/shard.ts";
import { counted } from "../../base/text-layout.ts";
import type { DataOptions } from "../../config/data-options.ts";
import { hashOf } from "../../files/file-hash.ts";
import type { OutputPlace } from "../../files/output-place.ts";
import { writeOutput } from "../../files/write-output.ts";
import type { EvaluationFacts } from "../evaluation-report.ts";
import type { SplitPart } from "../load-split.ts";
import { measureSheet } from "../measured-sheet.ts";
import { sheetCards } from "../page/sheet-card.ts";
import { evaluationLines } from "./evaluation-lines.ts";

export interface ShardRequest {
  readonly shard: Shard;
  /** Where its sheets go. */
  readonly place: OutputPlace;
  /** The drawings of sheets that a page needs, with the cells' texts or without; null for none. */
  readonly drawings: "plain" | "texts" | null;
}

/** What was found on a shard's sheets, and how. */
interface ShardResults {
  readonly facts: EvaluationFacts;
  readonly data: DataOptions;
  readonly part: SplitPart;
  /** The tables of each sheet, best score first. */
  readonly predicted: readonly (readonly PredictedTable[])[];
  /** Those at a low threshold; null if there was no such pass. */
  readonly swept: readonly (readonly PredictedTable[])[] | null;
  readonly signal: AbortSignal;
}

/**
 * Writes a shard. The file appears when it is whole.
 *
 * @throws {UserError} If it cannot be written.
 */
export async function writeShard(
  { shard, place, drawings }: ShardRequest,
  { facts, data, part, predicted, swept, signal }: ShardResults,
): Promise<void> {
  const sheets = part.sheets.map(({ sheet }) => sheet);
  const measured = sheets.map((sheet, i) => measureSheet(sheet, predicted[i]!, swept?.[i] ?? null));
  const reports = measured.map(({ report }) => report);
  const texts = drawings === "texts";
  const cards = drawings === null ? null : await sheetCards(reports, sheets, { texts, signal });
  // The folder and its cache may be others on each machine, and so may the file of the weights.
  const { root: _root, cache: _cache, ...options } = data;
  const { mode, checkpoint, split, score_threshold } = facts;
  const settings = {
    mode,
    split,
    weights: checkpoint === null ? null : hashOf(checkpoint),
    "--threshold": score_threshold,
    "--thresholds": swept !== null,
    "--drawings": drawings,
    labels: part.labels,
    ...Object.fromEntries(Object.entries(options).map(([key, value]) => [`data.${key}`, value])),
  };
  const about = { facts, settings, thresholds: swept !== null };
  writeOutput(place, evaluationLines(shard, part, about, measured, cards), {
    message: "Cannot write the shard",
    fix: "--output another file",
  });
}

/** Says which shard this is, why, and how many workbooks it has. */
export function shardLine(shard: Shard, { positions, workbooks }: SplitPart): string {
  return `${describeShard(shard)}: ${positions.length} of ${counted(workbooks.length, "workbook")}`;
}
