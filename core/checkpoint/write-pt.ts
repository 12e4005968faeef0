/** Writes PyTorch files as `torch.save` does: a zip of a pickle and one aligned entry per storage. */

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { AtomicOutput } from "../files/atomic-output.ts";
import { copyFileAtomic } from "../files/copy-atomic.ts";
import { encodePickle } from "./pickle-encoder.ts";
import type { PtWritable } from "./pt-value.ts";
import { writeStoredZip, type ZipEntry } from "./stored-zip-writer.ts";
import { checkpointWriteError } from "./write-error.ts";

/**
 * Writes a value so that `torch.load(path, weights_only=True)` returns it. The data of tensors is not
 * copied. An older file under `path` stays whole until the new one is complete.
 *
 * @param path The final name, usually with `.pt`. Its folder has to exist.
 * @throws {UserError} If the file cannot be written: with the file, the reason and what to do.
 * @throws {TypeError} If the value holds something that the format cannot.
 */
export function writePtFile(path: string, value: PtWritable): void {
  writePtFiles([path], ptEntries(path, value));
}

/** The entries of a PyTorch file, in its order. The data of tensors are views. */
export function ptEntries(path: string, value: PtWritable): ZipEntry[] {
  const { pickle, storages } = encodePickle(value);
  const folder = archiveFolder(path);
  const text = (content: string) => new TextEncoder().encode(content);
  return [
    { name: `${folder}/data.pkl`, bytes: pickle },
    { name: `${folder}/.format_version`, bytes: text("1") },
    { name: `${folder}/.storage_alignment`, bytes: text("64") },
    { name: `${folder}/byteorder`, bytes: text("little") },
    ...storages.map((data, index) => ({
      name: `${folder}/data/${index}`,
      bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    })),
    { name: `${folder}/version`, bytes: text("3\n") },
    { name: `${folder}/.data/serialization_id`, bytes: text(serializationId(pickle)) },
  ];
}

/**
 * Writes entries under several names. The first file is written, the others are more names of the same
 * content.
 *
 * @throws {UserError} As `writePtFile`. It names the file that failed; the files before it are complete.
 */
export function writePtFiles(paths: readonly [string, ...string[]], entries: readonly ZipEntry[]): void {
  const [first, ...others] = paths;
  let path = first;
  let output: AtomicOutput | null = null;
  try {
    output = new AtomicOutput(first);
    writeStoredZip(output, entries);
    output.commit();
    for (path of others) copyFileAtomic(first, path);
  } catch (error) {
    output?.abort();
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes.length, 0);
    throw checkpointWriteError(path, bytes, error);
  }
}

/**
 * The folder in the archive: the name of the file without its extension, as in PyTorch, in ASCII for all
 * readers.
 */
function archiveFolder(path: string): string {
  const stem = basename(path).replace(/\.[^.]*$/, "");
  return /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(stem) ? stem : "archive";
}

/** Forty decimal digits that differ between files of different content, as PyTorch writes them. */
function serializationId(pickle: Uint8Array): string {
  const digest = createHash("sha256").update(pickle).digest("hex").slice(0, 32);
  return BigInt(`0x${digest}`).toString().padStart(40, "0");
}
