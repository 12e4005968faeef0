/** The plugins that a configuration lists: found, loaded, their options checked, in calling order. */

import { isRecord } from "../base/plain-object.ts";
import { type Problem, UserError } from "../base/problem.ts";
import type { PluginSetting } from "../config/config.ts";
import { group } from "../config/field.ts";
import { gotWords } from "../config/field-words.ts";
import type { Override } from "../config/overrides.ts";
import { parseText } from "../config/parse-text.ts";
import { resolveFields } from "../config/resolve-fields.ts";
import { type Path, placeOf, type Source, sourceInWords } from "../config/source.ts";
import { importPlugin } from "./import-plugin.ts";
import {
  builtInPlugins,
  canonicalPluginKey,
  isPluginPath,
  locatePlugin,
  PLUGINS_FOLDER,
  type PluginPlaces,
} from "./locate-plugin.ts";
import type { Plugin } from "./plugin.ts";

/** A plugin that is on, with its checked options. */
export interface LoadedPlugin {
  /** The key under `plugins`: a name, or the file's absolute path. */
  readonly key: string;
  /** The file it came from, absolute. */
  readonly path: string;
  readonly plugin: Plugin;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What the sources say about one plugin. */
export interface PluginEntry {
  /** As the file or the command line names it. */
  readonly key: string;
  /** The file's value: true, false or a mapping of options; undefined where the file does not list it. */
  readonly setting: unknown;
  /** Where it is named. */
  readonly source: Source;
  /** `--plugins.{key}` and `--plugins.{key}.{option}`; the path is empty for the former. */
  readonly overrides: readonly { readonly path: readonly string[]; readonly override: Override }[];
}

export interface LoadRequest extends PluginPlaces {
  readonly entries: readonly PluginEntry[];
  readonly env: Readonly<Record<string, string | undefined>>;
  locate(path: Path, part: "key" | "value"): Source;
}

export interface LoadResult {
  /** In calling order: `pre`, those without an order as listed, `post`. */
  readonly plugins: readonly LoadedPlugin[];
  /** The effective `plugins` section, in the order listed. */
  readonly settings: Readonly<Record<string, PluginSetting>>;
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  /** What an import threw first. */
  readonly cause?: unknown;
}

/** Loads the plugins that are on; those that are off are not even imported, only their names are checked. */
export async function loadPlugins(request: LoadRequest): Promise<LoadResult> {
  const problems: Problem[] = [];
  const notes: string[] = [];
  const settings: Record<string, PluginSetting> = {};
  const plugins: LoadedPlugin[] = [];
  const firstOf = new Map<string, Source>();
  let cause: unknown;

  for (const entry of request.entries) {
    const key = canonicalPluginKey(entry.key, request.cwd);
    const place = placeOf(entry.source);
    const doubled = (what: string, first: Source) =>
      void problems.push({
        ...place,
        message: `Cannot use plugins.${entry.key}`,
        expected: "each plugin once",
        got: `${what}, which ${sourceInWords(first)} has already`,
        fix: "remove one of the two",
      });
    const first = firstOf.get(key);
    if (first) {
      doubled(key, first);
      continue;
    }
    firstOf.set(key, entry.source);

    const on = isOn(entry, problems);
    // A path that is off may be gone; a name that does not exist was meant to switch off another.
    const location = !on && isPluginPath(key) ? key : locatePlugin(key, request);
    if (typeof location !== "string") {
      problems.push({ ...place, ...location });
      continue;
    }
    if (!on) {
      settings[key] = false;
      continue;
    }
    if (entry.setting === false || entry.setting === undefined) {
      const why = entry.setting === false ? "although the file has it off" : "which the file does not list";
      notes.push(`plugins.${entry.key} runs, ${why}: the command line asks for it`);
    }

    const imported = await importPlugin(location);
    if (!imported.plugin) {
      problems.push(...imported.problems.map((problem) => ({ ...place, ...problem })));
      cause ??= imported.cause;
      continue;
    }
    const { plugin } = imported;
    const named = plugins.findIndex((other) => other.plugin.name === plugin.name);
    if (named >= 0) {
      doubled(`the plugin named ${plugin.name}`, firstOf.get(plugins[named]!.key)!);
      continue;
    }
    const { options, ...checked } = optionsOf(plugin, entry, request);
    problems.push(...checked.problems);
    notes.push(...checked.notes);
    settings[key] = Object.keys(options).length > 0 ? structuredClone(options) : true;
    plugins.push({ key, path: location, plugin, options });
  }

  return { plugins: inCallingOrder(plugins), settings, problems, notes, cause };
}

function inCallingOrder(plugins: readonly LoadedPlugin[]): LoadedPlugin[] {
  const rank = { pre: 0, none: 1, post: 2 };
  return plugins.toSorted((a, b) => rank[a.plugin.order ?? "none"] - rank[b.plugin.order ?? "none"]);
}

/** A plugin's options: checked against its fields, or as they were given where it declares none. */
function optionsOf(
  plugin: Plugin,
  entry: PluginEntry,
  { locate, env, cwd }: LoadRequest,
): { options: Record<string, unknown>; problems: readonly Problem[]; notes: readonly string[] } {
  const value = isRecord(entry.setting) ? entry.setting : {};
  const overrides = entry.overrides.filter(({ path }) => path.length > 0);
  if (plugin.options) {
    const plugins = new Set([plugin.name]);
    const given = { prefix: ["plugins", entry.key], value, locate, overrides, env, plugins, cwd };
    const { values, problems, notes } = resolveFields(group(plugin.options, ""), given);
    return { options: structuredClone(values), problems, notes };
  }
  const options = structuredClone(value);
  for (const { path, override } of overrides) {
    setAt(options, path, override.text === null ? true : parseText(null, override.text));
  }
  return { options, problems: [], notes: [] };
}

/**
 * Whether a plugin runs: the command line's true or false, else its options (they switch it on), else the file. What is
 * neither is a problem, and the plugin is looked at as if it were on, to find all that is wrong.
 */
function isOn({ key, setting, source, overrides }: PluginEntry, problems: Problem[]): boolean {
  const message = `Cannot use plugins.${key}`;
  const switches = overrides.filter(({ path }) => path.length === 0).map(({ override }) => override);
  for (const { text, source } of switches) {
    if (text !== null && !/^(true|false)$/i.test(text)) {
      const expected = `true, false, or an option of it: --plugins.${key}.<option>=…`;
      problems.push({ ...placeOf(source), message, expected, got: gotWords(text) });
    }
  }
  if (setting !== undefined && typeof setting !== "boolean" && !isRecord(setting)) {
    const expected = "true, false, or a mapping of options";
    problems.push({ ...placeOf(source), message, expected, got: gotWords(setting), fix: `${key}: true` });
  }
  // Off wins over on, whatever the order: nobody who writes both means on.
  if (switches.some(({ text }) => /^false$/i.test(text ?? ""))) return false;
  return overrides.length > 0 || (setting !== undefined && setting !== false);
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let current = target;
  for (const key of path.slice(0, -1)) {
    if (!isRecord(current[key])) current[key] = {};
    current = current[key] as Record<string, unknown>;
  }
  current[path.at(-1)!] = value;
}

/**
 * The built-in plugins, as for help and documentation: loaded, not switched on.
 *
 * @throws {UserError} If one of them cannot be loaded.
 */
export async function loadBuiltInPlugins(pluginsFolder = PLUGINS_FOLDER): Promise<Plugin[]> {
  const imported = await Promise.all([...builtInPlugins(pluginsFolder).values()].map(importPlugin));
  const problems = imported.flatMap((one) => one.problems ?? []);
  if (problems.length > 0) throw new UserError(problems);
  return imported.map((one) => one.plugin!);
}
