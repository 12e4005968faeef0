/** The effective configuration of a run: command line over environment over file over defaults, checked as a whole. */

import { dirname, resolve } from "node:path";
import { deepFreeze } from "../base/deep-freeze.ts";
import { isRecord } from "../base/plain-object.ts";
import { type Problem, UserError } from "../base/problem.ts";
import type { Config } from "../config/config.ts";
import { checkConstraints } from "../config/constraints.ts";
import { gotWords } from "../config/field-words.ts";
import { type Override, parseOverride, splitArguments, splitPluginKey } from "../config/overrides.ts";
import { resolveFields } from "../config/resolve-fields.ts";
import { CONFIG, type Settings } from "../config/schema.ts";
import { placeOf } from "../config/source.ts";
import { readYamlFile, type YamlFile } from "../config/yaml-file.ts";
import { type LoadedPlugin, loadPlugins, type PluginEntry } from "./load-plugins.ts";
import { canonicalPluginKey, PLUGINS_FOLDER } from "./locate-plugin.ts";

export interface LoadedConfig {
  /** Frozen: plugins see it. */
  readonly config: Config;
  /** The plugins that are on, in calling order. */
  readonly plugins: readonly LoadedPlugin[];
  /** What the user may want to know: values from the environment, plugins that the command line switched on. */
  readonly notes: readonly string[];
}

export interface LoadOptions {
  /** What relative paths are relative to; the current folder if left out. */
  readonly cwd?: string;
  /** The folder of the built-in plugins; the project's if left out. */
  readonly pluginsFolder?: string;
}

/**
 * Reads a configuration and loads its plugins.
 *
 * @param path The YAML file, relative to the current folder.
 * @param args Overrides: `--training.lr=3e-4`, `--data.dataset_names [a,b]`, `--plugins.wandb=false`.
 * @param env Fields name the variables that they take (`WANDB_MODE`); an empty variable counts as not set.
 * @throws {UserError} Exit code 2, with everything that is wrong at once: syntax, unknown keys, types, ranges, impossible
 *   combinations, plugins.
 */
export async function loadConfig(
  path: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string | undefined>> = process.env,
  { cwd = process.cwd(), pluginsFolder = PLUGINS_FOLDER }: LoadOptions = {},
): Promise<LoadedConfig> {
  const file = readYamlFile(path, cwd);
  const { own, overrides } = splitArguments(args);
  const problems: Problem[] = own.map((argument) => ({
    where: "command line",
    message: `Cannot use the argument ${argument}`,
    expected: "overrides of the form --section.key=value",
    got: argument,
  }));
  const all = overrides.map(parseOverride);
  const ofPlugins = all.filter(({ key }) => key === "plugins" || key.startsWith("plugins."));
  const entries = pluginEntries(file, ofPlugins, cwd, problems);
  const { plugins: _, ...sections } = file.root;

  const configFolder = dirname(resolve(cwd, path));
  const { locate } = file;
  const loaded = await loadPlugins({ entries, env, cwd, pluginsFolder, configFolder, locate });
  const resolved = resolveFields(CONFIG, {
    prefix: [],
    value: sections,
    locate: file.locate,
    overrides: all
      .filter((override) => !ofPlugins.includes(override))
      .map((override) => ({ path: override.key.split("."), override })),
    env,
    plugins: new Set(loaded.plugins.map(({ plugin }) => plugin.name)),
    cwd,
  });
  const settings = resolved.values as Settings;
  problems.push(...resolved.problems);
  const { failed, sourceOf } = resolved;
  problems.push(...checkConstraints({ settings, failed, sourceOf, fallback: file.locate([], "key") }));
  problems.push(...loaded.problems);
  if (problems.length > 0) throw new UserError(inOrder(problems), { exitCode: 2, cause: loaded.cause });

  const config: Config = deepFreeze({ ...settings, plugins: loaded.settings });
  return { config, plugins: loaded.plugins, notes: [...resolved.notes, ...loaded.notes] };
}

/** The plugins that the file lists, in its order, then those that only the command line names. */
function pluginEntries(
  file: YamlFile,
  overrides: readonly Override[],
  cwd: string,
  problems: Problem[],
): PluginEntry[] {
  const section = file.root.plugins;
  const listed: Record<string, unknown> = isRecord(section) ? section : {};
  if (section !== undefined && section !== null && !isRecord(section)) {
    const name = Array.isArray(section) && typeof section[0] === "string" ? section[0] : "checkpoint";
    problems.push({
      ...placeOf(file.locate(["plugins"], "value")),
      message: "Cannot use plugins",
      expected: "a mapping of plugins to true, false or their options",
      got: gotWords(section),
      fix: `${name}: true, on a line of its own below plugins`,
    });
  }
  const entries: (PluginEntry & { overrides: { path: readonly string[]; override: Override }[] })[] =
    Object.keys(listed).map((key) => ({
      key,
      setting: listed[key],
      source: file.locate(["plugins", key], "key"),
      overrides: [],
    }));
  for (const override of overrides) {
    const { plugin, option } = splitPluginKey(override.key.slice("plugins.".length), Object.keys(listed));
    if (plugin === "") {
      problems.push({
        ...placeOf(override.source),
        message: "Cannot use plugins",
        expected: "one plugin: --plugins.<name>=true, --plugins.<name>=false or --plugins.<name>.<option>=…",
      });
      continue;
    }
    const canonical = canonicalPluginKey(plugin, cwd);
    let entry = entries.find(({ key }) => canonicalPluginKey(key, cwd) === canonical);
    if (!entry) {
      entry = { key: plugin, setting: undefined, source: override.source, overrides: [] };
      entries.push(entry);
    }
    entry.overrides.push({ path: option, override });
  }
  return entries;
}

/** As they stand in the file; what has no line comes last. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const last = Number.POSITIVE_INFINITY;
  return problems.toSorted((a, b) => {
    const [lineA, lineB] = [a.line ?? last, b.line ?? last];
    return lineA === lineB ? (a.column ?? 0) - (b.column ?? 0) : lineA - lineB;
  });
}
