/**
 * Makes `import … from "tablesense2/plugin"` work in the files of plugins, wherever they lie: a plugin
 * gets the surface of the project that runs it, with the same classes, and not that of another copy.
 */

import { resolve } from "node:path";

/** What plugins import, and the file below core/ that it is. */
const PUBLIC_MODULES = {
  "tablesense2/plugin": "plugin.ts",
  "tablesense2/plugin-testing": "plugin-testing.ts",
} as const;

/**
 * Tells the runtime where the public modules lie. They are loaded once a plugin imports them. It holds for
 * the whole process, and calling it again changes nothing.
 */
export function offerPublicModules(): void {
  Bun.plugin({
    name: "the public modules of tablesense2",
    setup(runtime) {
      for (const [name, file] of Object.entries(PUBLIC_MODULES)) {
        const path = resolve(import.meta.dir, "..", file);
        runtime.module(name, async () => ({ exports: await import(path), loader: "object" }));
      }
    },
  });
}
