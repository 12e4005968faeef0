/** What is known of runs, as plain data: the shapes that the reader of run folders returns. */

/**
 * How a run stands. `running`: a process trains in its folder. `finished`, `stopped`, `interrupted`,
 * `failed`: how it ended (docs/plugins.md). `crashed`: its process is gone without having ended it.
 * `unknown`: nothing trains there, and the folder does not say how the run ended.
 */
export type RunStanding =
  | "running"
  | "finished"
  | "stopped"
  | "interrupted"
  | "failed"
  | "crashed"
  | "unknown";

/** A value of a flattened configuration. */
export type Setting = string | number | boolean | null;

/** A run in a table of runs. */
export interface RunRow {
  /** The name of the run's folder. */
  readonly id: string;
  /** `experiment.name`. */
  readonly name: string;
  readonly status: RunStanding;
  /** Why a stopped run stopped, or the message of the error of a failed one; null for all others. */
  readonly reason: string | null;
  /** When the run began, ISO 8601 in UTC; null if the folder does not say. */
  readonly started: string | null;
  /** Training time so far, all of its processes together; null if the folder does not say. */
  readonly durationSeconds: number | null;
  /** Gradient steps done, and those of the whole run if it is not stopped early; null if unknown. */
  readonly steps: number | null;
  readonly totalSteps: number | null;
  /** Finished epochs, and `training.max_epochs`. */
  readonly epochs: number | null;
  readonly maxEpochs: number | null;
  /** Best F1 on the validation split, 0 … 1, and its epoch, from 1; null before the first validation. */
  readonly bestF1: number | null;
  readonly bestEpoch: number | null;
  /** The device that trained: cuda, native, webgpu, wasm or js, with its details. */
  readonly device: string | null;
  /**
   * The effective configuration, flattened: `training.lr` → value. Lists of plain values are joined by `, `.
   */
  readonly settings: Readonly<Record<string, Setting>>;
  /** The last value of each metric. A value that is not finite is missing. */
  readonly summary: Readonly<Record<string, number>>;
  readonly tags: readonly string[];
  readonly notes: string;
  /** What is missing or unreadable, as sentences. */
  readonly problems: readonly string[];
}

/** A checkpoint in a run's folder. */
export interface CheckpointFacts {
  /** The name of the file: `best.pt`. */
  readonly name: string;
  /** The epoch that it holds; null if it is not known. */
  readonly epoch: number | null;
  readonly bytes: number;
  /** When it was written, ISO 8601 in UTC. */
  readonly written: string;
  /** The validation metrics of that epoch (`f1`, `loss` …); empty if they are not known. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A metric of a run, for the list of its charts. */
export interface MetricFacts {
  readonly name: string;
  /** Rows that have a value. */
  readonly rows: number;
  /** The first and the last gradient step that have one. */
  readonly first: number;
  readonly last: number;
}

/** Everything about one run but its curves, histograms, sheets and console. */
export interface RunDetails extends RunRow {
  /** The effective configuration as YAML; null if it is missing. */
  readonly configuration: string | null;
  /** The network as a tree of modules; null if it is missing. */
  readonly architecture: string | null;
  /** The machine and the program: `bun`, `platform`, `cpu`, `command` …, by name. */
  readonly environment: Readonly<Record<string, string>>;
  /** The git commit of the project when the run began; null outside of a repository. */
  readonly commit: string | null;
  /** The counts of the run: train, validation and test sheets, parameters …; by name. */
  readonly facts: Readonly<Record<string, number>>;
  readonly checkpoints: readonly CheckpointFacts[];
  /** Command lines to copy; null where there is no checkpoint for them. */
  readonly commands: {
    readonly resume: string | null;
    readonly evaluate: string | null;
    readonly predict: string | null;
  };
  /** In the order in which they first appear. */
  readonly metrics: readonly MetricFacts[];
  /** The parameters that have histograms: `gradients/<parameter>`. */
  readonly histogramNames: readonly string[];
  /** The epochs whose validation sheets are kept, ascending. */
  readonly sheetEpochs: readonly number[];
}

/** What a curve is drawn against: gradient step, epoch, seconds of training, or sheets seen. */
export type CurveAxis = "step" | "epoch" | "time" | "sheets";

/**
 * One metric of one run. If it has more rows than fit, each element stands for a bucket of rows that follow
 * each other, with the exact least and largest value among them; otherwise for one row.
 */
export interface Curve {
  /** Where each element stands on the axis: the first row of its bucket. Ascending. */
  readonly x: readonly number[];
  /** The least, the largest and the last finite value; null if there is none (NaN, infinite). */
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly last: readonly (number | null)[];
  /** Rows of the metric between `from` and `to`. */
  readonly rows: number;
  /** True: each element is one row. */
  readonly isWhole: boolean;
}

/** The histograms of one parameter's gradient over time, before clipping. */
export interface Histograms {
  readonly steps: readonly number[];
  readonly epochs: readonly number[];
  /** Per step: the edges of its bins, ascending, one more than counts. */
  readonly edges: readonly (readonly number[])[];
  readonly counts: readonly (readonly number[])[];
}

/** A predicted table of a sheet. */
interface ShownPrediction {
  /** `A1:F20`. */
  readonly range: string;
  /** 0 … 1. */
  readonly score: number;
  /** `exact`, `near`, `edge`, `joined`, `split`, `duplicate`, `false` (docs/evaluation.md). */
  readonly kind: string;
}

/** A validation sheet of one epoch. It holds no text of any cell. */
export interface ShownSheet {
  /** `dataset / file › sheet`; the same in all epochs. */
  readonly key: string;
  readonly rows: number;
  readonly cols: number;
  /**
   * The cells row by row, run-length coded: bits, count, bits, count … The bits are those of `Look`
   * (core/features/cell-look.ts).
   */
  readonly marks: readonly number[];
  readonly truth: readonly { readonly range: string; readonly kind: string }[];
  readonly predicted: readonly ShownPrediction[];
  /** The kinds of its tables that are mistakes, each once: all but `exact` and `near`. */
  readonly mistakes: readonly string[];
  /** F1 of the sheet at the run's `evaluation.eob_threshold`, 0 … 1. */
  readonly f1: number;
}

/** The validation sheets of one epoch, in the order of the split. */
export interface EpochSheets {
  readonly epoch: number;
  /** The largest EoB of a match, in cells. */
  readonly eobThreshold: number;
  readonly sheets: readonly ShownSheet[];
  /** Validation sheets of the run that the record does not hold. */
  readonly leftOut: number;
}
