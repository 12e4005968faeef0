/** The `data` section of an evaluation: that of the checkpoint's training, with the user's overrides. */

import type { Config } from "../config/config.ts";
import type { DataOptions } from "../config/data-options.ts";
import { resolveDataSection } from "../config/data-section.ts";
import { CONFIG } from "../config/schema.ts";
import { LEAST_COLUMNS, LEAST_ROWS } from "../features/grid-limits.ts";

/**
 * Resolves the section. Sheets are cropped to small limits for training alone; here the limits are those of
 * `gridLimits`, or the trained ones if these are larger.
 *
 * @param trained Section `data` of the checkpoint's configuration; null if it has none. Missing keys get
 *   their defaults: exported weights keep no others than `max_rows` and `max_cols`.
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
    // Numbers per dataset of the training; an evaluation of other datasets has no epochs.
    dataset_repeats: [],
  };
  return resolveDataSection(whole, "the checkpoint's configuration", overrides);
}
