/** Refuses a folder of datasets that the user named and that does not exist. */

import { resolve } from "node:path";
import { nearestPath } from "../base/nearest-path.ts";
import { UserError } from "../base/problem.ts";
import { shellWords } from "../base/shell-words.ts";
import { CONFIG } from "../config/schema.ts";
import { isFolder } from "../files/file-state.ts";

/**
 * Commands that only read datasets call this before `synthetic` is written: in a mistyped folder they would
 * make it, and report on it instead of on the user's data. The default folder may be missing.
 *
 * @throws {UserError} Exit code 2 if `root` is missing and is not the default of `data.root`.
 */
export function checkNamedRoot(root: string): void {
  if (isFolder(root) || resolve(root) === resolve(CONFIG.fields.data.fields.root.default)) return;
  const close = nearestPath(root, isFolder);
  throw new UserError(
    {
      file: root,
      message: "Cannot read the datasets of data.root",
      expected: "a folder with datasets",
      got: "no such folder",
      fix:
        close === null
          ? "name the folder that holds your datasets with --data.root=<folder>"
          : shellWords([`--data.root=${close}`]),
    },
    { exitCode: 2 },
  );
}
