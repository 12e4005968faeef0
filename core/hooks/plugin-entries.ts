/**
 * What the configuration file and the command line say about each plugin, before any plugin is looked for.
 */

import { isRecord } from "../base/plain-object.ts";
import type { Problem } from "../base/problem.ts";
import { gotWords } from "../config/field-words.ts";
import { type Override, splitPluginKey } from "../config/overrides.ts";
import { placeOf, type Source } from "../config/source.ts";
import type { YamlFile } from "../config/yaml-file.ts";
import { canonicalPluginKey } from "./locate-plugin.ts";

/** One plugin, as the sources name it. */
export interface PluginEntry {
  /** A name or a path, as the file or the command line has it. */
  readonly key: string;
  /**
   * The value in the file: true, false or a mapping of options. Undefined where the file does not list the
   * plugin.
   */
  readonly setting: unknown;
  /** Where the plugin is named. */
  readonly source: Source;
  /** `--plugins.{key}` and `--plugins.{key}.{option}`; the path is empty for the former. */
  readonly overrides: readonly PluginOverride[];
}

interface PluginOverride {
  /** The path of the option below the plugin. */
  readonly path: readonly string[];
  readonly override: Override;
}

/**
 * @param overrides Those whose key is `plugins` or below it.
 * @returns The plugins that the file lists, in its order, then those that only the command line names.
 */
export function pluginEntries(
  file: YamlFile,
  overrides: readonly Override[],
  cwd: string,
): { entries: PluginEntry[]; problems: Problem[] } {
  const { listed, problems } = listedPlugins(file);
  const entries = Object.keys(listed).map((key) => ({
    key,
    setting: listed[key],
    source: file.locate(["plugins", key], "key"),
    overrides: [] as PluginOverride[],
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
  return { entries, problems };
}

/** The section `plugins` of the file. One that is no mapping is a problem and lists nothing. */
function listedPlugins(file: YamlFile): { listed: Record<string, unknown>; problems: Problem[] } {
  const section = file.root.plugins;
  if (isRecord(section)) return { listed: section, problems: [] };
  if (section === undefined || section === null) return { listed: {}, problems: [] };
  const name = Array.isArray(section) && typeof section[0] === "string" ? section[0] : "checkpoint";
  const problem = {
    ...placeOf(file.locate(["plugins"], "value")),
    message: "Cannot use plugins",
    expected: "a mapping of plugins to true, false or their options",
    got: gotWords(section),
    fix: `${name}: true, on a line of its own below plugins`,
  };
  return { listed: {}, problems: [problem] };
}
