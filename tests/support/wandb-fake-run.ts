/**
 * A run as the core would drive it, for the plugin alone: its hooks fire in order, and what is printed is
 * kept.
 */

import { afterAll } from "bun:test";
import { defaultsOf } from "../../core/config/field.ts";
import { CONFIG } from "../../core/config/schema.ts";
import type { Config, HookEvents, Hooks, Json, PluginRun } from "../../core/plugin.ts";
import plugin from "../../plugins/wandb/plugin.ts";
import { options as OPTIONS } from "../../plugins/wandb/run/options.ts";
import type { WandbOptions } from "../../plugins/wandb/run/settings.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";
import { readAllStrictly } from "./wandb-read-log.ts";

type Listener = (line: string, stream: "stdout" | "stderr") => void;

export interface FakeRunOptions {
  readonly folder?: string;
  readonly id?: string;
  readonly name?: string;
  readonly options?: Partial<WandbOptions>;
  readonly experiment?: Partial<Config["experiment"]>;
  readonly startedAt?: number;
  readonly state?: Json;
  readonly resumed?: PluginRun["resumed"];
}

export const FACTS: Readonly<HookEvents["onRunStart"]> = {
  step: 0,
  epoch: 0,
  trainSheets: 40,
  sheetsPerEpoch: 40,
  validationSheets: 5,
  testSheets: 5,
  datasets: ["synthetic"],
  totalParameters: 1_234_567,
  trainableParameters: 1_234_000,
  architecture: "detector",
  device: "js",
  totalSteps: 6,
  stepsPerEpoch: 3,
  maxEpochs: 2,
};

/**
 * To be called at the top of a test file: in the end the logs of its runs are read strictly, and then
 * removed.
 */
export function checkFakeRuns(): void {
  afterAll(() => {
    try {
      readAllStrictly(FakeRun.ended.splice(0));
    } finally {
      for (const folder of FakeRun.made.splice(0)) folder.remove();
    }
  });
}

function madeFolder(): string {
  const folder = temporaryFolder("wandb-local");
  FakeRun.made.push(folder);
  return folder.path;
}

export class FakeRun {
  /** The folders of the runs that came to their end: their logs are checked. */
  static readonly ended: string[] = [];
  /** The folders that were made for runs. */
  static readonly made: TemporaryFolder[] = [];
  readonly folder: string;
  readonly printed: string[] = [];
  #listeners = new Set<Listener>();
  /** What the plugin's `setup` receives. */
  readonly view: PluginRun;
  readonly #options: WandbOptions;
  hooks: Hooks = {};

  constructor({ folder, options, experiment, ...rest }: FakeRunOptions = {}) {
    this.folder = folder ?? madeFolder();
    const defaults = CONFIG.default as unknown as Config;
    this.#options = { ...defaultsOf(OPTIONS), mode: "offline", ...options };
    this.view = {
      id: rest.id ?? "abc12345",
      name: rest.name ?? "test run",
      folder: this.folder,
      config: {
        ...defaults,
        experiment: { ...defaults.experiment, ...experiment },
        plugins: { wandb: true },
      },
      startedAt: rest.startedAt ?? Date.now(),
      resumed: rest.resumed ?? null,
      state: rest.state ?? null,
      console: {
        isTerminal: false,
        columns: 80,
        line: (text) => this.print(text, "stdout"),
        warn: (text) => this.print(text, "stderr"),
        status: () => {},
        subscribe: (listener) => {
          this.#listeners.add(listener);
          return () => void this.#listeners.delete(listener);
        },
      },
      log: () => {},
      logArtifact: () => {},
      logImage: () => {},
      requestCheckpoint: () => {},
      requestStop: () => {},
      progress: () => {},
    };
  }

  print(text: string, stream: "stdout" | "stderr" = "stdout"): void {
    for (const line of text.split("\n")) {
      this.printed.push(line);
      for (const listener of this.#listeners) listener(line, stream);
    }
  }

  async setUp(): Promise<this> {
    this.hooks = await plugin.setup(this.view, this.#options);
    return this;
  }

  async fire<Name extends keyof HookEvents>(name: Name, event: HookEvents[Name]): Promise<void> {
    await (this.hooks[name] as ((event: HookEvents[Name]) => void | Promise<void>) | undefined)?.(event);
  }

  start(facts: Partial<HookEvents["onRunStart"]> = {}): Promise<void> {
    return this.fire("onRunStart", { ...FACTS, ...facts });
  }

  /** A gradient step, the images that plugins gave in it, and its row. */
  async step(
    step: number,
    epoch: number,
    more: Record<string, number> = {},
    gradients = new Map(),
    images: Omit<HookEvents["onImage"], "step" | "epoch">[] = [],
  ): Promise<void> {
    await this.fire("onGradStep", {
      step,
      epoch,
      loss: 1 / step,
      lr: 1e-4,
      maxGradNorm: 2 / step,
      meanGradNorm: 1 / step,
      sheets: 8,
      sheetsDone: 8,
      gradients: () => gradients,
    });
    for (const image of images) await this.fire("onImage", { step, epoch, ...image });
    const norms = { "train/max_grad_norm": 2 / step, "train/mean_grad_norm": 1 / step };
    await this.fire("onLog", { step, epoch, row: { epoch, global_step: step, ...norms, ...more } });
  }

  /** An epoch of three steps, the last with the epoch's values. */
  async epoch(epoch: number, gradients = new Map()): Promise<void> {
    const first = (epoch - 1) * 3 + 1;
    const val = { loss: 1 / epoch, precision: 0.5, recall: 0.25, f1: epoch / 10, eob_mean: null };
    await this.fire("onEpochStart", { step: first - 1, epoch, maxEpochs: 2, steps: 3, sheets: 40 });
    await this.step(first, epoch, {}, gradients);
    await this.step(first + 1, epoch, {}, gradients);
    await this.fire("onEpochEnd", {
      step: first + 2,
      epoch,
      train: { loss: 1 / epoch },
      val,
      best: true,
      seconds: 1,
    });
    const row = {
      "train/loss": 1 / epoch,
      "val/f1": val.f1,
      "val/loss": val.loss,
      "system/cpu_memory_mb": 200,
    };
    await this.step(first + 2, epoch, row, gradients);
  }

  async end(overrides: Partial<HookEvents["onRunEnd"]> = {}): Promise<void> {
    FakeRun.ended.push(this.folder);
    await this.fire("onRunEnd", {
      step: 6,
      epoch: 2,
      status: "finished",
      summary: { best_epoch: 2, best_f1: 0.2, best_eob_mean: null },
      error: null,
      seconds: 2,
      ...overrides,
    });
  }
}
