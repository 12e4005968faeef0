/** The `data` section that an evaluation works under: what the checkpoint was trained on, and the user's overrides. */

import type { Config } from "../config/config.ts";
import type { DataOptions } from "../config/data-options.ts";
import { resolveDataSection } from "../config/data-section.ts";
import { CONFIG } from "../config/schema.ts";
import { LEAST_COLUMNS, LEAST_ROWS } from "../detection/grid-limits.ts";

/**
 * Sheets are cropped for training only: whoever uses the network has them whole, up to the limits of `gridLimits`.
 *
 * @param trained Section `data` of the checkpoint's configuration, null where it keeps none; keys that are not there
 *   (exported weights keep the limits of a sheet alone) have their defaults. Its limits hold only where they are larger
 *   than those of `gridLimits`.
 * @param overrides `--data.key=value`.
 * @throws {UserError} Exit code 2, with everything that is wrong.
 */
export function evaluationSettings(
  trained: Partial<Config["data"]> | null,
  overrides: readonly string[],
): DataOptions {
  const known = Object.keys(CONFIG.fields.data.fields);
  const value = Object.fromEntries(Object.entries(trained ?? {}).filter(([key]) => known.includes(key)));
  const whole = {
    ...value,
    max_rows: Math.max(trained?.max_rows ?? 0, LEAST_ROWS),
    max_cols: Math.max(trained?.max_cols ?? 0, LEAST_COLUMNS),
    on_large_sheet: "crop",
  };
  return resolveDataSection(whole, "the checkpoint's configuration", overrides);
}
