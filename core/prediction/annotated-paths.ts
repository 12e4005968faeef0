/** Chooses the paths of the annotated copies. */

import { join, parse, resolve } from "node:path";
import { usageError } from "../base/problem.ts";
import type { NamedWorkbook } from "./list-workbooks.ts";

export interface AnnotateOptions {
  /** `--annotate`: the copy of the one workbook. */
  readonly file?: string;
  /** `--annotate-dir`: the folder of the copies, with the same folders in it as the one that was named. */
  readonly folder?: string;
}

/**
 * The path of each workbook's copy. If several copies have the same name, the later ones get a number:
 * `budget-2.xlsx`.
 *
 * @returns Null if no copies are requested.
 * @throws {UserError} Exit code 2 if one file is named for several workbooks, or a copy would replace a
 *   workbook.
 */
export function annotatedPaths(
  workbooks: readonly NamedWorkbook[],
  { file, folder }: AnnotateOptions,
): readonly string[] | null {
  if (file === undefined && folder === undefined) return null;
  if (file !== undefined && folder !== undefined) {
    const got = "--annotate and --annotate-dir";
    throw usageError({ message: "Cannot tell where the copies go", expected: "one of the two", got });
  }
  if (file !== undefined && workbooks.length > 1) {
    throw usageError({
      message: "Cannot use --annotate",
      expected: "one workbook",
      got: `${workbooks.length} workbooks`,
      fix: "--annotate-dir <folder>",
    });
  }
  const paths = file === undefined ? pathsIn(folder!, workbooks) : [file];
  const originals = new Set(workbooks.map(({ path }) => resolve(path)));
  const replaced = paths.find((path) => originals.has(resolve(path)));
  if (replaced !== undefined) {
    throw usageError({
      file: replaced,
      message: "Cannot write the annotated copy: it would replace the workbook itself",
      fix: "name another file or folder",
    });
  }
  return paths;
}

function pathsIn(folder: string, workbooks: readonly NamedWorkbook[]): string[] {
  const taken = new Set<string>();
  return workbooks.map(({ inner }) => {
    const { dir, name, ext } = parse(inner);
    let path = join(folder, inner);
    for (let number = 2; taken.has(path.toLowerCase()); number++) {
      path = join(folder, dir, `${name}-${number}${ext}`);
    }
    taken.add(path.toLowerCase());
    return path;
  });
}
