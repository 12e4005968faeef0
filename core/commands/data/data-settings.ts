/** The `data` section of a command: defaults or a configuration, with overrides. */

import type { DataOptions } from "../../config/data-options.ts";
import { readDataSection, resolveDataSection } from "../../config/data-section.ts";

/** The option that names a configuration. */
export const CONFIG_ARGUMENT = {
  type: "string",
  valueHint: "file",
  description: "Take section data (limits, splits, root) from this configuration",
} as const;

/**
 * Resolves the section.
 *
 * @param configFile A configuration with the section; undefined: the defaults.
 * @param overrides `--data.key=value`.
 * @throws {UserError} Exit code 2, with everything that is wrong.
 */
export function dataSettings(configFile: string | undefined, overrides: readonly string[]): DataOptions {
  if (configFile !== undefined) return readDataSection(configFile, overrides);
  return resolveDataSection({}, "no configuration", overrides);
}
