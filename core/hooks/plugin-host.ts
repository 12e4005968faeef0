/** The plugins of one run: sets them up, fires their hooks in order, isolates their failures, gathers what they log. */

import { deepFreeze } from "../base/deep-freeze.ts";
import type { Json } from "../base/json.ts";
import { UserError } from "../base/problem.ts";
import { HOOK_NAMES } from "./check-hooks.ts";
import type { Artifact, HookEvents, HookName, Hooks, Moment } from "./lifecycle.ts";
import type { Plugin, PluginRun } from "./plugin.ts";
import { checkedArtifact, checkedImage, checkedJson, checkLogged, type Image } from "./plugin-values.ts";
import { HOOK_PATIENCE, type HookPatience, waitForHook } from "./wait-for-hook.ts";

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
  #signal: AbortSignal;
  #patience: HookPatience;
  #row: Record<string, number> = {};
  #artifacts: Artifact[] = [];
  #images: Image[] = [];
  #checkpoints: CheckpointRequests = new Map();

  /**
   * @param checkHooks Throws a UserError for hook names that do not exist.
   * @param signal Aborted when the run is asked to stop: then no hook is waited for without a limit.
   */
  constructor(
    context: RunContext,
    checkHooks: (plugin: Plugin, hooks: Hooks) => void,
    signal: AbortSignal = new AbortController().signal,
    patience: HookPatience = HOOK_PATIENCE,
  ) {
    this.#context = context;
    this.#checkHooks = checkHooks;
    this.#signal = signal;
    this.#patience = patience;
  }

  /** The names of the plugins that are on, in calling order, each with its hooks in the order they fire. */
  get roster(): readonly { name: string; hooks: readonly string[] }[] {
    return this.#active.map(({ plugin, hooks }) => ({
      name: plugin.name,
      hooks: HOOK_NAMES.filter((hook) => hook !== "saveState" && hooks[hook] !== undefined),
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
        const error = this.#failed(plugin, "setup", { step: 0, epoch: 0 }, cause);
        if (plugin.critical) throw error;
      }
    }
  }

  /**
   * Calls one hook on every plugin, in order, each awaited before the next. `between` runs after each plugin.
   *
   * @throws {PluginError} If a critical plugin fails, once all others have been called.
   */
  async fire<Name extends HookName>(
    name: Name,
    event: Readonly<HookEvents[Name]>,
    between?: () => Promise<void>,
  ): Promise<void> {
    const frozen = deepFreeze(event); // one plugin's change would be another's value, and the run's
    let critical: PluginError | null = null;
    for (const active of [...this.#active]) {
      const { plugin, hooks } = active;
      const hook = hooks[name] as ((event: Readonly<HookEvents[Name]>) => void | Promise<void>) | undefined;
      if (!hook) continue;
      try {
        const work = hook.call(hooks, frozen);
        if (work !== undefined) {
          const whose = `the plugin "${plugin.name}" in ${name}`;
          await waitForHook(work, whose, this.#context.console, this.#signal, this.#patience);
        }
      } catch (cause) {
        this.#active = this.#active.filter((other) => other !== active);
        const error = this.#failed(plugin, name, event, cause);
        if (plugin.critical) critical ??= error;
      }
      await between?.();
    }
    if (critical !== null) throw critical;
  }

  /** Adds the core's own numbers to the row that is being gathered. */
  log(values: Readonly<Record<string, number>>): void {
    Object.assign(this.#row, values);
  }

  /** The row gathered so far: part of a checkpoint that is written in the middle of an epoch's last step. */
  get pendingRow(): Readonly<Record<string, number>> {
    return { ...this.#row };
  }

  /**
   * Ends a step: hands its artifacts and images to `onArtifact` and `onImage`, then the row to `onLog`. Numbers that
   * these hooks log still join the row. Artifacts and images that come from `onLog` itself follow it.
   */
  async closeRow(moment: Moment): Promise<void> {
    await this.drain(moment);
    const row = { epoch: moment.epoch, global_step: moment.step, ...this.#row };
    this.#row = {};
    await this.fire("onLog", { ...moment, row });
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
    let critical: PluginError | null = null;
    for (const active of [...this.#active]) {
      try {
        const state = active.hooks.saveState?.();
        if (state !== undefined) states[active.plugin.name] = checkedJson(state);
      } catch (cause) {
        this.#active = this.#active.filter((other) => other !== active);
        const error = this.#failed(active.plugin, "saveState", moment, cause);
        if (active.plugin.critical) critical ??= error;
      }
    }
    if (critical !== null) throw critical;
    return states;
  }

  #runFor(state: Json): PluginRun {
    return {
      ...this.#context,
      state,
      log: (values) => {
        checkLogged(values);
        this.log(values);
      },
      logArtifact: (artifact) => void this.#artifacts.push(checkedArtifact(artifact)),
      logImage: (name, png, caption) => void this.#images.push(checkedImage(name, png, caption)),
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

  /** Says that a plugin failed; a critical one's failure is the run's, which says it itself. */
  #failed(plugin: Plugin, hook: string, moment: Moment, cause: unknown): PluginError {
    const error = new PluginError(plugin.name, hook, moment, cause);
    if (plugin.critical) return error;
    const stack = cause instanceof Error && cause.stack ? `\n${cause.stack}` : "";
    this.#context.console.warn(`${error.message}\n  It is switched off for the rest of this run.${stack}`);
    return error;
  }
}
