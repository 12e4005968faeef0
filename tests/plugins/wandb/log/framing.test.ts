/** Tests how records are framed in blocks. */

import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import {
  BLOCK_SIZE,
  chunkChecksum,
  FILE_HEADER,
  frameRecord,
} from "../../../../plugins/wandb/log/framing.ts";

/** A file with these records, as bytes. */
function file(...payloads: Uint8Array[]): Buffer {
  let bytes = Buffer.from(FILE_HEADER);
  for (const payload of payloads) bytes = Buffer.concat([bytes, frameRecord(payload, bytes.length)]);
  return bytes;
}

const filled = (length: number, value: number) => new Uint8Array(length).fill(value);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const hex = (text: string) => Buffer.from(text.replaceAll(/[\s|]/g, ""), "hex");

// The vectors of W&B's own log writer; they hold byte for byte.
describe("frameRecord()", () => {
  test("an empty log is its header", () => {
    expect(file()).toEqual(hex("3a 57 26 42 e1 be 00"));
  });

  test("one record is one full chunk", () => {
    const bytes = file(hex("08 01 aa 01 00"));
    expect(bytes).toEqual(hex("3a 57 26 42 e1 be 00 | 55 b7 a6 3f  05 00  01 | 08 01 aa 01 00"));
  });

  test("a second record follows without padding", () => {
    const bytes = file(hex("08 01 aa 01 00"), hex("08 02 92 01 02 10 00"));
    expect(bytes.subarray(19)).toEqual(hex("b1 e5 93 8d  07 00  01 | 08 02 92 01 02 10 00"));
  });

  test("a record that does not fit is cut at the block's boundary", () => {
    const bytes = file(
      filled(32734, 0x41),
      Uint8Array.from({ length: 40 }, (_, i) => i),
    );
    expect(bytes.length).toBe(32802);
    expect(sha256(bytes)).toBe("876cc3d6c92a9dbb8dcdfe7ee484055ae45a674c53134238519c4cf2cec98906");
    expect(bytes.subarray(7, 14)).toEqual(hex("7b 3e d7 a4  de 7f  01"));
    expect(bytes.subarray(32748, 32755)).toEqual(hex("50 bd 5f d9  0d 00  02"));
    expect(bytes.subarray(32768, 32775)).toEqual(hex("82 a1 36 48  1b 00  04"));
  });

  test.each([
    [32747, "a1 8e 0c 3c 00 00 02 63 4c d2 d5 02 00 04 42 43", "30b4c57eff30f99a"],
    [32748, "00 00 00 00 00 00 88 8e 19 d3 02 00 01 42 43", "e1ff38a043f5712f"],
    [32753, "00 88 8e 19 d3 02 00 01 42 43", "6c7e4806d937e1dc"],
    [32754, "88 8e 19 d3 02 00 01 42 43", "04349f5ebd1b98c0"],
  ])("a record of %p bytes leaves the block's end as W&B's writer does", (length, tail, digest) => {
    const bytes = file(filled(length, 0x41), hex("42 43"));
    expect(bytes.length).toBe(32777);
    expect(bytes.subarray(14 + length)).toEqual(hex(tail));
    expect(sha256(bytes).slice(0, 16)).toBe(digest);
  });

  test("a record longer than two blocks has a middle chunk", () => {
    const bytes = file(filled(70000, 0x5a));
    expect(bytes.length).toBe(70028);
    expect(sha256(bytes)).toBe("3faef4edbf6e3e3bf8855398aaa72692f065b512917889f2acfaf5349850312b");
    expect(bytes.subarray(32768, 32775)).toEqual(hex("62 b1 ed 9a f9 7f 03"));
    expect(bytes.subarray(65536, 65543)).toEqual(hex("e4 17 47 fd 85 11 04"));
  });

  test("no chunk crosses a block, whatever the lengths", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 6 }), (lengths) => {
        const bytes = file(...lengths.map((length) => filled(length, 7)));
        let at = FILE_HEADER.length;
        const found: number[] = [];
        let open = 0;
        while (at < bytes.length) {
          const room = BLOCK_SIZE - (at % BLOCK_SIZE);
          if (room < 7) {
            expect(bytes.subarray(at, at + room).every((byte) => byte === 0)).toBe(true);
            at += room;
            continue;
          }
          const [length, type] = [bytes.readUInt16LE(at + 4), bytes[at + 6]!];
          expect(length + 7).toBeLessThanOrEqual(room);
          open += length;
          if (type === 1 || type === 4) {
            found.push(open);
            open = 0;
          } else {
            expect(length + 7).toBe(room);
          }
          at += 7 + length;
        }
        expect(found).toEqual(lengths);
      }),
      { numRuns: 60 },
    );
  });
});

test("chunkChecksum() is the plain CRC-32 over type and payload", () => {
  const digits = new TextEncoder().encode("123456789");
  expect(chunkChecksum(1, digits)).toBe(0x21b52ec0);
  expect(chunkChecksum(1, new Uint8Array())).toBe(0xa505df1b);
  expect(chunkChecksum(2, new Uint8Array())).toBe(0x3c0c8ea1);
});
