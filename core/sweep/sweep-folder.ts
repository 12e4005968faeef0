/** The names in a sweep's folder, which all of its agents share. */

import { isAbsolute, join, relative, resolve } from "node:path";

export class SweepFolder {
  /** Absolute. */
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** The journal, which Optuna reads. */
  get journal(): string {
    return join(this.path, "journal.log");
  }

  /** The runs of all trials. */
  get runs(): string {
    return join(this.path, "runs");
  }

  /** What belongs to one trial: its lock, its output. */
  trial(number: number): string {
    return join(this.path, "trials", String(number));
  }

  /** A path as the journal keeps it: machines may know the folder by different names. */
  kept(path: string): string {
    const inside = relative(this.path, resolve(path));
    return inside.startsWith("..") || isAbsolute(inside) ? path : inside;
  }

  /** The path that `kept` stands for. */
  found(kept: string): string {
    return resolve(this.path, kept);
  }
}

/** In a trial's folder: the locked folder of the process that runs it, its output, its parameters. */
export const TRIAL_FILES = {
  process: "process",
  output: "output.log",
  parameters: "parameters.json",
} as const;
