/** The part of a run's configuration that goes out with its weights. */

import type { Json, JsonObject } from "../base/json.ts";
import type { Metrics } from "../base/metrics.ts";
import { isRecord } from "../base/plain-object.ts";
import { scoreThreshold } from "../base/score-threshold.ts";

/** Sections that say what the weights are. */
const KEPT_SECTIONS = ["model", "training", "evaluation"];

/** The sheets that the network knows; names and folders of datasets stay behind. */
const KEPT_LIMITS = ["max_rows", "max_cols", "on_large_sheet"];

/**
 * Sections `model`, `training` and `evaluation`, and the limits of `data`. A path in `model.init` is taken out, and a
 * score threshold of `auto` is what the validation chose: exported weights mean the same without their metrics.
 *
 * @param validation Metrics of the last validation, null without one: then it is the usual threshold.
 */
export function exportedConfig(config: JsonObject, validation: Metrics | null): { [key: string]: Json } {
  const kept = Object.fromEntries(Object.entries(config).filter(([key]) => KEPT_SECTIONS.includes(key)));
  const { model, evaluation } = kept;
  if (isRecord(model) && "init" in model) kept.model = { ...model, init: null, init_partial: false };
  if (isRecord(evaluation) && evaluation.score_threshold === "auto") {
    kept.evaluation = { ...evaluation, score_threshold: scoreThreshold("auto", validation) };
  }
  const limits = Object.entries(isRecord(config.data) ? config.data : {}).filter(([key]) =>
    KEPT_LIMITS.includes(key),
  );
  return limits.length === 0 ? kept : { ...kept, data: Object.fromEntries(limits) };
}
