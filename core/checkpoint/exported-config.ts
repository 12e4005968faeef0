/** The part of a run's configuration that is exported with its weights. */

import type { Json, JsonObject } from "../base/json.ts";
import type { Metrics } from "../base/metrics.ts";
import { isRecord } from "../base/plain-object.ts";
import { scoreThreshold } from "../base/score-threshold.ts";

/** Sections that describe the weights. */
const KEPT_SECTIONS = ["model", "training", "evaluation"];

/**
 * Keys of section `data` that describe the sheets of the training. Names and folders of datasets are not
 * exported.
 */
const KEPT_LIMITS = ["max_rows", "max_cols", "on_large_sheet"];

/**
 * Keeps the sections `model`, `training` and `evaluation`, and the limits of `data`. A path in `model.init`
 * is removed. A score threshold of `auto` is replaced by the one that the last validation chose, so that it
 * needs no metrics.
 *
 * @param validation Metrics of the last validation. Without one (null), the threshold is the usual one.
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
