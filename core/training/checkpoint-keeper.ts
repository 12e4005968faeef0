/** Writes the checkpoints that plugins ask for in the background, and tells plugins when each is complete. */

import { join } from "node:path";
import type { Json } from "../base/json.ts";
import { LAST_CHECKPOINT } from "../base/run-folder-names.ts";
import { CheckpointWriter } from "../checkpoint/checkpoint-writer.ts";
import type { PtWritable } from "../checkpoint/pt-value.ts";
import type { Moment } from "../hooks/lifecycle.ts";
import type { PluginHost } from "../hooks/plugin-host.ts";
import { momentOf, type ProgressState } from "./progress-state.ts";
import { NO_PROFILE, type RunProfile } from "./run-profile.ts";
import type { RunState } from "./run-state.ts";
import { describeSaved, type SavedState } from "./saved-state.ts";

interface Pending {
  readonly moment: Moment;
  readonly files: readonly { readonly path: string; readonly aliases: readonly string[] }[];
  readonly written: Promise<unknown>;
  settled: boolean;
}

/** What decides whether a state may be saved, and what hears of it. */
export interface SaveGuard {
  /** The state that the run goes on from; null for a fresh run. */
  readonly newest: SavedState | null;
  /**
   * Called before each checkpoint.
   *
   * @throws {UserError} If the state is of no use, or the folder belongs to another process.
   */
  check(moment: Moment, newest: SavedState | null): void;
  warn(text: string): void;
}

type SavableState = Pick<RunState, "progress" | "isRuined" | "hasDiverged">;

const NO_GUARD: SaveGuard = { newest: null, check: () => {}, warn: () => {} };

/**
 * Keeps the checkpoints of one run. A state whose loss has exploded is not saved, so that the one before
 * stays.
 *
 * Life cycle: the loop calls `saveRequested` after every row. It copies the state and returns; a worker
 * writes the copy while training goes on. A later `saveRequested` or `flush` waits for it and fires
 * `onCheckpoint`. At most one checkpoint is being written at any time. Disposal ends the worker.
 */
export class CheckpointKeeper implements AsyncDisposable {
  readonly #folder: string;
  readonly #host: PluginHost;
  readonly #value: (progress: ProgressState, pluginStates: Record<string, Json>) => PtWritable;
  readonly #profile: RunProfile;
  readonly #writer = new CheckpointWriter();
  readonly #guard: SaveGuard;
  #pending: Pending | null = null;
  #newest: SavedState | null;
  /** Whether the user knows that the loss has exploded. */
  #hasWarned = false;

  /**
   * @param folder The run's `checkpoints/`, absolute.
   * @param value Makes the dictionary to save. Its tensors may be views; they are copied before training
   *   goes on.
   * @param profile Measures the time of copying and waiting.
   * @param guard Asked before every checkpoint.
   */
  constructor(
    folder: string,
    host: PluginHost,
    value: (progress: ProgressState, pluginStates: Record<string, Json>) => PtWritable,
    profile: RunProfile = NO_PROFILE,
    guard: SaveGuard = NO_GUARD,
  ) {
    this.#folder = folder;
    this.#host = host;
    this.#value = value;
    this.#profile = profile;
    this.#guard = guard;
    this.#newest = guard.newest;
  }

  /** The state that a resumed run would go on from; null if nothing has been saved. */
  get newest(): SavedState | null {
    return this.#newest;
  }

  /**
   * Starts to write the checkpoints that plugins have asked for since the last call, and tells plugins of
   * the one before if it is complete. Training may go on as soon as the promise resolves.
   *
   * @throws {UserError} If the checkpoint before could not be written (an older file of that name is intact),
   *   or the guard refuses this one.
   */
  saveRequested(state: SavableState): Promise<void> {
    return this.#profile.during("checkpoints", () => this.#saveRequested(state));
  }

  async #saveRequested({ progress, isRuined, hasDiverged }: SavableState): Promise<void> {
    if (this.#pending?.settled) await this.flush();
    const requests = [...this.#host.takeCheckpointRequests()];
    if (requests.length === 0) return;
    await this.flush();
    const moment = momentOf(progress);
    if (hasDiverged) return; // the error that ends the run says so, and what to do
    if (isRuined) return this.#sayNotSaved();
    this.#hasWarned = false;
    this.#guard.check(moment, this.#newest);
    const files = requests.map(([name, aliases]) => ({
      path: join(this.#folder, name),
      aliases: [...aliases],
    }));
    const [first, ...others] = files.map((file) => file.path) as [string, ...string[]];
    const value = this.#value(progress, this.#host.saveStates(moment));
    const { written } = await this.#writer.begin([first, ...others], value);
    const name = requests.some(([file]) => file === LAST_CHECKPOINT) ? LAST_CHECKPOINT : requests[0]![0];
    this.#newest = { name, moment, isWholeEpoch: progress.stepInEpoch === 0 };
    const pending: Pending = { moment, files, written, settled: false };
    const settle = () => {
      pending.settled = true;
    };
    written.then(settle, settle);
    this.#pending = pending;
  }

  #sayNotSaved(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const kept = this.#newest ? `resume goes on from ${describeSaved(this.#newest)}` : "nothing is saved yet";
    this.#guard.warn(
      `The loss has exploded. As long as it does not come down, the state is not saved; ${kept}. ` +
        "If it stays: lower training.lr or training.max_grad_norm.",
    );
  }

  /**
   * Waits for the checkpoint that is being written and tells the plugins.
   *
   * @throws {UserError} If it could not be written.
   */
  async flush(): Promise<void> {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    const { moment, files, written } = pending;
    await this.#profile.during("waiting", () => written);
    await this.#profile.during("hooks", async () => {
      for (const { path, aliases } of files) {
        await this.#host.fire("onCheckpoint", { ...moment, path, aliases });
      }
      await this.#host.drain(moment);
    });
  }

  /** Ends the writer. Call `flush` before, which throws what went wrong; disposal does not. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
  }
}
