/** Reads the names of workbooks from a list: a file, or what a command prints. */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { UserError } from "../../base/problem.ts";
import { tryStat } from "../../files/file-state.ts";
import { type ListedWorkbooks, namesInList } from "../list-workbooks.ts";

export interface ListedNames {
  readonly names: readonly string[];
  /** The size of each in bytes; null where the list does not say it. */
  readonly sizes: readonly (number | null)[];
}

/** `2048<TAB>a.xlsx`, as `aws s3api list-objects-v2 --query 'Contents[].[Size,Key]'` prints it. */
const SIZED = /^(\d+)\t(.+)$/;

/**
 * The names, one per line, each with its size and a tab before it or without; each name once.
 *
 * @param source A file or a pipe that is there, or a command of the shell.
 * @throws {UserError} If the command fails.
 */
export async function listedNames(source: string): Promise<ListedNames> {
  const found = tryStat(source);
  const isThere = found !== null && (found.isFile() || found.isFIFO());
  const list = isThere ? readFileSync(source) : await outputOf(source);
  const sizes = new Map<string, number | null>();
  for (const line of namesInList(list)) {
    const [, size, name = line] = SIZED.exec(line) ?? [];
    if (!sizes.has(name)) sizes.set(name, size === undefined ? null : Number(size));
  }
  return { names: [...sizes.keys()], sizes: [...sizes.values()] };
}

/** Workbooks that have to be fetched, as if they had been listed. */
export function remoteWorkbooks(names: readonly string[]): ListedWorkbooks {
  const workbooks = names.map((path) => ({ path, inner: basename(path) }));
  return { workbooks, problems: [], empty: [], copies: [], others: [] };
}

async function outputOf(command: string): Promise<Uint8Array> {
  const child = Bun.spawn(["sh", "-c", command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [list, errors] = await Promise.all([
    new Response(child.stdout).bytes(),
    new Response(child.stderr).text(),
  ]);
  const code = await child.exited;
  if (code === 0) return list;
  throw new UserError({
    where: "--list-from",
    message: "Cannot list the workbooks: there is no file of this name, and as a command it fails",
    expected: "a file of names, or a command that prints them, one per line",
    got: `${command}: exit code ${code}${errors.trim() === "" ? "" : `, ${errors.trim().slice(-400)}`}`,
  });
}
