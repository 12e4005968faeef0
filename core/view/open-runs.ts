/** The runs that the viewer holds in memory: those that were looked at last. */

import { OpenRun } from "../runs/open-run.ts";

/** How large the files of metrics may be together before the oldest are forgotten. */
const MOST_BYTES = 2 ** 30;

export class OpenRuns {
  /** By folder; the one that was used last is the last one. */
  readonly #runs = new Map<string, OpenRun>();
  readonly #mostBytes: number;

  constructor(mostBytes: number = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** The bytes that all runs in memory take, about. */
  get bytes(): number {
    return [...this.#runs.values()].reduce((sum, run) => sum + run.bytes, 0);
  }

  /** How many bytes are left before a run is forgotten. */
  get room(): number {
    return this.#mostBytes - this.bytes;
  }

  /** The run in a folder, from memory if it is there. */
  get(path: string, id: string): OpenRun {
    const known = this.#runs.get(path);
    const run = known?.id === id ? known : new OpenRun(path, id);
    this.#runs.delete(path);
    this.#runs.set(path, run);
    let bytes = this.bytes;
    for (const [old, { bytes: own }] of this.#runs) {
      if (bytes <= this.#mostBytes || old === path) break;
      this.#runs.delete(old);
      bytes -= own;
    }
    return run;
  }
}
