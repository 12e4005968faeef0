/** Unpacks the workbooks of an archive that are needed. */

import { createReadStream, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { UserError } from "../../base/problem.ts";
import { isFolder, tryStat } from "../../files/file-state.ts";
import { findWorkbooks } from "../find-workbooks.ts";
import { cannotWrite } from "./dataset-draft.ts";
import type { Candidate } from "./match-files.ts";
import { readTar, TarFault } from "./tar-reader.ts";

/** Larger files are not unpacked: nobody labels such workbooks. */
const MAX_FILE_BYTES = 512 * 2 ** 20;

export interface UnpackOptions {
  /** True if a file of this name is needed. */
  readonly isWanted: (name: string) => boolean;
  /** A folder for the files. They get numbers as names, since the names in an archive cannot be trusted. */
  readonly into: string;
  /** The folder of the dataset to be, for the message if the files cannot be written. */
  readonly dataset: string;
  readonly signal?: AbortSignal;
  /** Called with the share of the archive that is read, 0 … 1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Unpacks a `.tar.gz` or `.tar`. The files of a folder, where an archive is unpacked already, are used as
 * they are.
 *
 * @returns The files in the order of the archive. If two have the same name, the last one counts, as with
 *   tar.
 * @throws {UserError} If the archive cannot be read, or its files cannot be written.
 */
export async function unpackArchive(archive: string, options: UnpackOptions): Promise<Candidate[]> {
  const { isWanted, into, dataset, signal, onProgress } = options;
  if (isFolder(archive)) {
    return findWorkbooks(archive)
      .filter(isWanted)
      .map((name) => ({ name, path: join(archive, name) }));
  }
  const found = new Map<string, Candidate>();
  const total = tryStat(archive)?.size ?? 0;
  try {
    const file = createReadStream(archive, { highWaterMark: 1 << 20 });
    const source = (await isGzip(archive)) ? Readable.prototype.pipe.call(file, createGunzip()) : file;
    file.on("error", (error) => (source as Readable).destroy(error));
    let next = 0;
    await readTar(source as AsyncIterable<Uint8Array>, async ({ name, size }, read) => {
      signal?.throwIfAborted();
      onProgress?.(total === 0 ? 0 : file.bytesRead / total);
      if (size > MAX_FILE_BYTES || !isWanted(name)) return;
      const path = join(into, String(next++));
      const bytes = await read();
      try {
        writeFileSync(path, bytes);
      } catch (cause) {
        throw cannotWrite(dataset, cause);
      }
      found.delete(name);
      found.set(name, { name, path });
    });
  } catch (cause) {
    if (signal?.aborted || cause instanceof UserError) throw cause;
    throw unreadable(archive, cause);
  }
  return [...found.values()];
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function unreadable(archive: string, cause: unknown): UserError {
  const code = (cause as { code?: unknown }).code;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isFormat = cause instanceof TarFault || (typeof code === "string" && code.startsWith("Z_"));
  return new UserError(
    {
      file: archive,
      message: "Cannot read the archive",
      expected: "a .tar.gz or .tar file, or the folder that it was unpacked into",
      got: code === "ENOENT" ? "no such file" : reason,
      ...(isFormat ? { fix: "download it again: it may be cut off" } : {}),
    },
    { cause, exitCode: code === "ENOENT" ? 2 : 1 },
  );
}
