/** Where the project lies on this machine. */

import { resolve } from "node:path";

/**
 * The folder of the project, which holds `runs/`, `configs/`, `plugins/` and caches. It does not depend on
 * the current folder.
 */
export const PROJECT_ROOT: string = resolve(import.meta.dir, "../..");
