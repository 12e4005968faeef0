/** Annotations and options for tests of splits. */

import type { Annotation } from "../../core/dataset/annotation-line.ts";

export const SPLIT_OPTIONS = {
  train_ratio: 0.8,
  val_ratio: 0.1,
  test_ratio: 0.1,
  split_seed: 42,
  split_by: "workbook" as const,
  respect_split_code: true,
};

/** Sheets without tables, two per workbook. */
export function annotations(
  count: number,
  splitCode: (index: number) => string | null = () => null,
): Annotation[] {
  return Array.from({ length: count }, (_, index) => ({
    line: index + 1,
    fileName: `${Math.floor(index / 2)}.xlsx`,
    sheetName: `Sheet${index % 2}`,
    splitCode: splitCode(index),
    origin: null,
    confidence: null,
    source: null,
    isSkipped: false,
    isUnseen: false,
    regions: [],
  }));
}
