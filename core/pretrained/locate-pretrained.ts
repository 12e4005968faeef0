/** Where the weights lie that come with the project. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../base/problem.ts";

/** The word that means them where a path of weights can stand (`model.init`). */
export const PRETRAINED = "pretrained";

const FILE = "table-detector.safetensors";

/**
 * @param folder Where to look; the one of this module, unless a test says otherwise.
 * @throws {UserError} Exit code 2, if this copy of the project has none.
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
      fix: "name a checkpoint instead (a run's folder or its best.pt), or put the file back",
    },
    { exitCode: 2 },
  );
}
