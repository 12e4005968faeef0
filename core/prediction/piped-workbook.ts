/** What comes from standard input: a workbook, or the names of some. */

import { basename } from "node:path";
import { UserError, usageError } from "../base/problem.ts";
import type { ListedWorkbooks } from "./list-workbooks.ts";

/** What stands for the name of a workbook that has none. */
export const UNNAMED = "standard input";

export interface PipedOptions {
  /** `--stdin`. */
  readonly stdin?: boolean | undefined;
  /** `--stdin-name`. */
  readonly "stdin-name"?: string | undefined;
  readonly annotate?: string | undefined;
  readonly "annotate-dir"?: string | undefined;
}

/**
 * The workbook on standard input, as if it had been listed.
 *
 * @param names Files and folders that are named too.
 * @returns Null if the workbook is not read from there.
 * @throws {UserError} Exit code 2, if something else is named, or a copy is requested: the file that it would
 *   be a copy of is not there.
 */
export function pipedWorkbook(args: PipedOptions, names: readonly string[]): ListedWorkbooks | null {
  const { stdin = false, "stdin-name": name, annotate, "annotate-dir": folder } = args;
  if (!stdin) {
    if (name === undefined) return null;
    throw refused("Cannot use --stdin-name", "--stdin with it", "none");
  }
  if (names.length > 0) throw refused("Cannot use --stdin", "no other workbook", names.join(", "));
  if (annotate !== undefined || folder !== undefined) {
    const got = annotate === undefined ? "--annotate-dir" : "--annotate";
    throw refused("Cannot use --stdin", "no annotated copy: only files are copied", got);
  }
  const path = name ?? UNNAMED;
  // A name may have folders, also above this one: what is written about the workbook stays in its own folder.
  return { workbooks: [{ path, inner: basename(path) }], problems: [], empty: [], copies: [], others: [] };
}

/** All of standard input. @throws {UserError} If it cannot be read: it is a folder, for one. */
export async function standardInput(): Promise<Uint8Array> {
  try {
    return await Bun.stdin.bytes();
  } catch (cause) {
    const got = (cause as Error).message;
    throw new UserError({ message: "Cannot read standard input", got }, { cause });
  }
}

function refused(message: string, expected: string, got: string): Error {
  return usageError({ where: "command line", message, expected, got });
}
