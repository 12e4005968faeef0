/** The type of the configuration that the program works with. */

import type { Settings } from "./schema.ts";

/** The options of a plugin that runs (`true` if it has none); `false` for a plugin that is switched off. */
export type PluginSetting = boolean | Readonly<Record<string, unknown>>;

/** The complete effective configuration: JSON values under the key names of the file, with absolute paths. */
export type Config = Settings & { readonly plugins: Readonly<Record<string, PluginSetting>> };
