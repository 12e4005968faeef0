/** Takes from a wheel (a zip archive) what building and running needs: some files out of 15,000. */

import { createWriteStream, mkdirSync, readdirSync, renameSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Entry, open, type ZipFile } from "yauzl";

/** Folders of headers that the binding and the kernels include, directly or not. */
export const HEADER_FOLDERS = [
  "tensorflow/c",
  "tensorflow/core/platform",
  "tensorflow/core/common_runtime/next_pluggable_device/c",
  "tsl",
  "xla/tsl",
  "Eigen",
  "unsupported/Eigen",
] as const;

/**
 * Where a wheel's file goes inside an installation, or null if it is not needed.
 *
 * @param name The file's name in the archive, with forward slashes.
 */
export function placeOfWheelFile(name: string): string | null {
  if (name.endsWith("/") || name.includes("..")) return null;
  const library = /^tensorflow\/(libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib))$/.exec(name);
  if (library !== null) return `deps/lib/${library[1]}`;
  const header = /^tensorflow\/include\/(.+)$/.exec(name)?.[1];
  if (header !== undefined) {
    return HEADER_FOLDERS.some((folder) => header.startsWith(`${folder}/`)) ? `include/${header}` : null;
  }
  // TensorFlow looks for CUDA at ../nvidia of its own folder.
  return /^nvidia\/[^/]+\/(?:lib|bin|nvvm)\//.test(name) ? `deps/${name}` : null;
}

/**
 * Unpacks the needed files of a wheel into a folder.
 *
 * @param onProgress Called with the fraction done, 0 … 1, of the bytes to write.
 * @throws The zip reader's error if the archive is damaged (sizes and checksums are checked on the way).
 */
export async function unpackWheel(
  file: string,
  folder: string,
  onProgress: (done: number) => void = () => {},
): Promise<void> {
  const zip = await openZip(file);
  try {
    const wanted = (await entriesOf(zip)).flatMap((entry) => {
      const place = placeOfWheelFile(entry.fileName);
      return place === null ? [] : [{ entry, path: join(folder, place) }];
    });
    const total = wanted.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
    let written = 0;
    for (const { entry, path } of wanted) {
      mkdirSync(dirname(path), { recursive: true });
      const source = await openEntry(zip, entry);
      source.on("data", (chunk: Buffer) => {
        written += chunk.length;
        onProgress(written / total);
      });
      await pipeline(source, createWriteStream(path));
    }
  } finally {
    zip.close();
  }
}

/** The same from a folder that holds wheels' contents: the needed files are moved. */
export function takeUnpacked(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const place = placeOfWheelFile(relative(from, source).replaceAll("\\", "/"));
    if (place === null) continue;
    mkdirSync(dirname(join(to, place)), { recursive: true });
    renameSync(source, join(to, place));
  }
}

function openZip(file: string): Promise<ZipFile> {
  return new Promise((done, failed) => {
    open(file, { lazyEntries: true, autoClose: false }, (error, zip) => (error ? failed(error) : done(zip)));
  });
}

function entriesOf(zip: ZipFile): Promise<Entry[]> {
  return new Promise((done, failed) => {
    const entries: Entry[] = [];
    zip.on("entry", (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.on("end", () => done(entries));
    zip.on("error", failed);
    zip.readEntry();
  });
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((done, failed) => {
    zip.openReadStream(entry, (error, stream) => (error ? failed(error) : done(stream)));
  });
}
