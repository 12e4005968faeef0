/** The lifecycle of a run: every hook that a plugin can have, when it fires and what it receives. */

import type { Json } from "../base/json.ts";
import type { Metrics } from "../base/metrics.ts";
import type { PredictedTable } from "../base/predicted-table.ts";
import type { Range } from "../base/range.ts";

/**
 * How a run ended: `finished` after all epochs, `stopped` by early stopping or by a plugin's request,
 * `interrupted` by a signal, `failed` by an error.
 */
export type RunStatus = "finished" | "stopped" | "interrupted" | "failed";

/** A plugin's request that the run ends early. */
export interface StopRequest {
  /** The name of the plugin. */
  readonly plugin: string;
  /** Why, in one line. */
  readonly reason: string;
  /** The run ends once the epoch that is under way is complete, or once the gradient step is. */
  readonly after: "epoch" | "step";
}

/** What a plugin may change about one optimiser step; each key may be left out. */
export interface StepControl {
  /** The learning rate of this step, at least 0. */
  readonly lr?: number;
  /**
   * True: weights, optimiser and average stay as they are. The step counts, and its loss joins the epoch's.
   */
  readonly skip?: boolean;
  /** The gradient is scaled down to this global norm if it is longer; above 0, or null for no clipping. */
  readonly clip?: number | null;
}

/** What is known of a run before its first step. */
export interface RunFacts {
  readonly trainSheets: number;
  /** Sheets in one epoch: `trainSheets`, unless sheets are repeated or fresh synthetic ones are added. */
  readonly sheetsPerEpoch: number;
  readonly validationSheets: number;
  readonly testSheets: number;
  /** The names of the datasets. */
  readonly datasets: readonly string[];
  readonly totalParameters: number;
  readonly trainableParameters: number;
  /** The network as an indented module tree with shapes and parameter counts; a text of many lines. */
  readonly architecture: string;
  /** The device that trains: cuda, native, webgpu, wasm or js, with its details. */
  readonly device: string;
  /** Gradient steps of the whole run, if it is not stopped early. */
  readonly totalSteps: number;
  /** Gradient steps of one epoch. */
  readonly stepsPerEpoch: number;
  readonly maxEpochs: number;
}

/** A sheet with its true tables. It holds no text of any cell. */
export interface LabelledSheet {
  readonly dataset: string;
  readonly fileName: string;
  readonly sheetName: string;
  /** Rows of the sheet. */
  readonly height: number;
  /** Columns of the sheet. */
  readonly width: number;
  readonly truth: readonly Range[];
  /**
   * The background colour of every cell, row by row, `height * width` values: indices into `FILL_COLORS`.
   */
  fills(): Promise<Uint8Array>;
  /**
   * What a drawing shows of every cell, row by row, `height * width` values: fill, borders, and the place,
   * kind and length of its content, as the bits of `Look` (`core/features/cell-look.ts`). It holds no text.
   */
  marks(): Promise<Uint16Array>;
}

/** A validation sheet with its true and its predicted tables. */
export interface SheetPrediction extends LabelledSheet {
  readonly predicted: readonly PredictedTable[];
}

/** A set of files to keep with a run: the architecture, a checkpoint. */
export interface Artifact {
  readonly name: string;
  /** What kind of files these are: `model`, `model_architecture`. */
  readonly type: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Further names for this version of the artifact: `best`, `latest`. */
  readonly aliases: readonly string[];
}

/**
 * A point in a run. `step` counts gradient steps and `epoch` counts epochs, both from 1 and over all
 * resumes. The events of a gradient step carry the number of that step and of the epoch that it belongs to.
 * Between two epochs, `onRunStart`, `onCheckpoint` and `onRunEnd` carry the number of the last finished one:
 * 0 before the first.
 */
export interface Moment {
  readonly step: number;
  readonly epoch: number;
}

/**
 * What each hook receives.
 *
 * Events hold numbers, plain objects, paths and functions that compute a value when it is needed; never live
 * tensors. They are frozen, except for the numbers in typed arrays: copy what you want to change.
 *
 * Plugins are called one after the other, each awaited before the next, in the order of the configuration
 * file (see `Plugin.order`). A run waits for all of them.
 *
 * The events of one gradient step come in this order:
 *
 * 1. `onBeforeUpdate`, then the update, then `onGradStep`;
 * 2. at an epoch's last step `onBeforeValidation`, `onValidationEnd` and `onEpochEnd`;
 * 3. `onProgress`, if plugins changed values of the progress line, then `onArtifact` and `onImage`, for
 *    everything that plugins gave to the run by then;
 * 4. `onLog`, with the complete row. So whoever receives a row has already received its images.
 *
 * Artifacts and images that are given in `onLog` follow right after it. Those given in `onRunStart`,
 * `onEpochStart` and `onCheckpoint` follow once all plugins have had that event, those given in `onRunEnd`
 * right after the call of the plugin that gave them.
 */
export interface HookEvents {
  /**
   * Once, before `onRunStart`: the sheets of training and validation have been read. In a resumed run they
   * are read again. Sheets are as the network sees them: cropped ones have the size of the crop. Synthetic
   * sheets that are made anew for each epoch, and augmented copies, are not among them.
   */
  onSheetsLoaded: Moment & {
    /** For each sheet its name, its size, the true ranges, and `fills()` to draw it. */
    readonly train: readonly LabelledSheet[];
    /** The same of the validation split. */
    readonly validation: readonly LabelledSheet[];
    /** How many annotated sheets or workbooks could not be used. The end of the run names them. */
    readonly leftOut: number;
  };
  /**
   * Once, before the first epoch: data, network and plugins are ready. In a resumed run, `step` and `epoch`
   * are those already done.
   */
  onRunStart: Moment & RunFacts;
  /**
   * Before the first sheet of an epoch. `epoch` is the one that begins, `step` the last step done. An epoch
   * that is resumed in its middle does not begin again. `steps` and `sheets` are those of this epoch.
   */
  onEpochStart: Moment & { readonly maxEpochs: number; readonly steps: number; readonly sheets: number };
  /**
   * Before the parameters are updated: loss and gradient of the step are known, and finite. The hook may
   * return `{ lr, skip, clip }` (`StepControl`) to change this step. Every change is a line in `output.log`,
   * and stands in the row under `control/`. Two plugins that want different values for one key end the run
   * with an error. A plugin with this hook is always critical.
   */
  onBeforeUpdate: Moment & {
    /** The mean loss of the step's sheets. */
    readonly loss: number;
    /** The parts of the loss, means over the step's sheets, named as in docs/metrics.md without prefix. */
    readonly parts: Readonly<Record<string, number>>;
    /** The norm (L2) of the whole gradient, before clipping. */
    readonly gradNorm: number;
    /** The largest of the parameters' gradient norms (L2), before clipping. */
    readonly maxGradNorm: number;
    /** The mean of the parameters' gradient norms (L2), before clipping. */
    readonly meanGradNorm: number;
    /** The learning rate that the schedule has for this step. */
    readonly lr: number;
    /** `training.max_grad_norm`; null: the gradient is not clipped. */
    readonly clip: number | null;
    /** Sheets of this step. */
    readonly sheets: number;
  };
  /** After every gradient step, when the parameters have been updated, unless a plugin skipped that. */
  onGradStep: Moment & {
    /** The mean loss of the step's sheets. */
    readonly loss: number;
    /** The learning rate of this step. */
    readonly lr: number;
    /** The largest of the parameters' gradient norms (L2), before clipping. */
    readonly maxGradNorm: number;
    /** The mean of the parameters' gradient norms (L2), before clipping. */
    readonly meanGradNorm: number;
    /** Sheets of this step. */
    readonly sheets: number;
    /** Sheets of the epoch so far, with those of this step. */
    readonly sheetsDone: number;
    /** Copies of the gradients by the names of their parameters, before clipping. */
    gradients(): ReadonlyMap<string, Float32Array>;
  };
  /**
   * Before every validation: at the end of an epoch, and within one with `training.validate_every_n_steps`.
   * If a signal ends the validation, the resumed run begins it again, with this event.
   */
  onBeforeValidation: Moment & {
    /** Sheets of the validation split. */
    readonly sheets: number;
    readonly isEndOfEpoch: boolean;
  };
  /** After the validation at the end of an epoch. Not fired without a validation split. */
  onValidationEnd: Moment & {
    readonly metrics: Metrics;
    /** For each sheet its name, its size, the true and the predicted ranges, and `fills()` to draw it. */
    readonly sheets: readonly SheetPrediction[];
  };
  /** After an epoch's last gradient step and its validation. */
  onEpochEnd: Moment & {
    readonly train: Metrics;
    /** Null without a validation split. */
    readonly val: Metrics | null;
    /** True if `val.f1` is higher than in every epoch before or, while all are 0, `val.loss` is lower. */
    readonly best: boolean;
    /** How long the epoch took, its validation included. */
    readonly seconds: number;
    /**
     * MB (2^20 bytes) of GPU memory that the engine holds. Absent on other devices, and where only the
     * driver knows.
     */
    readonly gpuMemoryMb?: number;
  };
  /**
   * When plugins gave values to the progress line with `run.progress`. `values` holds the newest value of
   * every name, in the order in which the names came up.
   */
  onProgress: Moment & { readonly values: Readonly<Record<string, number>> };
  /** Once for each artifact that was given to the run with `logArtifact`. */
  onArtifact: Moment & Artifact;
  /** Once for each image that was given to the run with `logImage`. */
  onImage: Moment & {
    readonly name: string;
    /** The bytes of the file. */
    readonly png: Uint8Array;
    readonly caption: string;
  };
  /**
   * The row of a gradient step: all numbers that the core and the plugins logged for it, with `epoch` and
   * `global_step`, under the names of docs/metrics.md. The row of an epoch's last step also holds the values
   * of the epoch. A value may be NaN or infinite.
   */
  onLog: Moment & { readonly row: Readonly<Record<string, number>> };
  /**
   * After a checkpoint is whole on disk under its final name, between two later steps or at the end of the
   * run. `step` and `epoch` are those that the checkpoint holds.
   */
  onCheckpoint: Moment & {
    /** Absolute. */
    readonly path: string;
    /** Those of the request: `best`, `latest`, `epoch-3`. */
    readonly aliases: readonly string[];
  };
  /** Last, whatever ends the run. */
  onRunEnd: Moment & {
    /** `finished`, `stopped`, `interrupted` or `failed`. */
    readonly status: RunStatus;
    /**
     * Why the run ended before its last epoch, all reasons in one line; absent unless `status` is `stopped`.
     */
    readonly reason?: string;
    /** The requests of plugins that ended the run; absent unless there are any. */
    readonly stopRequests?: readonly StopRequest[];
    /**
     * Values of the best epoch: `best_epoch`, `best_f1`, `best_precision` … Empty before the first
     * validation.
     */
    readonly summary: Metrics;
    /** Null, unless `status` is `failed`. */
    readonly error: Error | null;
    /** How long the run took, all of its processes together. */
    readonly seconds: number;
  };
}

/** The name of a hook. */
export type HookName = keyof HookEvents;

/** What `onBeforeUpdate` returns: the changes to this step, or nothing. */
type StepAnswer = StepControl | undefined;

/** What a plugin's `setup` returns: any of the hooks, and the state to keep in checkpoints. */
export type Hooks = {
  [Name in Exclude<HookName, "onBeforeUpdate">]?: (event: Readonly<HookEvents[Name]>) => void | Promise<void>;
} & {
  onBeforeUpdate?: (event: Readonly<HookEvents["onBeforeUpdate"]>) => StepAnswer | Promise<StepAnswer>;
  /**
   * Called whenever a checkpoint is written. What it returns is part of the checkpoint, and becomes
   * `run.state` when the run is resumed from it. It has to return at once: a promise is refused.
   */
  saveState?: () => Json;
};
