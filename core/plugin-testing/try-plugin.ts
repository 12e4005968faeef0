/** Drives a plugin through a whole run that is made up: every hook in its order, in milliseconds. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deepFreeze } from "../base/deep-freeze.ts";
import type { Json } from "../base/json.ts";
import { UserError } from "../base/problem.ts";
import type { Config } from "../config/config.ts";
import { defaultsOf, group } from "../config/field.ts";
import { resolveFields } from "../config/resolve-fields.ts";
import { CONFIG } from "../config/schema.ts";
import { withoutSecrets } from "../config/secret.ts";
import type { Artifact, HookName, RunStatus, StopRequest } from "../hooks/lifecycle.ts";
import type { Plugin } from "../hooks/plugin.ts";
import { PluginHost } from "../hooks/plugin-host.ts";
import type { StepSettings } from "../hooks/step-control.ts";
import { madeUpF1, madeUpLoss } from "./made-up-run.ts";
import { FRESH, MadeUpTraining, type TrialPlan, type TrialProgress } from "./made-up-training.ts";
import { TrialRecord } from "./trial-record.ts";

export interface TrialOptions {
  /** The plugin's options, as the configuration file would have them. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Environment variables, for options that come from one. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** @default 3 */
  readonly epochs?: number;
  /** @default 4 */
  readonly stepsPerEpoch?: number;
  /** The learning rate of every step. @default 1e-3 */
  readonly lr?: number;
  /** The loss of a step, which counts from 1. @default one that falls */
  readonly loss?: (step: number) => number;
  /**
   * F1 on the validation split after an epoch, 0 … 1. null: there is no validation. @default one that
   * rises
   */
  readonly f1?: ((epoch: number) => number) | null;
  /**
   * The process is killed after this step, without a word to the plugin, and another one resumes the run from
   * the checkpoint of the step, with the plugin set up anew.
   */
  readonly killAfterStep?: number;
  /** A signal ends the run after this step, as Ctrl-C does. */
  readonly interruptAfterStep?: number;
  /** The run fails in this step, with this error. */
  readonly failInStep?: { readonly step: number; readonly error: Error };
  /** Further plugins of the run, called after this one. */
  readonly others?: readonly Plugin[];
  /** True: the console claims to be a terminal. @default false */
  readonly isTerminal?: boolean;
  /** Sections of the configuration that the plugin sees in `run.config`, over the defaults. */
  readonly config?: Readonly<Partial<Config>>;
}

/** What a run came to. Its disposal removes the run's folder: `using trial = await tryPlugin(…)`. */
export interface Trial extends Disposable {
  /** The run's folder, absolute: what the plugin wrote is still there. */
  readonly folder: string;
  readonly status: RunStatus;
  /** Why, for `stopped`. */
  readonly reason: string | null;
  /** For `failed`: what ended the run, a failure of a critical plugin for example. */
  readonly error: Error | null;
  /** Every row that was handed over, in order. */
  readonly rows: readonly Readonly<Record<string, number>>[];
  /** How each step was made: with which learning rate, clipped to which norm, or skipped. */
  readonly steps: readonly StepSettings[];
  /** The console's lines, warnings among them. */
  readonly lines: readonly string[];
  /** The warnings alone: a plugin that fails is reported here. */
  readonly warnings: readonly string[];
  /** What the live line showed, one after the other; null: it was removed. */
  readonly statuses: readonly (string | null)[];
  readonly artifacts: readonly Artifact[];
  readonly images: readonly { readonly name: string; readonly png: Uint8Array; readonly caption: string }[];
  /** The checkpoints that were asked for: the file's name, and the step after which it was written. */
  readonly checkpoints: readonly { readonly fileName: string; readonly step: number }[];
  /** Every request for the end of the run. */
  readonly stopRequests: readonly StopRequest[];
  /** The newest value of each name on the progress line. */
  readonly progress: Readonly<Record<string, number>>;
  /** What the plugin's `saveState` returned in the end; null if it has none. */
  readonly state: Json;
  /** The hooks of the plugin that were called, in order: `onRunStart`, `onEpochStart`, … */
  readonly calls: readonly HookName[];
}

/**
 * Drives a plugin through a run. The host of the plugins is that of a real run; losses, metrics and gradients
 * are made up, and checkpoints are files without weights.
 *
 * @throws {UserError} If an option is wrong, or `setup` refuses to begin.
 * @throws {Error} If `setup` fails.
 *
 * @example
 * using trial = await tryPlugin(plugin, { options: { patience: 2 }, f1: () => 0.5 });
 * expect(trial.reason).toBe("plateau: no better val/f1 for 2 epochs");
 */
export async function tryPlugin(plugin: Plugin, options: TrialOptions = {}): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), "trial-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const trial = await drive(plugin, options, folder);
    return { ...trial, folder, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function drive(
  plugin: Plugin,
  options: TrialOptions,
  folder: string,
): Promise<Omit<Trial, "folder" | typeof Symbol.dispose>> {
  const plan: TrialPlan = {
    epochs: options.epochs ?? 3,
    stepsPerEpoch: options.stepsPerEpoch ?? 4,
    lr: options.lr ?? 1e-3,
    loss: options.loss ?? madeUpLoss,
    f1: options.f1 === undefined ? madeUpF1 : options.f1,
    killAfterStep: options.killAfterStep,
    interruptAfterStep: options.interruptAfterStep,
    failInStep: options.failInStep,
  };
  const record = new TrialRecord(options.isTerminal ?? false);
  const own = resolvedOptions(plugin, options);
  const config = deepFreeze({
    ...(CONFIG.default as unknown as Config),
    plugins: { [plugin.name]: withoutSecrets(plugin.options ?? {}, own) },
    ...options.config,
  });
  const plugins = [
    { plugin: record.watched(plugin), options: own },
    ...(options.others ?? []).map((other) => ({ plugin: other, options: defaultsOf(other.options ?? {}) })),
    { plugin: record.listener, options: {} },
  ];
  const startedAt = Date.now();
  const steps: StepSettings[] = [];
  const checkpoints: Trial["checkpoints"][number][] = [];
  let progress = FRESH;
  for (;;) {
    const { step, epoch, best } = progress;
    const resumed = step === 0 ? null : { step, epoch, bestValF1: best?.metrics.f1 ?? null };
    const name = config.experiment.name;
    const context = { id: "trial000", name, folder, config, startedAt, resumed, console: record.console };
    const stop = new AbortController();
    const host = new PluginHost(context, {
      signal: stop.signal,
      stopRequests: progress.stopRequests,
      record: (line) => record.console.line(line),
    });
    await host.setUp(plugins, progress.pluginStates);
    const training = new MadeUpTraining(plan, host, folder, stop, progress);
    const end = await training.run();
    steps.push(...training.steps);
    checkpoints.push(...training.checkpoints);
    if (!("status" in end)) {
      progress = JSON.parse(JSON.stringify(end)) as TrialProgress; // as a checkpoint keeps it
      continue;
    }
    const { status, reason, error } = end;
    const stopRequests = [...end.stopRequests, ...host.stops.open];
    const state = host.saveStates(training.moment)[plugin.name] ?? null;
    return { status, reason, error, steps, checkpoints, stopRequests, state, ...record.kept };
  }
}

/** @throws {UserError} Exit code 2. With every option that is wrong. */
function resolvedOptions(plugin: Plugin, { options = {}, env = {} }: TrialOptions): Record<string, unknown> {
  if (plugin.options === undefined) return structuredClone({ ...options });
  const { values, problems } = resolveFields(group(plugin.options, ""), {
    prefix: ["plugins", plugin.name],
    value: options,
    locate: () => ({ kind: "file", file: "the options of the trial", line: 1, column: 1 }),
    overrides: [],
    env,
    plugins: new Set([plugin.name]),
    cwd: process.cwd(),
  });
  if (problems.length > 0) {
    throw new UserError(
      problems.map(({ file: _, line: __, column: ___, ...problem }) => problem),
      { exitCode: 2 },
    );
  }
  return structuredClone({ ...values });
}
