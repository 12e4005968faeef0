/** Small made-up sheets for tests of the engine. */

import { randomStream } from "../../core/base/random.ts";
import type { EngineSheet } from "../../core/detection/engine/gradient-engine.ts";
import { packGrid } from "../../core/features/packed-grid.ts";
import type { DetectorConfig } from "../../core/model/detector-config.ts";
import { DEFAULT_DETECTOR } from "../../core/model/detector-config.ts";

/** A network that computes in milliseconds. */
export const SMALL_DETECTOR: DetectorConfig = {
  ...DEFAULT_DETECTOR,
  stem_stride: 2,
  base_width: 8,
  depths: [1, 1, 1, 1],
  hidden_dim: 16,
  num_heads: 2,
  num_points: 2,
  num_encoder_layers: 1,
  num_queries: 6,
  ffn_ratio: 2,
};

/** Random cells (one in five channels set) and the given boxes. */
export function madeUpSheet(
  height: number,
  width: number,
  boxes: number[][],
  label = "made/up/sheet",
): EngineSheet {
  const random = randomStream(1, label, height, width);
  const data = Float32Array.from({ length: height * width * 43 }, () => (random.chance(0.2) ? 1 : 0));
  return { grid: packGrid({ height, width, data }), boxes: Float32Array.from(boxes.flat()), label };
}
