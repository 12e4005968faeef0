/** Tests what counts as an old workbook. */

import { expect, test } from "bun:test";
import { ByteSource } from "../../core/excel/byte-source.ts";
import { detectFormat } from "../../core/excel/detect-format.ts";
import { compoundFile } from "../support/build-encrypted.ts";

const formatOf = (bytes: Buffer) => detectFormat(ByteSource.open({ name: "old.xls", bytes }));
const START = Buffer.from("d0cf11e0a1b11ae1", "hex");

test("a compound file with a workbook in it is an old workbook, whatever the stream's capitals", () => {
  for (const name of ["Workbook", "WORKBOOK", "Book"]) {
    expect(formatOf(compoundFile({ Other: new Uint8Array(5000), [name]: new Uint8Array(900) }))).toBe("xls");
  }
});

test("a text in a cell does not make an old workbook an encrypted one", () => {
  const text = Buffer.from("EncryptedPackage – a stream", "utf16le");
  expect(formatOf(compoundFile({ Workbook: Buffer.concat([Buffer.alloc(900), text]) }))).toBe("xls");
});

test.each([
  ["the first bytes alone", START, "the header is cut off"],
  ["zeros", Buffer.concat([START, Buffer.alloc(2000)]), "sectors of 2^0 bytes"],
  ["text", Buffer.concat([START, Buffer.from("name,amount\n".repeat(200))]), "but is broken"],
  ["a cut", compoundFile({ Workbook: new Uint8Array(9000) }).subarray(0, 4000), "but is broken"],
  ["another document", compoundFile({ WordDocument: new Uint8Array(900) }), "but holds no workbook"],
])("refuses a broken old workbook as corrupt: %s", (_, bytes, reason) => {
  expect(() => formatOf(bytes)).toThrow(
    expect.objectContaining({ fault: "corrupt", reason: expect.stringContaining(reason) }),
  );
});
