/**
 * The effective configuration of a run and its plugins. The command line beats the environment, the
 * environment beats the file, and the file beats the defaults; the result is checked as a whole.
 */

import { dirname, resolve } from "node:path";
import { deepFreeze } from "../base/deep-freeze.ts";
import { type Problem, UserError } from "../base/problem.ts";
import type { Config } from "../config/config.ts";
import { checkConstraints } from "../config/constraints.ts";
import { type Override, parseOverride, splitArguments } from "../config/overrides.ts";
import { resolveFields } from "../config/resolve-fields.ts";
import { CONFIG, type Settings } from "../config/schema.ts";
import { readYamlFile } from "../config/yaml-file.ts";
import { type LoadedPlugin, loadPlugins } from "./load-plugins.ts";
import { PLUGINS_FOLDER } from "./locate-plugin.ts";
import { pluginEntries } from "./plugin-entries.ts";

export interface LoadedConfig {
  /** Frozen, because plugins receive it. */
  readonly config: Config;
  /** The plugins that are on, in calling order. */
  readonly plugins: readonly LoadedPlugin[];
  /**
   * Lines for the user: which values come from the environment, which plugins the command line switched on.
   */
  readonly notes: readonly string[];
}

export interface LoadOptions {
  /** The folder in which relative paths begin. Left out: the current folder. */
  readonly cwd?: string;
  /** The folder of the built-in plugins. Left out: the project's `plugins/`. */
  readonly pluginsFolder?: string;
}

/**
 * Reads a configuration and loads the plugins that it switches on.
 *
 * @param path The YAML file, absolute or relative to `cwd`.
 * @param args Overrides: `--training.lr=3e-4`, `--data.dataset_names=a,b`, `--plugins.wandb=false`.
 * @param env A field takes its value from the variable that it names (`WANDB_MODE`). An empty variable
 *   counts as not set.
 * @throws {UserError} Exit code 2, with all problems at once: syntax, unknown keys, types, ranges,
 *   combinations that exclude each other, plugins.
 */
export async function loadConfig(
  path: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = process.env,
  { cwd = process.cwd(), pluginsFolder = PLUGINS_FOLDER }: LoadOptions = {},
): Promise<LoadedConfig> {
  const file = readYamlFile(path, cwd);
  const { locate } = file;
  const { overrides, problems } = readArguments(args);
  const [ofPlugins, ofSections] = partition(overrides, ({ key }) => /^plugins(\.|$)/.test(key));

  const named = pluginEntries(file, ofPlugins, cwd);
  const configFolder = dirname(resolve(cwd, path));
  const places = { cwd, pluginsFolder, configFolder };
  const loaded = await loadPlugins({ ...places, entries: named.entries, env, locate });
  const { plugins: _, ...sections } = file.root;
  const resolved = resolveFields(CONFIG, {
    prefix: [],
    value: sections,
    locate,
    overrides: ofSections.map((override) => ({ path: override.key.split("."), override })),
    env,
    plugins: new Set(loaded.plugins.map(({ plugin }) => plugin.name)),
    cwd,
  });
  const settings = resolved.values as Settings;
  const { failed, sourceOf } = resolved;
  problems.push(
    ...named.problems,
    ...resolved.problems,
    ...checkConstraints({ settings, failed, sourceOf, fallback: locate([], "key") }),
    ...loaded.problems,
  );
  if (problems.length > 0) throw new UserError(inOrder(problems), { exitCode: 2, cause: loaded.cause });

  const config: Config = deepFreeze({ ...settings, plugins: loaded.settings });
  return { config, plugins: loaded.plugins, notes: [...resolved.notes, ...loaded.notes] };
}

/** The overrides among the arguments; every other argument is a problem. */
function readArguments(args: readonly string[]): { overrides: Override[]; problems: Problem[] } {
  const { own, overrides } = splitArguments(args);
  const problems = own.map((argument) => ({
    where: "command line",
    message: `Cannot use the argument ${argument}`,
    expected: "overrides of the form --section.key=value",
    got: argument,
  }));
  return { overrides: overrides.map(parseOverride), problems };
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** In the order of the file; problems without a line come last. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const last = Number.POSITIVE_INFINITY;
  return problems.toSorted((a, b) => {
    const [lineA, lineB] = [a.line ?? last, b.line ?? last];
    return lineA === lineB ? (a.column ?? 0) - (b.column ?? 0) : lineA - lineB;
  });
}
