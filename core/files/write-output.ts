/** Writes a file that the user asked for by name. */

import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../base/problem.ts";
import { AtomicOutput } from "./atomic-output.ts";

/**
 * Writes a text, in pieces, to a file that appears when it is whole; its folder is made if it is not there.
 *
 * @param wording What the error says: "Cannot write the page", and the option that names another file.
 * @throws {UserError} If the file cannot be written.
 */
export function writeOutput(
  path: string,
  pieces: readonly string[],
  wording: { readonly message: string; readonly fix: string },
): void {
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true });
    const output = new AtomicOutput(resolve(path));
    try {
      for (const piece of pieces) output.write(Buffer.from(piece));
      output.commit();
    } finally {
      output.abort(); // does nothing once it is committed
    }
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new UserError({ file: path, got, ...wording }, { cause });
  }
}
