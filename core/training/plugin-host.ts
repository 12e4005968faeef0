/** The plugins of one run: sets them up, fires their hooks in order, isolates their failures, gathers what they log. */

import type { Plugin, PluginRun } from "../plugin.ts";
import { UserError } from "../problem.ts";
import type { Artifact, HookEvents, HookName, Hooks, Json, Moment } from "./lifecycle.ts";

/** A plugin that is switched on, with its validated options. */
export interface SwitchedOnPlugin {
  readonly plugin: Plugin;
  readonly options: unknown;
}

/** The part of a plugin's view of the run that does not depend on the plugin. */
export type RunContext = Omit<PluginRun, "state" | "log" | "logArtifact" | "logImage" | "requestCheckpoint">;

interface ActivePlugin {
  readonly plugin: Plugin;
  readonly hooks: Hooks;
}

interface Image {
  readonly name: string;
  readonly png: Uint8Array;
  readonly caption: string;
}

/** Checkpoints that plugins asked for: file name → aliases. */
export type CheckpointRequests = Map<string, Set<string>>;

/** Names the plugin and the hook in which it failed; the original error is the cause. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  constructor(plugin: string, hook: string, moment: Moment, cause: unknown) {
    const at = moment.step > 0 ? ` at step ${moment.step}, epoch ${moment.epoch}` : "";
    super(
      `Plugin "${plugin}" failed in ${hook}${at}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  }
}

export class PluginHost {
  #active: ActivePlugin[] = [];
  #context: RunContext;
  #checkHooks: (plugin: Plugin, hooks: Hooks) => void;
  #row: Record<string, number> = {};
  #artifacts: Artifact[] = [];
  #images: Image[] = [];
  #checkpoints: CheckpointRequests = new Map();

  /** @param checkHooks Throws a UserError for hook names that do not exist. */
  constructor(context: RunContext, checkHooks: (plugin: Plugin, hooks: Hooks) => void) {
    this.#context = context;
    this.#checkHooks = checkHooks;
  }

  /** The names of the plugins that are on, in calling order, each with its hooks in the order they fire. */
  get roster(): readonly { name: string; hooks: readonly string[] }[] {
    return this.#active.map(({ plugin, hooks }) => ({
      name: plugin.name,
      hooks: Object.keys(hooks).filter((hook) => hook !== "saveState"),
    }));
  }

  /**
   * Sets the plugins up in the given order.
   *
   * @param states What each plugin's `saveState` returned when the checkpoint was written, by plugin name.
   * @throws {UserError} For hook names that do not exist, {PluginError} if a critical plugin cannot be set up.
   */
  async setUp(plugins: readonly SwitchedOnPlugin[], states: Readonly<Record<string, Json>>): Promise<void> {
    for (const { plugin, options } of plugins) {
      try {
        const hooks = await plugin.setup(this.#runFor(states[plugin.name] ?? null), options as never);
        this.#checkHooks(plugin, hooks);
        this.#active.push({ plugin, hooks });
      } catch (cause) {
        if (cause instanceof UserError) throw cause;
        this.#failed(plugin, "setup", { step: 0, epoch: 0 }, cause);
      }
    }
  }

  /** Calls one hook on every plugin, in order, each awaited before the next. `between` runs after each plugin. */
  async fire<Name extends HookName>(
    name: Name,
    event: Readonly<HookEvents[Name]>,
    between?: () => Promise<void>,
  ): Promise<void> {
    const frozen = Object.freeze(event);
    for (const active of [...this.#active]) {
      const hook = active.hooks[name] as
        | ((event: Readonly<HookEvents[Name]>) => void | Promise<void>)
        | undefined;
      if (!hook) continue;
      try {
        await hook(frozen);
      } catch (cause) {
        this.#active = this.#active.filter((other) => other !== active);
        this.#failed(active.plugin, name, event, cause);
      }
      await between?.();
    }
  }

  /** Adds the core's own numbers to the row that is being gathered. */
  log(values: Readonly<Record<string, number>>): void {
    Object.assign(this.#row, values);
  }

  /** The row gathered so far: part of a checkpoint that is written in the middle of an epoch's last step. */
  get pendingRow(): Readonly<Record<string, number>> {
    return { ...this.#row };
  }

  /** Closes the gathered row and hands it to `onLog`, then artifacts and images to theirs. */
  async closeRow(moment: Moment): Promise<void> {
    const row = { epoch: moment.epoch, global_step: moment.step, ...this.#row };
    this.#row = {};
    await this.fire("onLog", { ...moment, row: Object.freeze(row) });
    await this.drain(moment);
  }

  /** Hands queued artifacts and images to the plugins, also those that are added on the way. */
  async drain(moment: Moment): Promise<void> {
    while (this.#artifacts.length + this.#images.length > 0) {
      const artifacts = this.#artifacts.splice(0);
      const images = this.#images.splice(0);
      for (const artifact of artifacts) await this.fire("onArtifact", { ...moment, ...artifact });
      for (const image of images) await this.fire("onImage", { ...moment, ...image });
    }
  }

  /** The checkpoints asked for since the last call. */
  takeCheckpointRequests(): CheckpointRequests {
    const requests = this.#checkpoints;
    this.#checkpoints = new Map();
    return requests;
  }

  /** What every plugin wants kept, by plugin name. A plugin that throws here is treated like one that throws in a hook. */
  saveStates(moment: Moment): Record<string, Json> {
    const states: Record<string, Json> = {};
    for (const active of [...this.#active]) {
      try {
        const state = active.hooks.saveState?.();
        if (state !== undefined) states[active.plugin.name] = state;
      } catch (cause) {
        this.#active = this.#active.filter((other) => other !== active);
        this.#failed(active.plugin, "saveState", moment, cause);
      }
    }
    return states;
  }

  #runFor(state: Json): PluginRun {
    return {
      ...this.#context,
      state,
      log: (values) => {
        for (const [name, value] of Object.entries(values)) {
          if (typeof value !== "number") {
            throw new TypeError(`Cannot log "${name}": a number is expected, got ${typeof value}`);
          }
        }
        this.log(values);
      },
      logArtifact: (artifact) => void this.#artifacts.push(artifact),
      logImage: (name, png, caption) => void this.#images.push({ name, png, caption }),
      requestCheckpoint: (fileName, aliases = []) => {
        if (!/^[\w.-]+\.pt$/.test(fileName)) {
          throw new RangeError(
            `Cannot save "${fileName}": a file name that ends in .pt is expected, without folders`,
          );
        }
        const known = this.#checkpoints.get(fileName) ?? new Set();
        for (const alias of aliases) known.add(alias);
        this.#checkpoints.set(fileName, known);
      },
    };
  }

  /** Reports the failure; a critical plugin's ends the run. */
  #failed(plugin: Plugin, hook: string, moment: Moment, cause: unknown): void {
    const error = new PluginError(plugin.name, hook, moment, cause);
    if (plugin.critical) throw error;
    const stack = cause instanceof Error && cause.stack ? `\n${cause.stack}` : "";
    this.#context.console.warn(`${error.message}\n  It is switched off for the rest of this run.${stack}`);
  }
}
