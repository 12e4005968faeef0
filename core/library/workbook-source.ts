/** Turns what a program gives as a workbook into what the readers take. */

import { fileURLToPath } from "node:url";
import { usageError } from "../base/problem.ts";
import type { NamedBytes } from "../excel/byte-source.ts";
import { WorkbookError } from "../excel/workbook-error.ts";
import type { WorkbookSource } from "./library-types.ts";

/** The name in messages of bytes that came without one. */
const UNNAMED = "workbook";

/**
 * @throws {UserError} Exit code 2, for anything else than a path, a URL of a file, or bytes.
 * @throws {WorkbookError} If the bytes cannot be read.
 */
export async function namedSource(source: WorkbookSource): Promise<string | NamedBytes> {
  if (typeof source === "string") return source;
  if (source instanceof URL) {
    if (source.protocol === "file:") return fileURLToPath(source);
    throw wrongSource(`the address ${source.protocol}//…`);
  }
  if (source instanceof Uint8Array) return { name: UNNAMED, bytes: onItsOwn(source) };
  if (source instanceof ArrayBuffer) return { name: UNNAMED, bytes: new Uint8Array(source) };
  if (source instanceof Blob) return { name: nameOf(source), bytes: await bytesOf(source) };
  if (typeof source?.name === "string" && source.bytes instanceof Uint8Array) {
    return { name: source.name, bytes: onItsOwn(source.bytes) };
  }
  throw wrongSource(typeof source);
}

/** Bytes go to a thread with all of the buffer that they are a part of: a part gets a buffer of its own. */
function onItsOwn(bytes: Uint8Array): Uint8Array {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? bytes : new Uint8Array(bytes);
}

/** @throws {WorkbookError} If it stands for a file that cannot be read, as `Bun.file()` may. */
async function bytesOf(blob: Blob): Promise<Uint8Array> {
  try {
    return await blob.bytes();
  } catch (cause) {
    const reason = `the system reports ${(cause as Error).message}`;
    throw new WorkbookError("unreadable", { file: nameOf(blob), reason, cause });
  }
}

/** A `File` has a name, and so has Bun's `Bun.file()`. */
function nameOf(blob: Blob): string {
  return "name" in blob && typeof blob.name === "string" && blob.name !== "" ? blob.name : UNNAMED;
}

function wrongSource(got: string): Error {
  return usageError({
    message: "Cannot read the workbook",
    expected: "a path, a file: URL, a Uint8Array, an ArrayBuffer, a Blob, or an object with name and bytes",
    got,
  });
}
