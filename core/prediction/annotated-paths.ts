/** Chooses the paths of the annotated copies. */

import { existsSync } from "node:fs";
import { extname, join, parse } from "node:path";
import { usageError } from "../base/problem.ts";
import { shellWords } from "../base/shell-words.ts";
import { UniqueNames } from "../base/unique-names.ts";
import { workbookKind } from "../excel/workbook-names.ts";
import { isDrawnCopy } from "../files/drawn-copy.ts";
import { isFolder } from "../files/file-state.ts";
import type { InputFiles } from "../files/input-files.ts";
import { outputFiles } from "../files/output-place.ts";
import type { NamedWorkbook } from "./list-workbooks.ts";

export interface AnnotateOptions {
  /** `--annotate`: the copy of the one workbook. */
  readonly file?: string | undefined;
  /** `--annotate-dir`: the folder of the copies, with the same folders in it as the one that was named. */
  readonly folder?: string | undefined;
  /** What the command reads. */
  readonly inputs: InputFiles;
  /** True: copies may replace files that this program did not draw. */
  readonly overwrite: boolean;
}

/** The endings of copies. */
const ENDINGS = [".xlsx", ".xlsm", ".xltx", ".xltm"];

/**
 * The path of each workbook's copy. If several copies have the same name, the later ones get a number:
 * `budget-2.xlsx`.
 *
 * @returns Null if no copies are requested.
 * @throws {UserError} Exit code 2 if one file is named for several workbooks, or a copy would replace a file
 *   that is read or that this program did not draw, or would get the ending of another kind of workbook.
 */
export function annotatedPaths(
  workbooks: readonly NamedWorkbook[],
  { file, folder, inputs, overwrite }: AnnotateOptions,
): readonly string[] | null {
  if (file === undefined && folder === undefined) return null;
  if (file !== undefined && folder !== undefined) {
    const got = "--annotate and --annotate-dir";
    const expected = "--annotate for the copy of one workbook, or --annotate-dir for those of all";
    const fix = shellWords(["--annotate-dir", folder]);
    throw usageError({ message: "Cannot tell where the copies go", expected, got, fix });
  }
  if (file !== undefined && workbooks.length > 1) {
    throw usageError({
      message: "Cannot use --annotate",
      expected: "one workbook",
      got: `${workbooks.length} workbooks`,
      fix: "--annotate-dir drawn",
    });
  }
  const rules = { what: "the annotated copy", inputs, overwrite, isOwn: isDrawnCopy };
  if (file === undefined) {
    if (existsSync(folder!) && !isFolder(folder!)) {
      const [expected, fix] = ["a folder, which is made if it is missing", "--annotate-dir another folder"];
      const message = "Cannot write the annotated copies there";
      throw usageError({ file: folder!, message, expected, got: "a file", fix });
    }
    // The names come from the workbooks: other kinds are found unfit when they are drawn on.
    const paths = pathsIn(folder!, workbooks);
    const endings = [...new Set(paths.map((path) => extname(path).toLowerCase()))];
    return outputFiles(paths, { ...rules, another: "--annotate-dir another folder", endings });
  }
  const [workbook] = workbooks;
  if (workbook !== undefined) checkEnding(file, workbook.path);
  return outputFiles([file], { ...rules, another: "--annotate another file", endings: ENDINGS });
}

/** A macro workbook under the ending of one without macros does not open, and the other way round. */
function checkEnding(file: string, workbook: string): void {
  const [is, was] = [extname(file).toLowerCase(), extname(workbook).toLowerCase()];
  if (is === was || !ENDINGS.includes(is) || workbookKind(workbook) !== "package") return;
  throw usageError({
    file,
    message: "Cannot write the annotated copy: Excel does not open a workbook of one kind as another",
    expected: `a name that ends in ${was}, as ${workbook} does`,
    got: is,
    fix: shellWords(["--annotate", file.slice(0, file.length - is.length) + was]),
  });
}

function pathsIn(folder: string, workbooks: readonly NamedWorkbook[]): string[] {
  const names = new UniqueNames();
  return workbooks.map(({ inner }) => {
    const { dir, name, ext } = parse(inner);
    return names.add((number) => join(folder, dir, name + number + ext));
  });
}
