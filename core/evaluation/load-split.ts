/** Loads the sheets of one split, with all that an evaluation needs of them. */

import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import type { Range } from "../base/range.ts";
import type { Shard } from "../base/shard.ts";
import type { DataOptions } from "../config/data-options.ts";
import { useProposals } from "../dataset/check-splits.ts";
import type { SheetEntry, SkippedSheet } from "../dataset/dataset.ts";
import { checkNamedRoot } from "../dataset/named-root.ts";
import {
  byPlace,
  type ReadingOptions,
  readLabelledSheets,
  type UsableSheet,
} from "../dataset/reading/read-labelled-sheets.ts";
import { type PlannedWorkbook, planReading, type ReadingPlan } from "../dataset/reading-plan.ts";
import type { Split } from "../dataset/split.ts";
import { ensureSyntheticDataset, SYNTHETIC } from "../dataset/synthetic-dataset.ts";
import { positionsOfShard, sizesOf } from "../files/deal-files.ts";

/** A labelled sheet, with Excel's own tables on it. */
export interface EvaluationSheet extends Omit<SheetEntry, "boxes" | "height" | "width"> {
  /** The path of the workbook. */
  readonly path: string;
  /** Excel's table objects and pivot tables, as in the file: they may reach past the grid. */
  readonly tables: readonly Range[];
  readonly pivots: readonly Range[];
  /** `label_origin` and `confidence` of the label; null if it has none. */
  readonly origin: string | null;
  readonly confidence: string | null;
}

export interface LoadedSplit {
  /** In the order of the datasets and of their annotations. */
  readonly sheets: readonly EvaluationSheet[];
  /** The number of workbooks with these sheets. */
  readonly workbooks: number;
  readonly skipped: readonly SkippedSheet[];
  readonly notes: readonly string[];
}

/** The sheets of one part of a split, each with its place among the sheets of all parts. */
export interface SplitPart {
  /** `dataset/file` of every workbook of the whole split. */
  readonly workbooks: readonly string[];
  /** The places in `workbooks` of those that this part has, from 0. */
  readonly positions: readonly number[];
  /** In their order. `notes` are changes to the sheet. */
  readonly sheets: readonly {
    readonly order: number;
    readonly sheet: EvaluationSheet;
    readonly notes: readonly string[];
  }[];
  readonly skipped: readonly (SkippedSheet & { readonly order: number })[];
  /** Notes about writing `synthetic`. */
  readonly written: readonly string[];
  /** Notes about the labels of the whole split. */
  readonly notes: readonly string[];
  /** A hash of the labels of the whole split: parts of others do not belong to this one. */
  readonly labels: string;
}

/** Enough digits to tell labels apart. */
const DIGITS = 12;

/**
 * Reads the labelled sheets of a split. Labels that contradict their workbook are treated as in training
 * (`on_bad_file`).
 *
 * @throws {UserError} Exit code 2 if a dataset is missing or the split is empty, 1 if none of its sheets
 *   can be used.
 */
export async function loadSplit(
  data: DataOptions,
  split: Split,
  options: ReadingOptions = {},
): Promise<LoadedSplit> {
  return wholeSplit(await readPart(data, split, null, options), split);
}

/** The split whose only part was read. @throws {UserError} If none of its sheets can be used. */
export function wholeSplit({ sheets, skipped, written, notes }: SplitPart, split: Split): LoadedSplit {
  const left = skipped.map(({ order: _, ...each }) => each);
  checkUsable(sheets.length, left, split);
  return {
    sheets: sheets.map(({ sheet }) => sheet),
    workbooks: new Set(sheets.map(({ sheet }) => sheet.path)).size,
    skipped: left,
    notes: [...written, ...notes, ...sheets.flatMap((each) => each.notes)],
  };
}

/** @throws {UserError} If no sheet of a split can be used. */
export function checkUsable(sheets: number, skipped: readonly SkippedSheet[], split: string): void {
  if (sheets > 0) return;
  const got = skipped.map(({ file, sheet, reason }) => `${file}${sheet ? `/${sheet}` : ""}: ${reason}`);
  throw new UserError({
    message: `Cannot evaluate: no sheet of the ${split} split can be used`,
    got: got.join("\n"),
  });
}

/**
 * Reads the part of a split that is one shard's, and writes `synthetic` first if it is needed. Workbooks are
 * dealt by their sizes.
 *
 * @param shard Null: all workbooks.
 * @throws {UserError} Exit code 2 if a dataset is missing or the split is empty.
 */
export async function readPart(
  data: DataOptions,
  split: Split,
  shard: Shard | null,
  options: ReadingOptions = {},
): Promise<SplitPart> {
  const { signal } = options;
  let written: string[] = [];
  if (data.dataset_names.includes(SYNTHETIC)) {
    checkNamedRoot(data.root);
    written = await ensureSyntheticDataset(data.root, { signal });
  }
  const plan = planReading(data, [split]);
  const { workbooks, notes } = plan;
  if (workbooks.length === 0) throw emptySplit(data, split, plan);
  const paths = workbooks.map(({ dataset, fileName }) => join(dataset.files, fileName));
  const positions = shard === null ? [...workbooks.keys()] : positionsOfShard(sizesOf(paths), shard);
  const mine = positions.map((position) => workbooks[position]!);
  const reading = await readLabelledSheets(mine, data, { ...options, keep: evaluationSheet });
  if (data.on_bad_file === "fail" && reading.mistakes.length > 0) throw new UserError(reading.mistakes);
  const found = reading.sheets.toSorted(byPlace);
  return {
    workbooks: workbooks.map(({ dataset, fileName }) => `${dataset.name}/${fileName}`),
    positions,
    sheets: found.map(({ order, kept: sheet, notes }) => ({ order, sheet, notes })),
    skipped: reading.skipped.toSorted(byPlace),
    written,
    notes,
    labels: labelsHash(workbooks),
  };
}

function labelsHash(workbooks: readonly PlannedWorkbook[]): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const { dataset, fileName, sheets, skipped } of workbooks) {
    hash.update(JSON.stringify([dataset.name, fileName, sheets, skipped]));
  }
  return hash.digest("hex").slice(0, DIGITS);
}

function evaluationSheet({ annotation, workbook, entry, sheet }: UsableSheet): EvaluationSheet {
  const { dataset, fileName, sheetName, label, grid, ranges } = entry;
  const { tables, pivots } = sheet;
  const { origin, confidence } = annotation;
  const path = join(workbook.dataset.files, workbook.fileName);
  return { dataset, fileName, sheetName, label, grid, ranges, path, tables, pivots, origin, confidence };
}

function emptySplit(data: DataOptions, split: Split, { annotated, proposals }: ReadingPlan): UserError {
  const largest = (["test", "validation", "train"] as const).find((each) => annotated[each] > 0);
  const other = largest === undefined ? "--data.dataset_names=…, other datasets" : `--split ${largest}`;
  return new UserError(
    {
      message: `Cannot evaluate on the ${split} split: no labelled sheet is in it`,
      expected: `a sheet of ${data.dataset_names.join(", ")} in the ${split} split`,
      got:
        `train ${annotated.train}, validation ${annotated.validation}, test ${annotated.test} sheets ` +
        `in ${data.root}`,
      fix: proposals[split] > 0 ? `${useProposals(proposals[split])}, or ${other}` : other,
    },
    { exitCode: 2 },
  );
}
