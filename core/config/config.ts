/** The configuration as the program uses it. */

import type { Settings } from "./schema.ts";

/** The options of a plugin that runs (`true` where it has none), `false` for one that is switched off. */
export type PluginSetting = boolean | Readonly<Record<string, unknown>>;

/** The complete effective configuration: plain JSON values under the file's own key names, paths absolute. */
export type Config = Settings & { readonly plugins: Readonly<Record<string, PluginSetting>> };
