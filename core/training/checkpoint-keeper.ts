/** Writes the checkpoints that plugins ask for in the background, and tells plugins when each is complete. */

import { join } from "node:path";
import type { Json } from "../base/json.ts";
import { CheckpointWriter } from "../checkpoint/checkpoint-writer.ts";
import type { PtWritable } from "../checkpoint/pt-value.ts";
import type { Moment } from "../hooks/lifecycle.ts";
import type { PluginHost } from "../hooks/plugin-host.ts";
import { momentOf, type ProgressState } from "./progress-state.ts";
import { NO_PROFILE, type RunProfile } from "./run-profile.ts";

interface Pending {
  readonly moment: Moment;
  readonly files: readonly { readonly path: string; readonly aliases: readonly string[] }[];
  readonly written: Promise<unknown>;
  settled: boolean;
}

/**
 * Keeps the checkpoints of one run.
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
  #pending: Pending | null = null;

  /**
   * @param folder The run's `checkpoints/`, absolute.
   * @param value Makes the dictionary to save. Its tensors may be views; they are copied before training
   *   goes on.
   * @param profile Measures the time of copying and waiting.
   */
  constructor(
    folder: string,
    host: PluginHost,
    value: (progress: ProgressState, pluginStates: Record<string, Json>) => PtWritable,
    profile: RunProfile = NO_PROFILE,
  ) {
    this.#folder = folder;
    this.#host = host;
    this.#value = value;
    this.#profile = profile;
  }

  /**
   * Starts to write the checkpoints that plugins have asked for since the last call, and tells plugins of
   * the one before if it is complete. Training may go on as soon as the promise resolves.
   *
   * @throws {UserError} If the checkpoint before could not be written. An older file of that name is intact.
   */
  saveRequested(progress: ProgressState): Promise<void> {
    return this.#profile.during("checkpoints", () => this.#saveRequested(progress));
  }

  async #saveRequested(progress: ProgressState): Promise<void> {
    if (this.#pending?.settled) await this.flush();
    const requests = [...this.#host.takeCheckpointRequests()];
    if (requests.length === 0) return;
    await this.flush();
    const moment = momentOf(progress);
    const files = requests.map(([name, aliases]) => ({
      path: join(this.#folder, name),
      aliases: [...aliases],
    }));
    const [first, ...others] = files.map((file) => file.path) as [string, ...string[]];
    const value = this.#value(progress, this.#host.saveStates(moment));
    const { written } = await this.#writer.begin([first, ...others], value);
    const pending: Pending = { moment, files, written, settled: false };
    const settle = () => {
      pending.settled = true;
    };
    written.then(settle, settle);
    this.#pending = pending;
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
