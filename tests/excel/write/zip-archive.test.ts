/** Tests the archives that workbooks are written into. */

import { expect, test } from "bun:test";
import { crc32 } from "node:zlib";
import yauzl from "yauzl";
import { ZipArchive } from "../../../core/excel/write/zip-archive.ts";

/** All members of an archive, read by another library (which checks sizes itself). */
function unzip(bytes: Uint8Array): Promise<Map<string, { content: Buffer; crc: number; method: number }>> {
  const { promise, resolve, reject } =
    Promise.withResolvers<Map<string, { content: Buffer; crc: number; method: number }>>();
  yauzl.fromBuffer(Buffer.from(bytes), { lazyEntries: true }, (error, zip) => {
    if (error) return reject(error);
    const members = new Map<string, { content: Buffer; crc: number; method: number }>();
    zip.on("entry", (entry: yauzl.Entry) => {
      zip.openReadStream(entry, (failed, stream) => {
        if (failed) return reject(failed);
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
        stream.on("end", () => {
          const content = Buffer.concat(chunks);
          members.set(entry.fileName, { content, crc: entry.crc32, method: entry.compressionMethod });
          zip.readEntry();
        });
      });
    });
    zip.on("end", () => resolve(members));
    zip.on("error", reject);
    zip.readEntry();
  });
  return promise;
}

test("ZipArchive gives back every member, name and checksum through another library", async () => {
  const long = "spreadsheet ".repeat(2000);
  const noise = crypto.getRandomValues(new Uint8Array(500));
  const archive = new ZipArchive();
  const bytes = Buffer.concat([
    archive.add("a/long.xml", long),
    archive.add("größe.bin", noise),
    archive.add("empty", ""),
    archive.add("stored.txt", long, 0),
    archive.end(),
  ]);
  const members = await unzip(bytes);
  expect([...members.keys()]).toEqual(["a/long.xml", "größe.bin", "empty", "stored.txt"]);
  expect(members.get("a/long.xml")!.content.toString()).toBe(long);
  expect(members.get("a/long.xml")!.method).toBe(8);
  expect(members.get("stored.txt")!.method).toBe(0);
  expect(new Uint8Array(members.get("größe.bin")!.content)).toEqual(noise);
  expect(members.get("empty")!.content.length).toBe(0);
  for (const { content, crc } of members.values()) expect(crc).toBe(crc32(content));
});

test("ZipArchive stores what deflate would make larger", async () => {
  const archive = new ZipArchive();
  const bytes = Buffer.concat([
    archive.add("noise", crypto.getRandomValues(new Uint8Array(300))),
    archive.end(),
  ]);
  expect((await unzip(bytes)).get("noise")!.method).toBe(0);
});
