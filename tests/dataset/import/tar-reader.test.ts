/** Tests the reader of tar archives. */

import { expect, test } from "bun:test";
import { randomStream } from "../../../core/base/random.ts";
import { readTar, TarFault } from "../../../core/dataset/import/tar-reader.ts";
import { gnuLongName, paxName, type TarEntry, tarArchive } from "../../support/tar-archive.ts";

/** The archive in pieces of `size` bytes. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function files(archive: Uint8Array, size = 700): Promise<[string, string][]> {
  const found: [string, string][] = [];
  await readTar(pieces(archive, size), async ({ name }, read) => {
    found.push([name, (await read()).toString("latin1")]);
  });
  return found;
}

const LONG = `folder ${"x".repeat(140)}/ü ß.xls`;

const ENTRIES: TarEntry[] = [
  { name: "folder/", type: "5" },
  { name: "folder/a.xls", content: "first" },
  { name: "link", type: "2" },
  ...gnuLongName({ name: LONG, content: "gnu" }),
  ...paxName({ name: `pax ${LONG}`, content: "pax" }),
  { name: Buffer.from("latin \xe9.xls", "latin1"), content: "é" },
  { name: "back\\slash.xls", content: "z".repeat(2000) },
  { name: "empty.xls" },
];

test("readTar() finds regular files with long, odd and foreign names, in pieces of any size", async () => {
  const expected: [string, string][] = [
    ["folder/a.xls", "first"],
    [LONG, "gnu"],
    [`pax ${LONG}`, "pax"],
    ["latin é.xls", Buffer.from("é").toString("latin1")],
    ["back/slash.xls", "z".repeat(2000)],
    ["empty.xls", ""],
  ];
  for (const size of [1, 511, 512, 513, 100_000])
    expect(await files(tarArchive(ENTRIES), size)).toEqual(expected);
});

test("readTar() skips files whose content is not read", async () => {
  const names: string[] = [];
  await readTar(
    pieces(tarArchive(ENTRIES), 300),
    async ({ name, size }) => void names.push(`${name} ${size}`),
  );
  expect(names).toHaveLength(6);
  expect(names[4]).toBe("back/slash.xls 2000");
});

test("readTar() refuses what is no archive, and names what a cut one ends in", async () => {
  await expect(files(Buffer.from("{}".repeat(600)))).rejects.toThrow("it is no tar archive, or a broken one");
  const archive = tarArchive([{ name: "a.xls", content: "x".repeat(900) }]);
  await expect(files(archive.subarray(0, 800))).rejects.toThrow("the archive ends within a.xls");
  await expect(files(archive.subarray(0, 300))).rejects.toThrow("the archive ends within a header");
});

test("readTar() ends in a fault or in files for any changed bytes, never in another error", async () => {
  const random = randomStream(3, "tar");
  for (let round = 0; round < 300; round++) {
    const archive = Buffer.from(tarArchive(ENTRIES));
    for (let change = random.integer(1, 6); change > 0; change--) {
      archive[random.integer(0, archive.length - 1)] = random.integer(0, 255);
    }
    const cut = random.chance(0.3) ? archive.subarray(0, random.integer(0, archive.length)) : archive;
    try {
      await files(cut, 4096);
    } catch (error) {
      expect(error).toBeInstanceOf(TarFault);
    }
  }
});
