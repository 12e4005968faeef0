/** What help, reference and schema need to know of a plugin. */

import type { Fields } from "./field.ts";

export interface DescribedPlugin {
  readonly name: string;
  /** One field per option. Absent: the plugin takes any options. */
  readonly options?: Fields;
}
