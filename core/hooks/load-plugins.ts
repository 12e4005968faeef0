/** From the plugins that a configuration names to loaded plugins with checked options, in calling order. */

import { isRecord } from "../base/plain-object.ts";
import { type Problem, UserError } from "../base/problem.ts";
import type { PluginSetting } from "../config/config.ts";
import { group } from "../config/field.ts";
import { gotWords } from "../config/field-words.ts";
import { parseText } from "../config/parse-text.ts";
import { resolveFields } from "../config/resolve-fields.ts";
import { withoutSecrets } from "../config/secret.ts";
import { type Path, placeOf, type Source, sourceInWords } from "../config/source.ts";
import { importPlugin } from "./import-plugin.ts";
import {
  builtInPlugins,
  canonicalPluginKey,
  isPluginPath,
  keptPluginKey,
  locatePlugin,
  PLUGINS_FOLDER,
  type PluginPlaces,
} from "./locate-plugin.ts";
import type { Plugin } from "./plugin.ts";
import type { PluginEntry } from "./plugin-entries.ts";

/** A plugin that is on, with its checked options. */
export interface LoadedPlugin {
  /** The key under `plugins`: a name, or the file's absolute path. */
  readonly key: string;
  /** The plugin's file, absolute. */
  readonly path: string;
  readonly plugin: Plugin;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface LoadRequest extends PluginPlaces {
  readonly entries: readonly PluginEntry[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a key or its value stands in the configuration file, for problems. */
  locate(path: Path, part: "key" | "value"): Source;
}

export interface LoadResult {
  /** In calling order. */
  readonly plugins: readonly LoadedPlugin[];
  /** The effective section `plugins`, in the order of the entries. */
  readonly settings: Readonly<Record<string, PluginSetting>>;
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
  /** What the first import that failed threw. */
  readonly cause?: unknown;
}

/**
 * Loads the plugins that are on. Of those that are off only the name is checked: their files are not
 * imported.
 */
export async function loadPlugins(request: LoadRequest): Promise<LoadResult> {
  const loading = new Loading(request);
  for (const entry of request.entries) await loading.add(entry);
  return loading.result();
}

/**
 * What has been loaded so far: each entry is compared with those before it, for no plugin may come twice.
 */
class Loading {
  readonly #request: LoadRequest;
  readonly #problems: Problem[] = [];
  readonly #notes: string[] = [];
  readonly #settings: Record<string, PluginSetting> = {};
  readonly #plugins: LoadedPlugin[] = [];
  /** Where each plugin was named first, by its canonical key. */
  readonly #firstOf = new Map<string, Source>();
  #cause: unknown;

  constructor(request: LoadRequest) {
    this.#request = request;
  }

  result(): LoadResult {
    return {
      plugins: inCallingOrder(this.#plugins),
      settings: this.#settings,
      problems: this.#problems,
      notes: this.#notes,
      cause: this.#cause,
    };
  }

  /**
   * Takes the next entry: finds the plugin's file and, if the plugin is on, loads it and checks its options.
   */
  async add(entry: PluginEntry): Promise<void> {
    const key = canonicalPluginKey(entry.key, this.#request.cwd);
    const first = this.#firstOf.get(key);
    if (first) return this.#refuseSecond(entry, key, first);
    this.#firstOf.set(key, entry.source);

    const on = isOn(entry, this.#problems);
    // The file of a plugin that is off may be gone. An unknown name was probably meant to switch off another
    // plugin.
    const location = !on && isPluginPath(key) ? key : locatePlugin(key, this.#request);
    if (typeof location !== "string") {
      this.#problems.push({ ...placeOf(entry.source), ...location });
    } else if (on) {
      await this.#load(entry, key, location);
    } else {
      this.#settings[key] = false;
    }
  }

  async #load(entry: PluginEntry, key: string, path: string): Promise<void> {
    if (entry.setting === false || entry.setting === undefined) {
      const why = entry.setting === false ? "although the file has it off" : "which the file does not list";
      this.#notes.push(`plugins.${entry.key} runs, ${why}: the command line asks for it`);
    }
    const { plugin, problems, cause } = await importPlugin(path);
    if (!plugin) {
      this.#problems.push(...problems.map((problem) => ({ ...placeOf(entry.source), ...problem })));
      this.#cause ??= cause;
      return;
    }
    const namesake = this.#plugins.find((other) => other.plugin.name === plugin.name);
    if (namesake) {
      const first = this.#firstOf.get(namesake.key)!;
      return this.#refuseSecond(entry, `the plugin named ${plugin.name}`, first);
    }
    const { options, ...checked } = optionsOf(plugin, entry, this.#request);
    this.#problems.push(...checked.problems);
    this.#notes.push(...checked.notes);
    const kept = withoutSecrets(plugin.options ?? {}, options);
    this.#settings[keptPluginKey(key, path, this.#request)] =
      Object.keys(kept).length > 0 ? structuredClone(kept) : true;
    this.#plugins.push({ key, path, plugin, options });
  }

  #refuseSecond({ key, source }: PluginEntry, what: string, first: Source): void {
    this.#problems.push({
      ...placeOf(source),
      message: `Cannot use plugins.${key}`,
      expected: "each plugin once",
      got: `${what}, which ${sourceInWords(first)} has already`,
      fix: "remove one of the two",
    });
  }
}

/** `pre`, then plugins without an order, then `post`; within each in the order given. */
function inCallingOrder(plugins: readonly LoadedPlugin[]): LoadedPlugin[] {
  const rank = { pre: 0, none: 1, post: 2 };
  return plugins.toSorted((a, b) => rank[a.plugin.order ?? "none"] - rank[b.plugin.order ?? "none"]);
}

/**
 * The options of a plugin: checked against its fields. Without declared fields they are handed over as
 * given.
 */
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
 * Whether a plugin runs. `--plugins.{key}=false` switches it off; any other override switches it on; without
 * one the file decides. A value that says neither is a problem; the plugin then counts as on, so that
 * further problems are found too.
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
  // False wins over true in any order: nobody who writes both means true.
  if (switches.some(({ text }) => /^false$/i.test(text ?? ""))) return false;
  return overrides.length > 0 || (setting !== undefined && setting !== false);
}

function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let current = target;
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(current, key) || !isRecord(current[key])) setOwn(current, key, {});
    current = current[key] as Record<string, unknown>;
  }
  setOwn(current, path.at(-1)!, value);
}

/** An assignment to `__proto__` would change what all objects inherit. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

/**
 * The built-in plugins, loaded but not switched on: help and reference read their options.
 *
 * @throws {UserError} If one of them cannot be loaded.
 */
export async function loadBuiltInPlugins(pluginsFolder = PLUGINS_FOLDER): Promise<Plugin[]> {
  const imported = await Promise.all([...builtInPlugins(pluginsFolder).values()].map(importPlugin));
  const problems = imported.flatMap((one) => one.problems ?? []);
  if (problems.length > 0) throw new UserError(problems);
  return imported.map((one) => one.plugin!);
}
