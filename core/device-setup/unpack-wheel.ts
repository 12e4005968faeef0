/** Unpacks the files of a wheel (a zip archive) that the build and the library need: some of 15,000. */

import { createWriteStream, mkdirSync, readdirSync, renameSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Entry, open, type ZipFile } from "yauzl";

/** The folders of headers that the binding and the kernels include, directly or indirectly. */
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
 * The place of a wheel's file inside an installation; null if the file is not needed.
 *
 * @param name The name of the file in the archive, with forward slashes.
 */
export function placeOfWheelFile(name: string): string | null {
  if (name.endsWith("/") || name.includes("..")) return null;
  const library = /^tensorflow\/(libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib))$/.exec(name);
  if (library !== null) return `deps/lib/${library[1]}`;
  const header = /^tensorflow\/include\/(.+)$/.exec(name)?.[1];
  if (header !== undefined) {
    return HEADER_FOLDERS.some((folder) => header.startsWith(`${folder}/`)) ? `include/${header}` : null;
  }
  // TensorFlow looks for CUDA in ../nvidia, relative to its own folder.
  return /^nvidia\/[^/]+\/(?:lib|bin|nvvm)\//.test(name) ? `deps/${name}` : null;
}

/**
 * Unpacks the needed files of a wheel into a folder.
 *
 * @param onProgress Called with the fraction of the bytes written so far, 0 … 1.
 * @throws The error of the zip reader if the archive is damaged: sizes and checksums are checked.
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

/** Moves the needed files from a folder with the unpacked contents of wheels. */
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
