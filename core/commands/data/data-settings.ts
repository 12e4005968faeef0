/** The `data` section that a command works under: defaults, or a configuration's, and overrides. */

import type { DataOptions } from "../../config/data-options.ts";
import { readDataSection, resolveDataSection } from "../../config/data-section.ts";

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
export function dataSettings(configFile: string | undefined, overrides: readonly string[]): DataOptions {
  if (configFile !== undefined) return readDataSection(configFile, overrides);
  return resolveDataSection({}, "no configuration", overrides);
}
