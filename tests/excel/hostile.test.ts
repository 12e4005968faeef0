/** Tests that workbooks which would take too much time or memory are refused. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { WorkbookError, type WorkbookFault } from "../../core/excel/workbook-error.ts";
import { featuriseSheet } from "../../core/features/featurise.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { BOMBS } from "./bombs.ts";
import {
  relationships,
  sharedStrings,
  sheetOf,
  workbook,
  workbookParts,
  worksheet,
  zip,
} from "./build-package.ts";

const HOSTILE = join(import.meta.dir, "../../../shared/data/hostile");
const LIMITS = { maxRows: 1000, maxCols: 200 };

/** Reads and featurises; what it throws has to be a WorkbookError, within two seconds of CPU. */
async function outcome(
  source: string | { name: string; bytes: Uint8Array },
): Promise<WorkbookError | "read"> {
  const before = process.cpuUsage(); // not the clock: other processes may have the machine
  try {
    const { file, sheets } = await readWorkbook(source, { soffice: null, maxRows: 1000, maxColumns: 200 });
    for (const sheet of sheets) featuriseSheet(sheet, file, LIMITS);
    return "read";
  } catch (error) {
    expect(error).toBeInstanceOf(WorkbookError);
    return error as WorkbookError;
  } finally {
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(2e6);
  }
}

async function fault(source: { name: string; bytes: Uint8Array }): Promise<WorkbookFault | "read"> {
  const result = await outcome(source);
  return result === "read" ? result : result.fault;
}

const made = (parts: Parameters<typeof zip>[0]) => ({ name: "made.xlsx", bytes: zip(parts) });

test.skipIf(!existsSync(HOSTILE))(
  "every hostile file is read or refused, for the reason that its list gives",
  async () => {
    const expected: Record<string, WorkbookFault | "read"> = {
      "49273.xlsx": "read",
      "54436.xlsx": "read",
      "ClosedXML__owner-LoadPivotTables.xlsx": "not-a-workbook",
      "PhpSpreadsheet__Zip-Windows-Directory-Separator.xlsx": "read",
      "PhpSpreadsheet__utf16be.bom.xlsx": "read",
      "PhpSpreadsheet__without_cell_reference.xlsx": "read",
      "SampleSS.strict.xlsx": "read",
      "SimpleStrict.xlsx": "read",
      "crash-9bf3cd4bd6f50a8a9339d363c2c7af14b536865c.xlsx": "encrypted",
      "excelize__OverflowNumericCell.xlsx": "read",
      "poi__MalformedSSTCount.xlsx": "read",
      "poi__poc-shared-strings.xlsx": "read", // a row has the number 0
      "poi__protected_passtika.xlsx": "encrypted",
      "poi__sample.strict.xlsx": "read",
      "readxl__nonstandard-xml-ns-prefix.xlsx": "read",
      "tidyxl__xfd1048576.xlsx": "read",
      "workbookProtection-workbook_password_user_range-2010.xlsx": "read",
      "workbookProtection_not_protected.xlsx": "read",
      "workbookProtection_workbook_revision_protected.xlsx": "read",
    };
    for (const name of readdirSync(HOSTILE)) {
      if (name.endsWith(".md")) continue;
      const result = await outcome(join(HOSTILE, name));
      const got = result === "read" ? result : result.fault;
      const wanted =
        expected[name] ?? (/\.xlsb?$/.test(name) && !name.endsWith("x") ? "unsupported-format" : "corrupt");
      expect([name, got]).toEqual([name, wanted]);
      if (result !== "read") expect(result.message).toContain(name);
    }
  },
  60_000,
);

if (!existsSync(HOSTILE)) skipped("tests of the hostile workbooks", "no ../shared/data/hostile");

/** What becomes of each bomb. */
const ENDS: Record<string, string> = {
  "four gigabytes by claim": "too-large",
  "ratio 1000": "too-large",
  "many parts": "too-large",
  "one cell of 20 MB": "too-large",
  "a million merged ranges": "read",
  "overlapping merged ranges": "corrupt",
  "many empty rows": "read",
  "many column ranges": "corrupt",
};

for (const [name, make] of Object.entries(BOMBS)) {
  test(`a process that reads a bomb (${name}) is done soon, and with 300 MB`, async () => {
    using folder = temporaryFolder("bomb");
    const path = folder.join("bomb.xlsx");
    writeFileSync(path, zip(await make()));
    const child = Bun.spawnSync([process.execPath, join(import.meta.dir, "hostile-memory.ts"), path]);
    const { result, seconds, peak } = JSON.parse(child.stdout.toString());
    expect(result).toBe(ENDS[name]);
    expect(seconds).toBeLessThan(30); // the slowest takes 0.7 s here; without the limits, hours
    expect(peak).toBeLessThan(300);
  }, 60_000);
}

test("a part that grows beyond what the directory claims is refused", async () => {
  const parts = workbookParts({ Sheet1: "" });
  const content = sheetOf("<c><v>1</v></c>".repeat(5000));
  const shorter = made({ ...parts, "xl/worksheets/sheet1.xml": { content, claimedSize: 100 } });
  const longer = made({ ...parts, "xl/worksheets/sheet1.xml": { content, claimedSize: content.length + 1 } });
  expect(await fault(shorter)).toBe("corrupt");
  expect(await fault(longer)).toBe("corrupt");
});

test("a wrong checksum, an encrypted part and an unknown compression are named with their part", async () => {
  const parts = workbookParts({ Sheet1: "" });
  const content = sheetOf("<c><v>1</v></c>");
  const cases: [object, WorkbookFault][] = [
    [{ content, claimedCrc: 7 }, "corrupt"],
    [{ content, flags: 1 }, "encrypted"],
    [{ content, method: 12 }, "corrupt"],
  ];
  for (const [member, expected] of cases) {
    const result = await outcome(
      made({ ...parts, "xl/worksheets/sheet1.xml": member as { content: string } }),
    );
    expect(result).toMatchObject({ fault: expected, part: "xl/worksheets/sheet1.xml", file: "made.xlsx" });
  }
});

test("a workbook cut off at any byte is refused", async () => {
  const { bytes } = workbook(sheetOf('<c t="s"><v>0</v></c>'), {
    "xl/sharedStrings.xml": sharedStrings("<t>a</t>"),
  });
  for (let length = 0; length < bytes.length; length++) {
    const result = await outcome({ name: "cut.xlsx", bytes: bytes.subarray(0, length) });
    expect([length, result === "read"]).toEqual([length, false]);
  }
}, 60_000);

test("a sheet cut off at any byte is refused", async () => {
  const xml = sheetOf('<c r="A1" s="0" t="str"><f>1+1</f><v>a&amp;b</v></c>', "<c><v>1</v></c><!-- c -->");
  for (let length = 0; length < xml.length; length++) {
    expect([length, await fault(workbook(xml.slice(0, length)))]).toEqual([length, "corrupt"]);
  }
}, 60_000);

test("a directory that points behind the end of the file is refused", async () => {
  const { bytes } = workbook(sheetOf("<c><v>1</v></c>"));
  const directory = Buffer.from(bytes).lastIndexOf("PK\u0001\u0002");
  const broken = Buffer.from(bytes);
  broken.writeUInt32LE(0x7fff_ffff, directory + 42);
  expect(await fault({ name: "far.xlsx", bytes: broken })).toBe("corrupt");
});

test("names that leave the archive, and two members of one name, are refused", async () => {
  const parts = workbookParts({ Sheet1: sheetOf("<c><v>1</v></c>") });
  expect(await fault(made({ ...parts, "../../evil.xml": "x" }))).toBe("corrupt");
  expect(await fault(made({ ...parts, "/etc/evil.xml": "x" }))).toBe("corrupt");
  expect(await fault(made([...Object.entries(parts), ["XL/WORKBOOK.XML", "x"]]))).toBe("corrupt");
});

test("document types are refused in every part: no entity is expanded, no file and no address is opened", async () => {
  const doctype =
    '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>';
  const strings = sharedStrings("<t>plain</t>");
  const parts = workbookParts(
    { Sheet1: sheetOf('<c t="s"><v>0</v></c>') },
    { "xl/sharedStrings.xml": strings },
  );
  for (const name of Object.keys(parts)) {
    if (name === "[Content_Types].xml") continue; // is not read
    const result = await outcome(made({ ...parts, [name]: doctype + String(parts[name]) }));
    expect(result).toMatchObject({ fault: "corrupt", part: name });
    expect((result as WorkbookError).reason).toContain("document type");
  }
  expect(await fault(made(parts))).toBe("read");
  const entity = made({ ...parts, "xl/sharedStrings.xml": sharedStrings("<t>&b;</t>") });
  expect(((await outcome(entity)) as WorkbookError).reason).toContain(
    'the entity "&b;", which XML does not define',
  );
});

test("relationships that run in circles or out of the workbook end", async () => {
  const sheet = sheetOf("<c><v>1</v></c>");
  const circle = relationships(
    ["a", "worksheet", "sheet1.xml"],
    ["b", "comments", "../worksheets/sheet1.xml"],
  );
  const outside =
    '<Relationships><Relationship Id="a" Type="x/table" TargetMode="External" Target="http://127.0.0.1:9/"/></Relationships>';
  expect(await fault(workbook(sheet, { "xl/worksheets/_rels/sheet1.xml.rels": circle }))).toBe("read");
  expect(await fault(workbook(sheet, { "xl/worksheets/_rels/sheet1.xml.rels": outside }))).toBe("read");
});

test("text that is not UTF-8 is refused", async () => {
  const bad = Buffer.from(sheetOf('<c t="str"><v>caf\u00e9</v></c>'), "latin1");
  expect(await outcome(workbook("", { "xl/worksheets/sheet1.xml": bad }))).toMatchObject({
    fault: "corrupt",
    part: "xl/worksheets/sheet1.xml",
  });
});

test("broken sheets are refused with the cell near which they break", async () => {
  const cases: Record<string, string> = {
    "a reference beyond XFD1048576": '<c r="B1"/><c r="XFE1"><v>1</v></c>',
    "an end tag of another element": '<c r="B1"><v>1</w></c>',
    "an unknown entity": '<c r="B1" t="str"><v>&nbsp;</v></c>',
    "text between cells": '<c r="B1"/>text',
    "an attribute without quotes": '<c r="B1"/><c r=C1/>',
  };
  for (const [what, cells] of Object.entries(cases)) {
    const result = await outcome(workbook(sheetOf(cells)));
    expect([what, (result as WorkbookError).fault]).toEqual([what, "corrupt"]);
    expect((result as WorkbookError).reason).toMatch(/near cell [BC]1$/);
  }
});

test("elements nested without end are refused", async () => {
  expect(await fault(workbook(worksheet("<a>".repeat(100_000))))).toBe("corrupt");
});

test("a folder, a missing file and an empty one are refused by name", async () => {
  expect(await outcome(import.meta.dir)).toMatchObject({ fault: "unreadable" });
  expect(await outcome(join(import.meta.dir, "no-such.xlsx"))).toMatchObject({ fault: "unreadable" });
  expect(await outcome({ name: "empty.xlsx", bytes: new Uint8Array(0) })).toMatchObject({
    fault: "not-a-workbook",
  });
  expect(await outcome({ name: "~$open.xlsx", bytes: Buffer.from("\u0007author") })).toMatchObject({
    fault: "not-a-workbook",
  });
});

test("a document of another kind is named", async () => {
  const page = await outcome({ name: "report.xls", bytes: Buffer.from("<html><table></table></html>") });
  expect((page as WorkbookError).reason).toContain("a web page");
});
