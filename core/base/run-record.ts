/** The shape of `run.json` in a run's folder: what is known of the run, and how it stands. */

import type { Json } from "./json.ts";

/** Raise it when the meaning of a key changes. A reader refuses files with a higher version. */
export const RUN_RECORD_VERSION = 1;

/** One process that trained the run. */
export interface RunStart {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Gradient steps that were done when it began. */
  readonly step: number;
}

export interface RunRecord {
  readonly version: number;
  /** Eight lower-case letters and digits; the run's id in W&B too. */
  readonly id: string;
  /** `experiment.name`. */
  readonly name: string;
  /** `running`, or how the run ended: `finished`, `stopped`, `interrupted`, `failed`. */
  readonly status: string;
  /** Why it stopped, or the message of the error that ended it; otherwise null. */
  readonly reason: string | null;
  readonly device: string;
  /** The complete effective configuration. It holds no secrets. */
  readonly config: Json;
  /** Sheets, parameters, steps and epochs of the run, by the names that `onRunStart` has for them. */
  readonly facts: Readonly<Record<string, number>>;
  /** The machine and the program, by name. */
  readonly environment: Readonly<Record<string, string>>;
  /** The git commit of the project; null outside of a repository. */
  readonly commit: string | null;
  /** The processes that trained the run, in order. */
  readonly starts: readonly RunStart[];
  /** Gradient steps and epochs that are done. */
  readonly step: number;
  readonly epoch: number;
  /** Training time of all processes together. */
  readonly seconds: number;
  /** The best epoch and its validation metrics; null before the first validation. */
  readonly best: { readonly epoch: number; readonly metrics: Readonly<Record<string, number>> } | null;
  /** The last finite value of each metric. */
  readonly summary: Readonly<Record<string, number>>;
  /** What each file in `checkpoints/` holds, by its name. */
  readonly checkpoints: Readonly<Record<string, { readonly step: number; readonly epoch: number }>>;
}
