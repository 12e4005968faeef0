/** A plugin as help, reference and JSON Schema see it. */

import type { Fields } from "./field.ts";

export interface DescribedPlugin {
  readonly name: string;
  /** One field per option. Left out: the plugin accepts any options. */
  readonly options?: Fields;
}
