/** Refuses splits that nothing can be trained or validated on. */

import { type Problem, UserError } from "../base/problem.ts";
import type { DataOptions } from "../config/data-options.ts";
import type { SkippedSheet } from "./dataset.ts";
import type { Split } from "./split.ts";

/** The number of sheets in each split. */
export type SplitSizes = Readonly<Record<Split, number>>;

/** What is missing from the splits. */
export interface LeftOut {
  /** The number of sheets that `on_proposed_label: skip` leaves out of each split. */
  readonly proposals: SplitSizes;
  /** Sheets and workbooks that were read, and cannot be used. @default none */
  readonly skipped?: readonly SkippedSheet[];
}

/** The most reasons for skipped sheets that are listed. The rest is counted. */
const MAX_REASONS = 5;

/**
 * Checks that there is a sheet to train on, and one to validate on unless `val_ratio` is 0.
 *
 * @param sizes The annotated sheets of each split that are not left out, or (with `skipped`) the usable ones.
 * @param wanted The splits that are read. The others are not checked.
 * @throws {UserError} If a split that is needed is empty.
 */
export function checkSplits(
  data: DataOptions,
  sizes: SplitSizes,
  wanted: readonly Split[],
  { proposals, skipped = [] }: LeftOut,
): void {
  const names = data.dataset_names.join(", ");
  const reasons = skipped.slice(0, MAX_REASONS).map(describeSkipped);
  if (skipped.length > MAX_REASONS) reasons.push(`… and ${skipped.length - MAX_REASONS} more`);
  const found = `train ${sizes.train}, validation ${sizes.validation}, test ${sizes.test} sheets of ${names}`;
  const got = reasons.length > 0 ? `${found}; skipped:\n${reasons.join("\n")}` : found;
  const read = wanted.map((split) => sizes[split]);
  const problems: Problem[] = [];
  if (read.every((size) => size === 0)) {
    const ofAll = wanted.reduce((sum, split) => sum + proposals[split], 0);
    problems.push({
      message: "Cannot go on without any usable sheet",
      expected: "at least one sheet",
      got,
      ...(ofAll > 0 ? { fix: useProposals(ofAll) } : {}),
    });
  } else if (wanted.includes("train") && sizes.train === 0) {
    problems.push({
      message: "Cannot train without a sheet in the training split",
      expected: "at least one workbook that falls into data.train_ratio",
      got,
      fix:
        proposals.train > 0
          ? `in the training split, ${useProposals(proposals.train)}`
          : "add workbooks, raise data.train_ratio or choose another data.split_seed",
    });
  } else if (wanted.includes("validation") && sizes.validation === 0 && data.val_ratio > 0) {
    const more =
      proposals.validation > 0
        ? `in the validation split, ${useProposals(proposals.validation)}`
        : "add workbooks, raise data.val_ratio, choose another data.split_seed";
    problems.push({
      message: "Cannot validate: no sheet is in the validation split",
      expected: `at least one workbook that falls into data.val_ratio (${data.val_ratio})`,
      got,
      fix: `${more}, or train without validation: ${withoutValidation(data)}`,
    });
  }
  if (problems.length > 0) throw new UserError(problems);
}

/** Why sheets with a line are left out, and what to do. @param count At least 1. */
export function useProposals(count: number): string {
  const are = count === 1 ? "sheet is a proposal" : "sheets are proposals";
  const them = count === 1 ? "it" : "them";
  return (
    `${count} ${are} that nobody has looked at; accept ${them}, ` +
    `or use ${them} with --data.on_proposed_label=use`
  );
}

/** The options for a run without a validation split. The test split stays as it is; the ratios sum to 1. */
function withoutValidation({ test_ratio }: DataOptions): string {
  const train = Number((1 - test_ratio).toFixed(6));
  return `--data.train_ratio=${train} --data.val_ratio=0 --data.test_ratio=${test_ratio}`;
}

/** `real/a.xlsx, sheet "Data": the sheet is empty`. */
export function describeSkipped({ file, sheet, reason }: SkippedSheet): string {
  return `${file}${sheet === undefined ? "" : `, sheet ${JSON.stringify(sheet)}`}: ${reason}`;
}
