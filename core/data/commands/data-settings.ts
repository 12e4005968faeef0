/** The `data` section that a command works under: defaults, or a configuration's, and overrides. */

import { loadConfig } from "../../config/config.ts";
import { checkConstraints } from "../../config/constraints.ts";
import { parseOverride } from "../../config/overrides.ts";
import { resolveFields } from "../../config/resolve-fields.ts";
import { CONFIG, type Settings } from "../../config/schema.ts";
import type { Source } from "../../config/source.ts";
import { UserError } from "../../problem.ts";
import type { DataOptions } from "../data-options.ts";

/** The option of commands that depend on the section. */
export const CONFIG_ARGUMENT = {
  type: "string",
  valueHint: "file",
  description: "Take section data (limits, splits, root) from this configuration",
} as const;

/**
 * @param configFile A configuration whose section counts; undefined: the defaults.
 * @param overrides `--data.key=value`.
 * @throws {UserError} Exit code 2, with everything that is wrong.
 */
export async function dataSettings(
  configFile: string | undefined,
  overrides: readonly string[],
): Promise<DataOptions> {
  if (configFile !== undefined) return (await loadConfig(configFile, overrides)).config.data;
  const nowhere: Source = { kind: "argument", argument: "no configuration" };
  const { values, problems, failed, sourceOf } = resolveFields(CONFIG, {
    prefix: [],
    value: {},
    locate: () => nowhere,
    overrides: overrides.map(parseOverride).map((override) => ({ path: override.key.split("."), override })),
    env: {},
    cwd: process.cwd(),
  });
  const settings = values as Settings;
  const impossible = checkConstraints({ settings, failed, sourceOf, fallback: nowhere });
  if (problems.length + impossible.length > 0) {
    throw new UserError([...problems, ...impossible], { exitCode: 2 });
  }
  return settings.data;
}
