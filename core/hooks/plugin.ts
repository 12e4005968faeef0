/** The shape of a plugin, and what a plugin can see of a run and do to it. */

import type { Json } from "../base/json.ts";
import type { Config } from "../config/config.ts";
import type { Field, OptionsOf } from "../config/field.ts";
import type { RunConsole } from "../console/console.ts";
import type { Artifact, Hooks, StopRequest } from "./lifecycle.ts";

/**
 * What a plugin sees of the run and can do to it. `setup` receives it; it stays valid until `onRunEnd` has
 * returned.
 *
 * The methods only take note of what they are given and return at once: other plugins receive it at the next
 * point that `HookEvents` names.
 */
export interface PluginRun {
  /** Eight lower-case letters and digits. A resumed run keeps its id, which is also its id in W&B. */
  readonly id: string;
  /** `experiment.name` of the configuration. */
  readonly name: string;
  /** The run's folder, absolute. A plugin may keep files of its own there. */
  readonly folder: string;
  /** The complete effective configuration, frozen: defaults, file, environment and command line together. */
  readonly config: Config;
  /** When this process began the run or resumed it, in ms since 1970. */
  readonly startedAt: number;
  /**
   * Where a resumed run goes on: the gradient steps and epochs already done, and the best F1 so far. Null: a
   * fresh run.
   */
  readonly resumed: {
    readonly step: number;
    readonly epoch: number;
    /** F1 on the validation split, 0 … 1; null before the first validation. */
    readonly bestValF1: number | null;
  } | null;
  /**
   * What this plugin's `saveState` returned when the checkpoint was written from which the run is resumed.
   * Null for a fresh run, and where the checkpoint holds no state of a plugin of this name.
   */
  readonly state: Json;
  /** The run's console. Every line also goes to `output.log` in the run's folder. */
  readonly console: RunConsole;
  /**
   * Adds numbers to the row of the current gradient step, which `onLog` hands to every plugin. NaN and
   * infinities are allowed. A name that is given twice in one row keeps the last value. What is logged
   * before the first step joins the first row; what is logged after the last row reaches nobody.
   *
   * W&B draws names that begin with `train/`, `val/` or `system/` over epochs and all others over gradient
   * steps.
   *
   * @throws {TypeError} For a value that is no number.
   * @throws {RangeError} For the names `epoch` and `global_step`: the core sets these axes in every row. And
   *   for names under `control/`, where the core logs what plugins changed.
   */
  log(values: Readonly<Record<string, number>>): void;
  /**
   * Gives a set of files to the run; every plugin's `onArtifact` receives it. The files have to stay in
   * place until then.
   *
   * @throws {TypeError} If the artifact has not the shape of one.
   */
  logArtifact(artifact: Artifact): void;
  /**
   * Gives an image to the run; every plugin's `onImage` receives it.
   *
   * @param name Like a metric's: `val/confusion`. Several images may have one name.
   * @param png The bytes of a PNG file. They must not be changed afterwards.
   * @throws {TypeError} If the name is empty, or `png` holds no bytes.
   */
  logImage(name: string, png: Uint8Array, caption: string): void;
  /**
   * Asks for the checkpoint `checkpoints/{fileName}`. The core writes it in the background once all plugins
   * have seen the current step or epoch, and fires `onCheckpoint` when it is whole. A file that is asked for
   * twice at one step is written once, with the aliases of both requests.
   *
   * @param fileName It ends in `.pt` and names no folder.
   * @param aliases Such as `best`, `latest`, `epoch-3`. Only plugins use them.
   * @throws {RangeError} For any other file name.
   * @throws {TypeError} If the aliases are no list of texts.
   */
  requestCheckpoint(fileName: string, aliases?: readonly string[]): void;
  /**
   * Asks for the end of the run: status `stopped`, exit code 0. Several requests add up: the earliest point
   * counts, and the console, `onRunEnd` and W&B's summary have all reasons. Checkpoints hold requests that
   * are still open, so a run that is killed and resumed stops where it would have stopped.
   *
   * @param reason One line that says why.
   * @param options `after: "epoch"`, the default: the run ends once the epoch that is under way is complete,
   *   with its validation; between two epochs it ends at once. `after: "step"`: it ends once the gradient
   *   step that is under way is complete; between two steps it ends at once. The last step of an epoch
   *   includes the epoch's validation.
   * @throws {TypeError} If the reason is no text, or an empty one.
   * @throws {RangeError} If `after` is neither `epoch` nor `step`.
   */
  requestStop(reason: string, options?: { readonly after?: StopRequest["after"] }): void;
  /**
   * Adds values to the progress line. Each stays there, and is replaced by the next one of its name. Every
   * plugin's `onProgress` receives them; the built-in plugin `progress` shows them.
   *
   * @throws {TypeError} For a value that is no number.
   */
  progress(values: Readonly<Record<string, number>>): void;
}

/**
 * A plugin: the default export of its file. `definePlugin` gives it its types; a plain object of this shape
 * works too.
 *
 * @example
 * export default definePlugin({
 *   name: "patience",
 *   options: { epochs: integer({ default: 5, min: 1, help: "Epochs without a better F1" }) },
 *   setup(run, { epochs }) {
 *     let since = 0;
 *     return {
 *       onEpochEnd({ best }) {
 *         since = best ? 0 : since + 1;
 *         if (since === epochs) run.console.line(`no better F1 for ${epochs} epochs`);
 *       },
 *     };
 *   },
 * });
 */
export interface Plugin<Options extends Record<string, Field> = Record<string, Field>> {
  /** Unique in a run. Checkpoints keep the plugin's state under it, messages name the plugin by it. */
  readonly name: string;
  /**
   * The version of the public surface for which the plugin was written: `SURFACE_VERSION` at that time, as
   * a number. A release that no longer has it, or does not have it yet, refuses the plugin. Left out:
   * unchecked.
   */
  readonly surface?: number;
  /**
   * True: a failure of the plugin ends the run, as failed. Otherwise the plugin is reported once and
   * switched off. A plugin with the hook `onBeforeUpdate` is always critical.
   */
  readonly critical?: boolean;
  /**
   * `pre`: called before all plugins without an order; `post`: after them. Plugins of the same order are
   * called in the order of the configuration file.
   */
  readonly order?: "pre" | "post";
  /** One field for each option. Left out: `setup` receives whatever the configuration holds, unchecked. */
  readonly options?: Options;
  /**
   * Called once, before `onRunStart`. Nothing is trained yet, but the run's folder exists.
   *
   * @param options With defaults filled in and checked against `options`.
   * @returns The hooks; `{}` if there are none.
   * @throws {UserError} To end the run before it begins, with a message for the user and exit code 2. Any
   *   other error ends it too, with exit code 1.
   */
  setup(run: PluginRun, options: OptionsOf<Options>): Hooks | Promise<Hooks>;
}

/**
 * Returns the plugin unchanged. It is there for the types: with it, `setup` knows the options and the hooks
 * their events.
 */
export function definePlugin<const Options extends Record<string, Field>>(
  plugin: Plugin<Options>,
): Plugin<Options> {
  return plugin;
}
