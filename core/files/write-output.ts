/** Writes a text, or bytes, where the user asked for it. */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../base/problem.ts";
import { openOutput } from "./open-output.ts";
import type { OutputPlace } from "./output-place.ts";

/**
 * Writes a text or bytes, in pieces. A file appears when it is whole; its folder is made if it is not there.
 *
 * @param wording What the error says: "Cannot write the page", and the option that names another file.
 * @throws {UserError} If it cannot be written.
 */
export function writeOutput(
  place: OutputPlace,
  pieces: readonly (string | Uint8Array)[],
  wording: { readonly message: string; readonly fix: string },
): void {
  try {
    if (place.kind === "file") mkdirSync(dirname(place.path), { recursive: true });
    const output = openOutput(place);
    try {
      for (const piece of pieces) {
        output.write(typeof piece === "string" ? Buffer.from(piece) : piece);
      }
      output.commit();
    } finally {
      output.abort(); // does nothing once it is committed
    }
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new UserError({ file: place.named, got, ...wording }, { cause });
  }
}

/** Writes a small file of a folder that the program keeps. @throws {UserError} If it cannot be written. */
export function keepFile(path: string, content: string | Uint8Array): void {
  writeOutput({ kind: "file", named: path, path }, [content], {
    message: "Cannot keep this file",
    fix: "free space or change the folder's permissions",
  });
}
