/**
 * Puts unpacked workbooks into a dataset. Those of the old format are converted once, instead of at every
 * reading.
 */

import { availableParallelism } from "node:os";
import { UserError } from "../../base/problem.ts";
import { ByteSource } from "../../excel/byte-source.ts";
import { detectFormat } from "../../excel/detect-format.ts";
import { convertToXlsx } from "../../excel/office-conversion.ts";
import type { DatasetDraft } from "./dataset-draft.ts";
import { portableNames } from "./file-names.ts";
import type { Candidate } from "./match-files.ts";

/** A workbook's name in the dataset, or why it is not there. */
export type PlacedWorkbook =
  | { readonly fileName: string; readonly isConverted: boolean }
  | { readonly fileName: null; readonly reason: string };

export interface PlaceOptions {
  /** Conversions at a time. @default one per core */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** LibreOffice's program; null: it is not used. @default the one on the path */
  readonly soffice?: string | null;
  /** Called once a workbook is in its place, with the share of workbooks that are, 0 … 1. */
  readonly onPlaced?: (share: number) => void;
}

/**
 * @returns One result for each file, in their order.
 * @throws {UserError} If the dataset cannot be written.
 */
export async function placeWorkbooks(
  files: readonly Candidate[],
  draft: DatasetDraft,
  { threads = availableParallelism(), signal, soffice, onPlaced }: PlaceOptions,
): Promise<PlacedWorkbook[]> {
  const names = portableNames(files.map(({ name }) => name));
  const placed = new Array<PlacedWorkbook>(files.length);
  const queue = [...files.keys()];
  let done = 0;
  const work = async () => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      signal?.throwIfAborted();
      placed[index] = await place(files[index]!.path, names[index]!, draft, soffice);
      onPlaced?.(++done / files.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, files.length) }, work));
  return placed;
}

async function place(
  path: string,
  name: string,
  draft: DatasetDraft,
  soffice: string | null | undefined,
): Promise<PlacedWorkbook> {
  let converted: Uint8Array | null;
  try {
    converted = await convertIfOld(path, soffice);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, fix } = error.problems[0]!;
    return { fileName: null, reason: fix === undefined ? message : `${message} (${fix})` };
  }
  if (converted === null) {
    // Unpacked files may be moved. Files of a folder that the user named stay where they are.
    if (path.startsWith(draft.scratch)) draft.move(path, name);
    else draft.copy(path, name);
    return { fileName: name, isConverted: false };
  }
  const fileName = `${name}.xlsx`; // keeps the old ending: `a.xls` and `a.xlsx` may both be there
  draft.write(fileName, converted);
  return { fileName, isConverted: true };
}

async function convertIfOld(path: string, soffice: string | null | undefined): Promise<Uint8Array | null> {
  const bytes = ByteSource.open(path);
  try {
    return detectFormat(bytes) === "xls" ? await convertToXlsx(bytes, "xls", { soffice }) : null;
  } finally {
    bytes.close();
  }
}
