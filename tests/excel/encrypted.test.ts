/** Tests encrypted workbooks: Excel's own password, other ones, and broken containers. */

import { expect, test } from "bun:test";
import { randomStream } from "../../core/base/random.ts";
import { cellText } from "../../core/excel/cell.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { WorkbookError } from "../../core/excel/workbook-error.ts";
import { encryptAgile, encryptStandard } from "../support/build-encrypted.ts";
import { sheetOf, workbook } from "./build-package.ts";

const DEFAULT = "VelvetSweatshop";
const SMALL = workbook(sheetOf('<c t="str"><v>secret</v></c>')).bytes;
/** Of several segments of 4,096 bytes, and too large for the small sectors of a compound file. */
const LARGE = workbook(sheetOf('<c t="str"><v>secret</v></c>'), {
  "xl/media/noise.bin": { content: new Uint8Array(20_000), method: 0 },
}).bytes;

/** The text of A1 and the notes. */
async function read(bytes: Uint8Array): Promise<[string, string[]]> {
  const { sheets, notes } = await readWorkbook({ name: "encrypted.xlsx", bytes }, { soffice: null });
  return [cellText(sheets[0]!, 0), notes.map(({ kind }) => kind)];
}

test("a workbook that is encrypted with Excel's default password is read, with a note", async () => {
  expect(LARGE.length).toBeGreaterThan(8192);
  for (const archive of [SMALL, LARGE]) {
    expect(await read(encryptStandard(archive, DEFAULT))).toEqual(["secret", ["default-password"]]);
    for (const options of [{}, { hash: "sha1", keyBits: 128 }, { hash: "sha384", keyBits: 192, spins: 0 }])
      expect(await read(encryptAgile(archive, DEFAULT, options))).toEqual(["secret", ["default-password"]]);
  }
});

test("any other password is refused with its reason", async () => {
  for (const bytes of [encryptStandard(SMALL, "other"), encryptAgile(LARGE, "other")])
    await expect(read(bytes)).rejects.toMatchObject({
      fault: "encrypted",
      reason: "it is protected by a password",
    });
});

test("rounds without end are not hashed", async () => {
  const before = process.cpuUsage();
  const bytes = encryptAgile(SMALL, DEFAULT, { spins: 1, claimedSpins: 99_999_999 });
  await expect(read(bytes)).rejects.toMatchObject({ fault: "encrypted" });
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(2e6);
});

test("encrypted workbooks that are cut off or changed anywhere are read or refused", async () => {
  const bytes = encryptAgile(LARGE, DEFAULT, { spins: 10 });
  for (let index = 0; index < 400; index++) {
    const random = randomStream(1, "encrypted", index);
    const odd = Buffer.from(bytes);
    for (let i = random.integer(1, 4); i > 0; i--) {
      // Where the header, the tables and the directory stand.
      const at = random.chance(0.5) ? random.integer(8, 700) : random.integer(8, bytes.length - 1);
      odd[at] = random.integer(0, 255);
    }
    const cut = random.chance(0.3) ? odd.subarray(0, random.integer(0, odd.length)) : odd;
    const result = await read(cut).catch((error: unknown) => error);
    if (!Array.isArray(result)) expect(result).toBeInstanceOf(WorkbookError);
  }
});
