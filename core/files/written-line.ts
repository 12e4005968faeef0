/** Words what a command says about a file that it wrote. */

import { isAbsolute, relative } from "node:path";
import { fileSize } from "./file-state.ts";

/**
 * `wrote drawn.xlsx`, or `replaced drawn.xlsx` if the file is there now: call it before you write.
 *
 * @param path The file. One in the working folder or below is named relative to it.
 * @param continues True: what is in the file stays, and more is added: `continued found.jsonl`.
 */
export function writtenLine(path: string, continues = false): string {
  const verb = fileSize(path) === null ? "wrote" : continues ? "continued" : "replaced";
  return `${verb} ${shortPath(path)}`;
}

/** A path as a user in the working folder would write it. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? path : short;
}
