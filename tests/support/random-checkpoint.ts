/**
 * A checkpoint of an untrained network of a few thousand parameters: written in milliseconds, it finds tables
 * anywhere.
 */

import type { Json } from "../../core/base/json.ts";
import type { Metrics } from "../../core/base/metrics.ts";
import { checkpointValue } from "../../core/checkpoint/detector-state.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { resolveFields } from "../../core/config/resolve-fields.ts";
import { CONFIG } from "../../core/config/schema.ts";
import { detectorSettings } from "../../core/detection/detector-settings.ts";
import { createParameters } from "../../core/model/parameters.ts";
import { freshAdamW } from "../../core/optim/adamw.ts";

const MODEL = {
  backbone: { base_width: 4, depths: [1, 1, 1, 1], stem_stride: 2 },
  detr: {
    num_queries: 4,
    num_encoder_layers: 1,
    num_decoder_layers: 1,
    hidden_dim: 16,
    num_heads: 2,
    num_points: 2,
  },
};

/**
 * @param data Keys of section `data` of its configuration; the rest has its defaults.
 * @param score Its score threshold; with `auto`, `validation` are the metrics of its last validation.
 * @param extra Replaces entries of the checkpoint's `extra`.
 * @param model Section `model` of its configuration, for another network than the tiny one.
 */
export function writeRandomCheckpoint(
  path: string,
  {
    data = {},
    extra = {},
    score = 0,
    validation = null,
    model = MODEL,
  }: {
    data?: Record<string, unknown>;
    extra?: Record<string, Json>;
    score?: number | "auto";
    validation?: Metrics | null;
    model?: Record<string, unknown>;
  } = {},
): void {
  const { values } = resolveFields(CONFIG, {
    prefix: [],
    value: { data, model, evaluation: { score_threshold: score } },
    locate: () => ({ kind: "argument", argument: "" }),
    overrides: [],
    env: {},
    cwd: "/",
  });
  const config = { ...values, plugins: {} } as unknown as { model: Parameters<typeof detectorSettings>[0] };
  const parameters = createParameters(detectorSettings(config.model), 1);
  const optimizer = { ...freshAdamW(parameters.flat.length), lr: 0, initialLr: 0, weightDecay: 0 };
  writePtFile(
    path,
    checkpointValue({
      parameters,
      average: null,
      optimizer,
      scheduler: {},
      epoch: 1,
      trainMetrics: {},
      valMetrics: validation,
      bestValF1: null,
      extra: { config: config as unknown as Json, ...extra },
    }),
  );
}
