/** Finds the weights that come with the project. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import { BEST_CHECKPOINT } from "../base/run-folder-names.ts";

/** The word for these weights where a path of weights is expected (`model.init`). */
export const PRETRAINED = "pretrained";

const FILE = "table-detector.safetensors";

/**
 * The path of the weights.
 *
 * @param folder The folder to look in; tests pass another one.
 * @throws {UserError} With exit code 2, if this copy of the project has no weights.
 */
export function locatePretrained(folder: string = import.meta.dir): string {
  const file = join(folder, FILE);
  if (existsSync(file)) return file;
  throw new UserError(
    {
      file,
      message: "Cannot use the weights that come with the project: this copy of it has none",
      expected: `${FILE}, float16 weights`,
      got: "no such file",
      fix: `name a checkpoint instead (a run's folder or its ${BEST_CHECKPOINT}), or put the file back`,
    },
    { exitCode: 2 },
  );
}
