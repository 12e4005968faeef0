/** The lifecycle of a run: every hook a plugin can have, what it receives and when it fires. */

import type { Json } from "../base/json.ts";
import type { Metrics } from "../base/metrics.ts";
import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";

/** Why a run ended: all epochs done, early stopping, a signal, an error. */
export type RunStatus = "finished" | "stopped" | "interrupted" | "failed";

/** Sizes known before the first step. */
export interface RunFacts {
  readonly trainSheets: number;
  /** Sheets that an epoch visits: `trainSheets`, unless they come repeatedly or fresh synthetic ones are added. */
  readonly sheetsPerEpoch: number;
  readonly validationSheets: number;
  readonly testSheets: number;
  readonly datasets: readonly string[];
  readonly totalParameters: number;
  readonly trainableParameters: number;
  /** The architecture as an indented module tree with shapes and parameter counts. */
  readonly architecture: string;
  /** The device that trains: cuda, native, webgpu, wasm or js, with its details. */
  readonly device: string;
  /** Optimiser steps of the whole run, and of one epoch. */
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  readonly maxEpochs: number;
}

/** A validation sheet with its true and its predicted tables: no text of any cell. */
export interface SheetPrediction {
  readonly dataset: string;
  readonly fileName: string;
  readonly sheetName: string;
  readonly height: number;
  readonly width: number;
  readonly truth: readonly Range[];
  readonly predicted: readonly PredictedTable[];
  /** The sheet's background-colour bucket per cell, row-major, `height * width` (index into features' bg buckets). */
  fills(): Promise<Uint8Array>;
}

/** A file set to keep with a run: the architecture, a checkpoint. */
export interface Artifact {
  readonly name: string;
  readonly type: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly aliases: readonly string[];
}

/** Steps and epochs count finished units from 1; an event before the first has 0. */
export interface Moment {
  readonly step: number;
  readonly epoch: number;
}

/**
 * What each hook receives: numbers, plain objects, paths, lazily computed values; never live tensors.
 *
 * A gradient step fires in this order: `onGradStep`; at an epoch's last step `onValidationEnd` and `onEpochEnd`; `onArtifact`
 * and `onImage` for all that plugins gave to the run by then; `onLog`, once the row is complete. So whoever receives a row has already received its images. What is given to the run in
 * `onLog` is handed out right after it. What is given before the first step is handed out after `onRunStart` and after
 * `onEpochStart`, what is given in `onRunEnd` after the plugin's own call.
 *
 * Plugins are called one after the other, each awaited before the next, in the order of the configuration file (see
 * `Plugin.order`).
 */
export interface HookEvents {
  /** Once, before the first epoch: data and network are ready. `step` and `epoch` are those already done on resume. */
  onRunStart: Moment & RunFacts;
  /**
   * Before an epoch's first sheet. `epoch` is the one that begins, from 1; `step` the updates already done. An epoch that
   * is resumed in its middle does not begin again.
   */
  onEpochStart: Moment & { readonly maxEpochs: number; readonly steps: number; readonly sheets: number };
  /**
   * After every optimiser update. Norms are over parameters, before clipping. `gradients()` gives each parameter's
   * gradient, before clipping, as a view that is valid during the hook only: copy what is to be kept.
   */
  onGradStep: Moment & {
    readonly loss: number;
    readonly lr: number;
    readonly maxGradNorm: number;
    readonly meanGradNorm: number;
    /** Sheets of this step, and of the epoch so far. */
    readonly sheets: number;
    readonly sheetsDone: number;
    gradients(): ReadonlyMap<string, Float32Array>;
  };
  /** After the validation split was evaluated, before `onEpochEnd`. Not fired without a validation split. */
  onValidationEnd: Moment & { readonly metrics: Metrics; readonly sheets: readonly SheetPrediction[] };
  /** After an epoch's last update and its validation. `val` is null without a validation split; `best`: val.f1 is the best so far. */
  onEpochEnd: Moment & {
    readonly train: Metrics;
    readonly val: Metrics | null;
    readonly best: boolean;
    readonly seconds: number;
    /** MB (2^20 bytes) that the engine has allocated on a GPU; absent where there is none or only its driver knows. */
    readonly gpuMemoryMb?: number;
  };
  /** Once for each artifact that a plugin gave to the run with `logArtifact`. */
  onArtifact: Moment & Artifact;
  /** Once for each image that a plugin gave to the run with `logImage`. `png` holds the bytes of the file. */
  onImage: Moment & { readonly name: string; readonly png: Uint8Array; readonly caption: string };
  /**
   * The row of a gradient step: all numbers that the core and the plugins logged for it, with `epoch` and `global_step`,
   * under the names of docs/metrics.md. The row of an epoch's last step also holds the values of the epoch. A value may
   * be NaN or infinite.
   */
  onLog: Moment & { readonly row: Readonly<Record<string, number>> };
  /** After a checkpoint is whole on disk under its final name. `path` is absolute; aliases as in `best`, `latest`, `epoch-3`. */
  onCheckpoint: Moment & { readonly path: string; readonly aliases: readonly string[] };
  /** Last, on every way out. `summary` holds best_epoch, best_f1 … of the best epoch; `error` only for `failed`. */
  onRunEnd: Moment & {
    readonly status: RunStatus;
    readonly summary: Metrics;
    readonly error: Error | null;
    readonly seconds: number;
  };
}

export type HookName = keyof HookEvents;

/** What a plugin's `setup` returns: any of the hooks, and the state to keep in checkpoints. */
export type Hooks = {
  [Name in HookName]?: (event: Readonly<HookEvents[Name]>) => void | Promise<void>;
} & {
  /** Called when a checkpoint is written; given back as `run.state` to `setup` on resume. */
  saveState?: () => Json;
};
