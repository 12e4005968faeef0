/**
 * Opens the detector of a command. Without weights TensorFlow.js, which takes its time to load, is not
 * loaded at all.
 */

import type { SheetDetector } from "./sheet-detector.ts";

export interface OpenDetectorOptions {
  /** As `training.device`. */
  readonly device: string;
  /** Least score of a table, 0 … 1. @default the one stored with the weights */
  readonly scoreThreshold: number | undefined;
  /** As `EngineOptions.apart`. @default false */
  readonly apart?: boolean;
  /** As `EngineOptions.workers`. @default auto */
  readonly workers?: number | "auto";
  readonly warn: (text: string) => void;
}

/**
 * @param weights A checkpoint's file; null for none.
 * @returns Null without weights. To be disposed of: `await using`.
 * @throws {UserError} As `openSheetDetector`.
 */
export async function openDetector(
  weights: string | null,
  { device, scoreThreshold, apart = false, workers = "auto", warn }: OpenDetectorOptions,
): Promise<SheetDetector | null> {
  if (weights === null) return null;
  const { openSheetDetector } = await import("./sheet-detector.ts");
  return openSheetDetector(weights, {
    device,
    apart,
    workers,
    warn,
    ...(scoreThreshold === undefined ? {} : { scoreThreshold }),
  });
}
