/** Copies an archive with some of its members replaced. */

import type { ByteSource } from "../byte-source.ts";
import { ZipArchive } from "../write/zip-archive.ts";
import { readZipRecords } from "../zip-records.ts";

/** How many bytes are copied at a time. */
const CHUNK_BYTES = 4 * 2 ** 20;

/**
 * The bytes of the copy, in pieces. Members that do not change are copied as they are, with header,
 * compressed data and their record in the directory, in the order of the directory.
 *
 * @param changes New contents by name, in any case. Names that the archive lacks are added at its end.
 * @param comment The comment of the copy, ASCII; a comment of the original is not copied.
 * @throws {RangeError} If the copy would be larger than 4 GiB.
 */
export function* rewriteZip(
  source: ByteSource,
  changes: ReadonlyMap<string, Uint8Array>,
  comment = "",
): Generator<Uint8Array> {
  const archive = new ZipArchive();
  const left = new Map([...changes].map(([name, content]) => [name.toLowerCase(), { name, content }]));
  for (const { name, directory, start, end } of readZipRecords(source)) {
    const change = left.get(name.toLowerCase());
    if (change) {
      left.delete(name.toLowerCase());
      yield archive.add(name, change.content);
      continue;
    }
    archive.carry(directory, end - start);
    for (let at = start; at < end; at += CHUNK_BYTES) {
      yield source.read(at, Math.min(CHUNK_BYTES, end - at));
    }
  }
  for (const { name, content } of left.values()) yield archive.add(name, content);
  yield archive.end(comment);
}
