/** The shape of a plugin, and what it can see of a run and do to it. */

import type { Json } from "../base/json.ts";
import type { Config } from "../config/config.ts";
import type { Field, OptionsOf } from "../config/field.ts";
import type { RunConsole } from "../console/console.ts";
import type { Artifact, Hooks } from "./lifecycle.ts";

/** What a plugin can see of the run and do to it. */
export interface PluginRun {
  /** Eight letters and digits, the same over every resume: W&B's run id. */
  readonly id: string;
  /** `experiment.name`. */
  readonly name: string;
  /** The run's folder, absolute. */
  readonly folder: string;
  /** The complete effective configuration. */
  readonly config: Config;
  /** When the run began, ms since 1970. On resume: when this process began. */
  readonly startedAt: number;
  /** What was restored: the updates and epochs already done and the best F1 so far; null for a fresh run. */
  readonly resumed: {
    readonly step: number;
    readonly epoch: number;
    readonly bestValF1: number | null;
  } | null;
  /** What this plugin's `saveState` returned when the checkpoint was written; null for a fresh run. */
  readonly state: Json;
  /** The run's console: what is printed also goes to the run's `output.log`. */
  readonly console: RunConsole;
  /**
   * Adds numbers to the row of the step that is being gathered (see `onLog`). A name given twice keeps the last value.
   * Axes: names that begin with `train/`, `val/`, `system/` are per epoch, all others per gradient step.
   */
  log(values: Readonly<Record<string, number>>): void;
  /** Gives a set of files to the run; every plugin's `onArtifact` receives it. */
  logArtifact(artifact: Artifact): void;
  /** Gives a PNG to the run; every plugin's `onImage` receives it. */
  logImage(name: string, png: Uint8Array, caption: string): void;
  /**
   * Asks for `checkpoints/{fileName}`. The core writes it once all plugins have seen the step or the epoch, then fires
   * `onCheckpoint`. The same file asked for twice is written once; aliases add up.
   */
  requestCheckpoint(fileName: string, aliases?: readonly string[]): void;
}

/** A plugin: a name, options with defaults and help, and a function from the run to its hooks. */
export interface Plugin<Options extends Record<string, Field> = Record<string, Field>> {
  /** Unique in a run; the key under which its state is saved. */
  readonly name: string;
  /** True: its failure ends the run cleanly. Otherwise it is reported once and switched off. */
  readonly critical?: boolean;
  /** `pre`: called before all plugins without an order; `post`: after them. Within each, the config file's order. */
  readonly order?: "pre" | "post";
  /** One field an option. Absent: whatever the config file holds is handed over as it is. */
  readonly options?: Options;
  setup(run: PluginRun, options: OptionsOf<Options>): Hooks | Promise<Hooks>;
}

/** Returns the plugin as it is; it is there for the types. */
export function definePlugin<const Options extends Record<string, Field>>(
  plugin: Plugin<Options>,
): Plugin<Options> {
  return plugin;
}
