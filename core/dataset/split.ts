/** Divides sheets into training, validation and test. */

import { createHash } from "node:crypto";
import type { DataOptions } from "../config/data-options.ts";
import type { Annotation } from "./annotation-line.ts";
import { dealFolds } from "./folds.ts";

export type Split = "train" | "validation" | "test";

/** The `split_code` of the sheets that a dataset publishes as its test split. */
export const TESTING_SET = "testing_set";

/** The `split_code` of the others. */
const TRAINING_SET = "training_set";

/**
 * The codes that mean nothing here, with the lines that have them: such sheets are divided as if they had
 * none, and a sheet marked `test` may be trained on.
 */
export function unknownSplitCodes(annotations: readonly Annotation[]): Map<string, Annotation[]> {
  const codes = [TRAINING_SET, TESTING_SET, null];
  const unknown = annotations.filter(({ splitCode }) => !codes.includes(splitCode));
  return Map.groupBy(unknown, ({ splitCode }) => splitCode!);
}

/** What to do about such a code. */
export function splitCodeFix(code: string): string {
  const meant = /test|held/i.test(code) ? TESTING_SET : /train/i.test(code) ? TRAINING_SET : null;
  return meant === null ? "leave it out" : `"split_code": "${meant}" if that is meant, else leave it out`;
}

type SplitOptions = Pick<
  DataOptions,
  "train_ratio" | "val_ratio" | "test_ratio" | "split_seed" | "split_by" | "respect_split_code"
> &
  Partial<Pick<DataOptions, "fold">>;

/**
 * The position in [0, 1) of a workbook or a source: the first eight hex digits of md5(`{name}_{seed}`) /
 * 2^32. It depends on nothing else, so new files move no other file to another split.
 */
export function splitPosition(name: string, seed: number): number {
  const digest = createHash("md5").update(`${name}_${seed}`).digest("hex");
  return Number.parseInt(digest.slice(0, 8), 16) / 2 ** 32;
}

/**
 * The split of each sheet of one dataset, in the order of the annotations. A workbook is never divided
 * between training and validation, and with `split_by: source` no source is. A published split is respected:
 * if lines are marked `testing_set`, exactly these are the test split, and the others are divided into
 * training and validation in proportion.
 *
 * With `fold`, the workbooks (or sources) of that fold are the validation split and all others the training
 * split; only a published test split stays a test split.
 */
export function assignSplits(annotations: readonly Annotation[], options: SplitOptions): Split[] {
  const { train_ratio, val_ratio, split_seed } = options;
  const isPublished =
    options.respect_split_code && annotations.some(({ splitCode }) => splitCode === TESTING_SET);
  const unitOf = splitUnit(annotations, options);
  if (options.fold) {
    const [number, count] = options.fold as [number, number];
    const isTest = ({ splitCode }: Annotation) => isPublished && splitCode === TESTING_SET;
    const units = annotations.filter((annotation) => !isTest(annotation)).map(unitOf);
    const foldOf = dealFolds(units, count, (unit) => splitPosition(unit, split_seed));
    const isHeldOut = (annotation: Annotation) => foldOf.get(unitOf(annotation)) === number;
    return annotations.map((each) => (isTest(each) ? "test" : isHeldOut(each) ? "validation" : "train"));
  }
  return annotations.map((annotation) => {
    const { splitCode } = annotation;
    const position = splitPosition(unitOf(annotation), split_seed);
    if (isPublished) {
      if (splitCode === TESTING_SET) return "test";
      return position < train_ratio / (train_ratio + val_ratio) ? "train" : "validation";
    }
    if (position < train_ratio) return "train";
    return position < train_ratio + val_ratio ? "validation" : "test";
  });
}

/**
 * What is never divided: the source of a sheet, or its workbook if the line names no source. A dataset from
 * a single source cannot be divided by it, so its workbooks are.
 */
function splitUnit(
  annotations: readonly Annotation[],
  { split_by }: SplitOptions,
): (annotation: Annotation) => string {
  const sources = new Set(annotations.map(({ source }) => source));
  if (split_by === "workbook" || sources.size < 2) return ({ fileName }) => fileName;
  return ({ source, fileName }) => source ?? fileName;
}
