/** The content of a checkpoint (docs/checkpoints.md), written from plain values and read back into them. */

import type { JsonObject } from "../base/json.ts";
import type { Metrics } from "../base/metrics.ts";
import { isRecord } from "../base/plain-object.ts";
import { UserError } from "../base/problem.ts";
import { type AdamWContent, adamWStateDict } from "./adamw-state.ts";
import { jsonOf } from "./json-value.ts";
import { kindOf } from "./plain-value.ts";
import { PtFloat, type PtMap, type PtValue, type PtWritable } from "./pt-value.ts";
import { readPtFile } from "./read-pt.ts";
import { isSafetensorsName, readSafetensors } from "./safetensors.ts";
import { asStateDict, type NamedParameters, parameterTensors, type StateDict } from "./state-dict.ts";

/** The version of the dictionary's layout. A file with a higher version is refused. */
export const FORMAT_VERSION = 1;

/** Everything that a checkpoint keeps. */
export interface CheckpointContent {
  /** The weights that are trained. */
  readonly parameters: NamedParameters;
  /** Their running average, laid out as `parameters.flat`; null where none is kept. */
  readonly average: Float32Array | null;
  readonly optimizer: AdamWContent;
  readonly scheduler: JsonObject;
  /** Finished epochs, from 1; 0 before the end of the first. */
  readonly epoch: number;
  readonly trainMetrics: Metrics;
  readonly valMetrics: Metrics | null;
  readonly bestValF1: number | null;
  /** What else a bit-exact resume needs: step counters, configuration, run id, state of plugins. */
  readonly extra: JsonObject;
}

/**
 * A checkpoint as read. A value that the file does not hold is null: PyTorch's files often hold weights
 * alone.
 */
export interface LoadedCheckpoint {
  readonly path: string;
  readonly formatVersion: number | null;
  /** The weights that were trained. `loadStateDict` copies them into the parameters of a network. */
  readonly model: StateDict;
  /** Their running average, which evaluate, predict and export prefer. */
  readonly average: StateDict | null;
  /** As the file holds it. `loadAdamW` copies the moments. */
  readonly optimizer: PtMap | null;
  readonly scheduler: JsonObject | null;
  readonly epoch: number | null;
  readonly trainMetrics: Metrics | null;
  readonly valMetrics: Metrics | null;
  readonly bestValF1: number | null;
  readonly extra: JsonObject | null;
}

/** The dictionary for `writePtFile` or `CheckpointWriter`. Its tensors are views; nothing is copied. */
export function checkpointValue(content: CheckpointContent): PtWritable {
  const { parameters, average, valMetrics, bestValF1 } = content;
  return {
    format_version: FORMAT_VERSION,
    model_state_dict: parameterTensors(parameters),
    ...(average ? { ema_state_dict: parameterTensors(parameters, average) } : {}),
    optimizer_state_dict: adamWStateDict(parameters, content.optimizer),
    scheduler_state_dict: content.scheduler,
    epoch: content.epoch,
    train_metrics: floats(content.trainMetrics),
    val_metrics: valMetrics && floats(valMetrics),
    best_val_f1: bestValF1 === null ? null : new PtFloat(bestValF1),
    extra: content.extra,
  };
}

/**
 * Reads a checkpoint of this project, a file that PyTorch wrote (a dictionary with `model_state_dict`, or a
 * bare `state_dict()`), or a `.safetensors` file.
 *
 * @throws {UserError} If the file cannot be read, was written by a newer version of this project, or holds
 *   no weights.
 */
export function readCheckpoint(path: string): LoadedCheckpoint {
  if (isSafetensorsName(path)) {
    const { tensors, metadata } = readSafetensors(path);
    return { ...WEIGHTS_ALONE, path, model: tensors, extra: exportedExtra(metadata.get("extra")) };
  }
  const value = readPtFile(path);
  const alone = asStateDict(value);
  if (alone) return { ...WEIGHTS_ALONE, path, model: alone };
  if (!(value instanceof Map)) throw noWeights(path, kindOf(value));
  const model = asStateDict(value.get("model_state_dict"));
  checkVersion(path, value.get("format_version"));
  if (!model) throw noWeights(path, `the keys ${[...value.keys()].join(", ")}`);
  const optimizer = value.get("optimizer_state_dict");
  return {
    path,
    formatVersion: numberOf(value.get("format_version")),
    model,
    average: asStateDict(value.get("ema_state_dict")),
    optimizer: optimizer instanceof Map ? optimizer : null,
    scheduler: objectOf(value.get("scheduler_state_dict")),
    epoch: numberOf(value.get("epoch")),
    trainMetrics: objectOf(value.get("train_metrics")) as Metrics | null,
    valMetrics: objectOf(value.get("val_metrics")) as Metrics | null,
    bestValF1: numberOf(value.get("best_val_f1")),
    extra: objectOf(value.get("extra")),
  };
}

const WEIGHTS_ALONE = {
  formatVersion: null,
  average: null,
  optimizer: null,
  scheduler: null,
  epoch: null,
  trainMetrics: null,
  valMetrics: null,
  bestValF1: null,
  extra: null,
} as const;

/** The weights that evaluate, predict and export use: the average if there is one. */
export function evaluationWeights({ average, model }: LoadedCheckpoint): StateDict {
  return average ?? model;
}

function floats(metrics: Metrics): PtWritable {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, value === null ? null : new PtFloat(value)]),
  );
}

function checkVersion(path: string, version: PtValue | undefined): void {
  if (version === undefined || (typeof version === "number" && version <= FORMAT_VERSION)) return;
  throw new UserError({
    file: path,
    where: "format_version",
    message: "Cannot use the checkpoint",
    expected: `${FORMAT_VERSION} or lower`,
    got:
      typeof version === "number" ? `${version}: a newer version of this project wrote it` : kindOf(version),
    fix: "update this project (git pull), or use a checkpoint of this version",
  });
}

function noWeights(path: string, got: string): UserError {
  return new UserError({
    file: path,
    message: "Cannot use the checkpoint",
    expected: "a dictionary with model_state_dict, or a state_dict() by itself",
    got,
    fix: 'in PyTorch: torch.save({"model_state_dict": model.state_dict()}, file)',
  });
}

function numberOf(value: PtValue | undefined): number | null {
  const json = value === undefined ? null : jsonOf(value);
  return typeof json === "number" ? json : null;
}

function objectOf(value: PtValue | undefined): JsonObject | null {
  return value instanceof Map ? ((jsonOf(value) as JsonObject | undefined) ?? null) : null;
}

/** The data of the checkpoint that `export` has kept. */
function exportedExtra(text: string | undefined): JsonObject | null {
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? (value as JsonObject) : null;
  } catch {
    return null; // metadata of another program, under the same name
  }
}
