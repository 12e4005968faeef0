/** Section `data` by itself, for commands that need no other section and no plugin. */

import { UserError } from "../base/problem.ts";
import { checkConstraints } from "./constraints.ts";
import type { DataOptions } from "./data-options.ts";
import { parseOverride } from "./overrides.ts";
import { resolveFields } from "./resolve-fields.ts";
import { CONFIG, type Settings } from "./schema.ts";
import type { Path, Source } from "./source.ts";
import { readYamlFile } from "./yaml-file.ts";

/**
 * Section `data` from values of a program's own.
 *
 * @param given Values of the section; keys that are missing get their defaults.
 * @param origin Where the values come from, for messages.
 * @param overrides `--data.key=value`.
 * @throws {UserError} Exit code 2, with everything that is wrong.
 */
export function resolveDataSection(
  given: Readonly<Record<string, unknown>>,
  origin: string,
  overrides: readonly string[],
): DataOptions {
  const nowhere: Source = { kind: "argument", argument: origin };
  return resolveSections({ data: given }, () => nowhere, overrides);
}

/**
 * Section `data` of a configuration file. The other sections are checked too, except `plugins`: no
 * plugin is loaded.
 *
 * @param path The YAML file, relative to the current folder.
 * @param overrides `--data.key=value`.
 * @throws {UserError} Exit code 2, with everything that is wrong.
 */
export function readDataSection(path: string, overrides: readonly string[]): DataOptions {
  const { root, locate } = readYamlFile(path, process.cwd());
  const { plugins: _, ...sections } = root;
  return resolveSections(sections, locate, overrides);
}

/**
 * Checks all sections, for a mistake in any of them is worth knowing; reads no variable, for section
 * `data` has none.
 */
function resolveSections(
  sections: Readonly<Record<string, unknown>>,
  locate: (path: Path, part: "key" | "value") => Source,
  overrides: readonly string[],
): DataOptions {
  const { values, problems, failed, sourceOf } = resolveFields(CONFIG, {
    prefix: [],
    value: sections,
    locate,
    overrides: overrides.map(parseOverride).map((override) => ({ path: override.key.split("."), override })),
    env: {},
    cwd: process.cwd(),
  });
  const settings = values as Settings;
  const impossible = checkConstraints({ settings, failed, sourceOf, fallback: locate([], "key") });
  if (problems.length + impossible.length > 0) {
    throw new UserError([...problems, ...impossible], { exitCode: 2 });
  }
  return settings.data;
}
