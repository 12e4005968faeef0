/** Tells which arguments of a command are weights and which are workbooks. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isRunCheckpoint, RUN_FILES } from "../base/run-folder-names.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { isFolder } from "../files/file-state.ts";

/**
 * Splits the arguments. The first is a checkpoint if it is a run's folder or ends in `.pt` or
 * `.safetensors`.
 *
 * @returns The checkpoint's file, null if none is named, and the names of files and folders.
 * @throws {UserError} Exit code 2, if there is no such checkpoint.
 */
export function chooseWeights(positionals: readonly string[]): {
  checkpoint: string | null;
  names: readonly string[];
} {
  const [first, ...rest] = positionals;
  if (first === undefined || !(/\.(pt|safetensors)$/i.test(first) || isRunFolder(first))) {
    return { checkpoint: null, names: positionals };
  }
  return { checkpoint: locateCheckpoint(first), names: rest };
}

function isRunFolder(path: string): boolean {
  if (!isFolder(path)) return false;
  if (isFolder(join(path, RUN_FILES.checkpoints))) return true;
  try {
    return readdirSync(path).some(isRunCheckpoint);
  } catch {
    return false; // it cannot be read: listing its workbooks reports that
  }
}
