/**
 * The plugins of one run: sets them up, fires their hooks in order, contains their failures, gathers what
 * they log.
 */

import { deepFreeze } from "../base/deep-freeze.ts";
import type { Json } from "../base/json.ts";
import { UserError } from "../base/problem.ts";
import { checkHooks, HOOK_NAMES, underTodaysNames } from "./check-hooks.ts";
import type { Artifact, HookEvents, HookName, Hooks, Moment, StopRequest } from "./lifecycle.ts";
import type { Plugin, PluginRun } from "./plugin.ts";
import {
  checkAliases,
  checkedArtifact,
  checkedImage,
  checkedJson,
  checkLogged,
  checkNumbers,
  type Image,
} from "./plugin-values.ts";
import { checkedControl, isStepControl, type SteeredStep, steeredStep } from "./step-control.ts";
import { checkedStopRequest, StopRequests } from "./stop-requests.ts";
import { HookTrace } from "./trace-hooks.ts";
import { HOOK_PATIENCE, type HookPatience, waitForHook } from "./wait-for-hook.ts";

/** A plugin that is switched on, with its validated options. */
export interface SwitchedOnPlugin {
  readonly plugin: Plugin;
  readonly options: unknown;
}

/** The part of a plugin's view of the run that is the same for all plugins. */
export type RunContext = Omit<
  PluginRun,
  "state" | "log" | "logArtifact" | "logImage" | "requestCheckpoint" | "requestStop" | "progress"
>;

export interface HostOptions {
  /** Aborted when the run is asked to stop: after that, no hook under way is waited for without a limit. */
  readonly signal?: AbortSignal;
  readonly patience?: HookPatience;
  /** True: prints how long each call of a plugin takes, and the total of each plugin after `onRunEnd`. */
  readonly traceHooks?: boolean;
  /** The stop requests that the checkpoint holds from which the run is resumed. */
  readonly stopRequests?: readonly StopRequest[];
  /** Takes lines for `output.log` alone. Left out: the console prints them. */
  readonly record?: (line: string) => void;
}

interface ActivePlugin {
  readonly plugin: Plugin;
  readonly hooks: Hooks;
}

/** What a plugin gave to the run, for all plugins to receive. */
interface Given<T> {
  readonly giver: Plugin;
  readonly value: T;
}

/** So often in a row, what plugins give while they receive artifacts and images is handed out too. */
const MAX_ROUNDS = 10;

const ONE_LINE = { compact: true };

/** Checkpoints that plugins asked for: file name → aliases. */
export type CheckpointRequests = Map<string, Set<string>>;

/**
 * The failure of a plugin, with the names of the plugin and of the hook. The original error is the cause.
 */
export class PluginError extends Error {
  override readonly name = "PluginError";
  constructor(plugin: string, hook: string, moment: Moment, cause: unknown) {
    const at = moment.step > 0 ? ` at step ${moment.step}, epoch ${moment.epoch}` : "";
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`Plugin "${plugin}" failed in ${hook}${at}: ${reason}`, { cause });
  }
}

/**
 * Stands between the training loop and the plugins: neither sees the other.
 *
 * The life cycle of a host is that of its run:
 *
 * 1. `setUp`, once, calls every plugin's `setup` and keeps the hooks.
 * 2. For each thing that happens, the loop calls `fire`. Meanwhile, the host gathers what plugins hand over
 *    through their `PluginRun`: numbers, artifacts, images and requests for checkpoints.
 * 3. At the end of each gradient step, the loop calls `closeRow`, which passes on all of this but the
 *    requests; where there is no row, it calls `drain`. Then it takes the requests and, if it saves, asks
 *    for the plugins' states.
 * 4. `fire("onRunEnd", …)` is the last call. There is nothing to release.
 *
 * A plugin that fails is reported once and not called again; the failure of a critical plugin is thrown,
 * once all other plugins have been called. A `setup` that fails is thrown, whoever's it is.
 */
export class PluginHost {
  readonly #context: RunContext;
  readonly #signal: AbortSignal;
  readonly #patience: HookPatience;
  readonly #trace: HookTrace | null;
  readonly #record: (line: string) => void;
  /** Whether the console has said that plugins change steps. */
  #hasSaidSteered = false;
  #active: ActivePlugin[] = [];
  #row: Record<string, number> = {};
  #artifacts: Given<Artifact>[] = [];
  #images: Given<Image>[] = [];
  #checkpoints: CheckpointRequests = new Map();
  /** The newest value of every name on the progress line. */
  readonly #progress: Record<string, number> = {};
  #isProgressNew = false;
  /** What plugins asked for that ends the run early. */
  readonly stops: StopRequests;

  constructor(context: RunContext, options: HostOptions = {}) {
    this.#context = context;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#patience = options.patience ?? HOOK_PATIENCE;
    this.#record = options.record ?? ((line) => context.console.line(line));
    this.stops = new StopRequests(options.stopRequests);
    this.#trace = options.traceHooks ? new HookTrace((line) => context.console.line(line)) : null;
  }

  /**
   * The names of the plugins that are on, in calling order, each with its hooks in the order in which they
   * fire.
   */
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
   * @throws {UserError} Exit code 2: a plugin's own, and for hook names that do not exist.
   * @throws {PluginError} If a `setup` throws anything else.
   */
  async setUp(plugins: readonly SwitchedOnPlugin[], states: Readonly<Record<string, Json>>): Promise<void> {
    const step = this.#context.resumed?.step ?? 0;
    for (const { plugin, options } of plugins) {
      try {
        using _ = this.#trace?.begin({ plugin: plugin.name, hook: "setup", step });
        this.#signal.throwIfAborted();
        const work = plugin.setup(this.#runFor(plugin, states[plugin.name] ?? null), options as never);
        const returned = await this.#waitForSetup(plugin, work);
        const hooks = underTodaysNames(plugin, returned, (line) => this.#context.console.warn(line));
        checkHooks(plugin, hooks);
        this.#active.push({ plugin, hooks });
      } catch (cause) {
        // Nothing is trained yet: a run that was asked to stop need not begin.
        if (this.#signal.aborted) throw this.#signal.reason;
        if (cause instanceof UserError) throw asUsageError(cause);
        throw new PluginError(plugin.name, "setup", { step: 0, epoch: 0 }, cause);
      }
    }
  }

  /**
   * Calls one hook of every plugin, in order, each awaited before the next.
   *
   * @param between Runs after each plugin that has the hook.
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
      if (active.hooks[name] === undefined) continue;
      try {
        await this.#call(active, name, frozen);
      } catch (cause) {
        critical ??= this.#switchOff(active, name, event, cause);
      }
      await between?.();
    }
    if (name === "onRunEnd") this.#trace?.printTotals();
    if (critical !== null) throw critical;
  }

  /** True if a plugin that is on has this hook. */
  has(name: HookName): boolean {
    return this.#active.some(({ hooks }) => hooks[name] !== undefined);
  }

  /**
   * Asks every plugin what it changes about a step. The changes are recorded and join the row.
   *
   * @throws {PluginError} If a plugin fails, or returns something else than a `StepControl`.
   * @throws {UserError} If two plugins disagree.
   */
  async steer(event: Readonly<HookEvents["onBeforeUpdate"]>): Promise<SteeredStep> {
    const frozen = deepFreeze(event);
    const choices: ReturnType<typeof checkedControl> = [];
    let failure: PluginError | null = null;
    for (const active of [...this.#active]) {
      if (active.hooks.onBeforeUpdate === undefined) continue;
      try {
        choices.push(
          ...checkedControl(active.plugin.name, await this.#call(active, "onBeforeUpdate", frozen)),
        );
      } catch (cause) {
        failure ??= this.#switchOff(active, "onBeforeUpdate", event, cause);
      }
    }
    if (failure !== null) throw failure;
    const { lr, clip, step } = event;
    const steered = steeredStep(choices, { lr, clip, skip: false }, event);
    for (const change of steered.changes) this.#record(`step ${step}: ${change}`);
    if (steered.changes.length > 0 && !this.#hasSaidSteered) {
      this.#hasSaidSteered = true;
      const where = "output.log has every change, and rows have them under control/";
      this.#context.console.line(`a plugin changes how weights are updated, from step ${step} on; ${where}`);
    }
    this.log(steered.metrics);
    return steered;
  }

  /** Adds the core's own numbers to the row that is being gathered. */
  log(values: Readonly<Record<string, number>>): void {
    Object.assign(this.#row, values);
  }

  /** The row gathered so far: part of a checkpoint that is written before an epoch's last row is closed. */
  get pendingRow(): Readonly<Record<string, number>> {
    return { ...this.#row };
  }

  /**
   * Ends a step: hands its artifacts and images to `onArtifact` and `onImage`, then the row to `onLog`.
   * Numbers that these hooks log still join the row. Artifacts and images that come from `onLog` itself
   * follow it.
   */
  async closeRow(moment: Moment): Promise<void> {
    await this.drain(moment);
    const row = { epoch: moment.epoch, global_step: moment.step, ...this.#row };
    this.#row = {};
    await this.fire("onLog", { ...moment, row });
    await this.drain(moment);
  }

  /**
   * Hands the values of the progress line, if they have changed, and the gathered artifacts and images to the
   * plugins, and those artifacts and images that plugins add meanwhile. A plugin
   * that answers each of them with another one would keep the run here for ever: it counts as failed.
   *
   * @throws {PluginError} If a critical plugin fails.
   */
  async drain(moment: Moment): Promise<void> {
    if (this.#isProgressNew) {
      this.#isProgressNew = false;
      await this.fire("onProgress", { ...moment, values: { ...this.#progress } });
    }
    for (let round = 0; this.#artifacts.length + this.#images.length > 0; round++) {
      const artifacts = this.#artifacts.splice(0);
      const images = this.#images.splice(0);
      if (round === MAX_ROUNDS) return this.#endLoop([...artifacts, ...images], moment);
      for (const { value } of artifacts) await this.fire("onArtifact", { ...moment, ...value });
      for (const { value } of images) await this.fire("onImage", { ...moment, ...value });
    }
  }

  #endLoop(given: readonly Given<Artifact | Image>[], moment: Moment): void {
    const givers = new Set(given.map(({ giver }) => giver));
    const cause = new Error("it gives the run an artifact or image whenever it receives one, without an end");
    let critical: PluginError | null = null;
    for (const active of this.#active.filter(({ plugin }) => givers.has(plugin))) {
      critical ??= this.#switchOff(active, "onArtifact or onImage", moment, cause);
    }
    if (critical !== null) throw critical;
  }

  /** The checkpoints asked for since the last call. */
  takeCheckpointRequests(): CheckpointRequests {
    const requests = this.#checkpoints;
    this.#checkpoints = new Map();
    return requests;
  }

  /**
   * What every plugin wants kept, by plugin name. A plugin that throws here is treated like one that throws
   * in a hook.
   *
   * @throws {PluginError} If a critical plugin fails.
   */
  saveStates(moment: Moment): Record<string, Json> {
    const states: Record<string, Json> = {};
    let critical: PluginError | null = null;
    for (const active of this.#active.filter(({ hooks }) => hooks.saveState !== undefined)) {
      const { name } = active.plugin;
      try {
        using _ = this.#trace?.begin({ plugin: name, hook: "saveState", step: moment.step });
        const state = active.hooks.saveState?.();
        if (state !== undefined) states[name] = checkedJson(state);
      } catch (cause) {
        critical ??= this.#switchOff(active, "saveState", moment, cause);
      }
    }
    if (critical !== null) throw critical;
    return states;
  }

  /**
   * Asks for the end of the run, as `PluginRun.requestStop`, and says so on the console.
   *
   * @param giver A plugin, or what else asks.
   */
  requestStop(giver: string, reason: string, after: StopRequest["after"]): void {
    const request = checkedStopRequest(giver, reason, after);
    if (!this.stops.add(request)) return;
    this.#trace?.note(giver, `asked for a stop after this ${after}`);
    this.#context.console.line(`stop after this ${after}, requested by ${giver}: ${request.reason}`);
  }

  /** Asks for a checkpoint, as `PluginRun.requestCheckpoint`, and says so on the console. */
  requestCheckpoint(fileName: string, aliases: readonly string[], giver: string): void {
    this.#addCheckpoint(fileName, aliases);
    this.#context.console.line(`${fileName} is saved now, requested by ${giver}`);
  }

  #addCheckpoint(fileName: string, aliases: readonly string[]): void {
    const known = this.#checkpoints.get(fileName) ?? new Set();
    for (const alias of aliases) known.add(alias);
    this.#checkpoints.set(fileName, known);
  }

  /**
   * The hooks of a plugin. Before the first step there is nothing to save: a slow `setup` is named sooner
   * than a slow hook, and a run that is asked to stop waits for it only for a moment.
   */
  async #waitForSetup(plugin: Plugin, work: Hooks | Promise<Hooks>): Promise<Hooks> {
    if (!(work instanceof Promise)) return work;
    const { noticeAfter, graceAfterStop } = this.#patience;
    const patience = { noticeAfter: noticeAfter / 6, graceAfterStop: graceAfterStop / 10 };
    const whose = `the plugin "${plugin.name}" in setup`;
    try {
      return await waitForHook(work, whose, this.#context.console, this.#signal, patience);
    } catch (error) {
      if (this.#signal.aborted) this.#context.console.warn(`${whose}: ${(error as Error).message}`);
      throw error;
    }
  }

  /** @throws What the hook throws, that it did not end in time, or that it returned what changes nothing. */
  async #call<Name extends HookName>(
    { plugin, hooks }: ActivePlugin,
    name: Name,
    event: Readonly<HookEvents[Name]>,
  ): Promise<unknown> {
    using _ = this.#trace?.begin({ plugin: plugin.name, hook: name, step: event.step });
    const hook = hooks[name] as (event: Readonly<HookEvents[Name]>) => unknown;
    let result = hook.call(hooks, event);
    if (isThenable(result)) {
      const whose = `the plugin "${plugin.name}" in ${name}`;
      result = await waitForHook(result, whose, this.#context.console, this.#signal, this.#patience);
    }
    if (isStepControl(result)) this.#trace?.note(plugin.name, `returned ${Bun.inspect(result, ONE_LINE)}`);
    if (name !== "onBeforeUpdate" && isStepControl(result)) {
      throw new TypeError("only onBeforeUpdate may return lr, skip or clip; here they would change nothing");
    }
    return result;
  }

  /**
   * What one plugin sees of the run; whatever it hands over is checked at once, so that the giver is the one
   * who fails.
   */
  #runFor(giver: Plugin, state: Json): PluginRun {
    return {
      ...this.#context,
      state,
      log: (values) => {
        checkLogged(values);
        this.log(values);
        this.#trace?.note(giver.name, `logged ${numberWords(values)}`);
      },
      logArtifact: (artifact) => {
        this.#artifacts.push({ giver, value: checkedArtifact(artifact) });
        this.#trace?.note(giver.name, `gave the artifact ${artifact.name}`);
      },
      logImage: (name, png, caption) => {
        this.#images.push({ giver, value: checkedImage(name, png, caption) });
        this.#trace?.note(giver.name, `gave the image ${name}`);
      },
      requestCheckpoint: (fileName, aliases = []) => {
        if (!/^[\w.-]+\.pt$/.test(fileName)) {
          throw new RangeError(
            `Cannot save "${fileName}": a file name that ends in .pt is expected, without folders`,
          );
        }
        checkAliases(fileName, aliases);
        this.#addCheckpoint(fileName, aliases);
        this.#trace?.note(giver.name, `asked for ${fileName}`);
      },
      requestStop: (reason, { after = "epoch" } = {}) => this.requestStop(giver.name, reason, after),
      progress: (values) => {
        checkNumbers("show", values);
        Object.assign(this.#progress, values);
        this.#isProgressNew = true;
        this.#trace?.note(giver.name, `shows ${numberWords(values)}`);
      },
    };
  }

  /**
   * Ends the calls of a plugin that failed. @returns The error that the run has to end with; null if it goes
   * on.
   */
  #switchOff(active: ActivePlugin, hook: string, moment: Moment, cause: unknown): PluginError | null {
    this.#active = this.#active.filter((other) => other !== active);
    const error = new PluginError(active.plugin.name, hook, moment, cause);
    if (isCritical(active)) return error; // it becomes the run's own, which reports it
    const stack = cause instanceof Error && cause.stack ? `\n${cause.stack}` : "";
    this.#context.console.warn(`${error.message}\n  It is switched off for the rest of this run.${stack}`);
    return null;
  }
}

/** `a=1, b=0.5`. */
function numberWords(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}

/** Without a plugin that changes steps, training would go on with other weights than those asked for. */
function isCritical({ plugin, hooks }: ActivePlugin): boolean {
  return plugin.critical === true || hooks.onBeforeUpdate !== undefined;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

/** The same problems with exit code 2: whatever a plugin's `setup` refuses stands in the configuration. */
function asUsageError(error: UserError): UserError {
  return error.exitCode === 2 ? error : new UserError(error.problems, { exitCode: 2, cause: error });
}
