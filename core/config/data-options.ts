/**
 * The part of section `data` that says which sheets there are, how they are split and how large they may be.
 */

import type { Settings } from "./schema.ts";

/** Section `data` without the keys of training alone. `root` may be a folder that cannot be written to. */
export type DataOptions = Omit<
  Settings["data"],
  "augment" | "condense" | "memory_limit" | "repeats" | "dataset_repeats" | "synthetic_per_epoch"
>;
