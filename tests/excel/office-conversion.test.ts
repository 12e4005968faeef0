/** Tests workbooks that LibreOffice has to convert first. */

import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ByteSource } from "../../core/excel/byte-source.ts";
import { cellText } from "../../core/excel/cell.ts";
import { convertToXlsx } from "../../core/excel/office-conversion.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { WorkbookError } from "../../core/excel/workbook-error.ts";
import { compoundFile } from "../support/build-encrypted.ts";
import { skipped } from "../support/skipped.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";
import { relationships, sheetOf, workbook, zip } from "./build-package.ts";

const folder = sharedFolder("office-conversion").path;

const COMPOUND_FILE = compoundFile({ Workbook: new Uint8Array(1024) });
const OTHERS: Record<string, { name: string; bytes: Uint8Array }> = {
  xls: { name: "old.xls", bytes: COMPOUND_FILE },
  xlsb: {
    name: "binary.xlsx",
    bytes: zip({
      "_rels/.rels": relationships(["a", "officeDocument", "xl/workbook.bin"]),
      "xl/workbook.bin": "x",
    }),
  },
  ods: {
    name: "open.ods",
    bytes: zip({ mimetype: "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>" }),
  },
};

/** A program in soffice's place: it copies a workbook, or fails. */
function fakeOffice(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nfor last; do :; done\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test("workbooks of other formats are refused with the advice to install LibreOffice, where there is none", async () => {
  for (const [format, source] of Object.entries(OTHERS)) {
    const error = await readWorkbook(source, { soffice: null }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(WorkbookError);
    expect(error).toMatchObject({ fault: "unsupported-format", file: source.name });
    expect((error as WorkbookError).message).toContain(`.${format} workbook`);
    expect((error as WorkbookError).message).toContain("install LibreOffice");
  }
});

test.skipIf(process.platform === "win32")(
  "they are read by way of LibreOffice where it is installed",
  async () => {
    const converted = join(folder, "converted.xlsx");
    writeFileSync(converted, workbook(sheetOf('<c t="str"><v>from afar</v></c>')).bytes);
    // $last is the input; --outdir and its value stand before it.
    const soffice = fakeOffice(
      "soffice",
      `mkdir -p "$(dirname "$last")/out" && cp '${converted}' "$(dirname "$last")/out/workbook.xlsx"`,
    );
    for (const source of Object.values(OTHERS)) {
      const { file, sheets } = await readWorkbook(source, { soffice });
      expect([file, cellText(sheets[0]!, 0)]).toEqual([source.name, "from afar"]);
    }
  },
);

test.skipIf(process.platform === "win32")(
  "a conversion that fails is reported with LibreOffice's own words",
  async () => {
    const soffice = fakeOffice("broken", "echo 'source file could not be loaded' >&2; exit 1");
    const error = await readWorkbook(OTHERS.xls!, { soffice }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ fault: "unsupported-format" });
    expect((error as WorkbookError).reason).toContain("source file could not be loaded");
  },
);

test.skipIf(process.platform === "win32")(
  "a conversion that takes too long is given up, with all processes that LibreOffice started",
  async () => {
    // The second process has standard error open, and a name of its own.
    const second = join(folder, "second");
    const soffice = fakeOffice(
      "slow",
      `mkdir "$TMPDIR/lu1.tmp"; sh -c 'echo $$ > "$0"; while :; do sleep 1; done' '${second}' & wait`,
    );
    const bytes = ByteSource.open({ name: "old.xls", bytes: COMPOUND_FILE });
    using temporary = temporaryDirectory(join(folder, "slow-temporary"));
    let pid = 0;
    // On a busy machine the second process may take longer to start than the conversion may take.
    for (let limit = 1; pid === 0; limit *= 2) {
      const pending = convertToXlsx(bytes, "xls", { soffice, timeLimit: limit * 1000 });
      await expect(pending).rejects.toThrow(`within ${limit} s and was ended`);
      if (existsSync(second)) pid = Number(readFileSync(second, "utf8"));
    }
    await until(() => !isRunning(pid));
    expect(readdirSync(temporary.path)).toEqual([]);
  },
);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Makes a folder the one for temporary files until the end of the block. */
function temporaryDirectory(path: string): { path: string } & Disposable {
  const before = process.env.TMPDIR;
  mkdirSync(path, { recursive: true });
  process.env.TMPDIR = path;
  return {
    path,
    [Symbol.dispose]() {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    },
  };
}

test.skipIf(process.platform === "win32")(
  "a missing temporary folder is reported in plain words",
  async () => {
    const path = join(folder, "nowhere");
    using _temporary = temporaryDirectory(path);
    rmdirSync(path);
    const soffice = fakeOffice("unused", "exit 0");
    const error = await readWorkbook(OTHERS.xls!, { soffice }).catch((caught: unknown) => caught);
    expect((error as WorkbookError).message).toContain("no temporary folder");
    expect((error as WorkbookError).message).toContain("fix       set TMPDIR");
  },
);

const XLS = join(import.meta.dir, "../../../shared/data/hostile/testVarious.xlsb");
const hasOffice = existsSync(XLS) && Bun.which("soffice") !== null;
if (!hasOffice) skipped("conversion by LibreOffice", "no LibreOffice, or no ../shared/data/hostile");

test.skipIf(!hasOffice)(
  "LibreOffice itself converts a binary workbook",
  async () => {
    const { sheets } = await readWorkbook({ name: "testVarious.xlsb", bytes: readFileSync(XLS) });
    expect(sheets[0]!.cells.length).toBeGreaterThan(10);
  },
  60_000,
);
