/** Writes the checkpoints that plugins ask for, in the background, and says when each is whole. */

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

export class CheckpointKeeper implements AsyncDisposable {
  readonly #folder: string;
  readonly #host: PluginHost;
  readonly #value: (progress: ProgressState, pluginStates: Record<string, Json>) => PtWritable;
  readonly #profile: RunProfile;
  readonly #writer = new CheckpointWriter();
  #pending: Pending | null = null;

  /**
   * @param folder The run's `checkpoints/`, absolute.
   * @param value The dictionary to save; its tensors may be views, they are copied before training goes on.
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
   * Starts to write what was asked for since the last call and tells plugins of what has become whole.
   * Training may go on as soon as it resolves.
   *
   * @throws {UserError} If a checkpoint could not be written; the file of that name from before is intact.
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

  /** Waits for what is being written and tells the plugins. @throws {UserError} If it could not be written. */
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

  /** Ends the writer. Call `flush` before: what it would throw is the run's business. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
  }
}
