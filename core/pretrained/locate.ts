/** Where the weights lie that come with the project. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../problem.ts";

/** @throws {UserError} Exit code 2, if this copy of the project has none. */
export function locatePretrained(): string {
  const file = join(import.meta.dir, "detector.safetensors");
  if (existsSync(file)) return file;
  throw new UserError(
    {
      file,
      message: "Cannot use the weights that come with the project: this copy of it has none",
      fix: "name a run's folder or a checkpoint",
    },
    { exitCode: 2 },
  );
}
