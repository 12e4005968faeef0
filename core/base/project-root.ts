import { resolve } from "node:path";

/** The folder of this project, wherever it is called from: `runs/`, `configs/`, `plugins/` and caches lie in it. */
export const PROJECT_ROOT: string = resolve(import.meta.dir, "../..");
