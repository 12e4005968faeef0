/**
 * Mutates workbooks and reads them: each has to be read or refused with a WorkbookError, within two seconds
 * of CPU; a mutated sheet that is still well-formed has to read as saxes reads it.
 *
 * usage: bun tests/excel/fuzz.ts [--count 10000] [--seed 1] [FILE.xlsx ...]
 *
 * Without files it takes the small ones of ../shared/data/real/files, or workbooks of its own where that is
 * absent.
 */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Random, randomStream } from "../../core/base/random.ts";
import { ByteSource } from "../../core/excel/byte-source.ts";
import { DEFAULT_READ_LIMITS } from "../../core/excel/read-limits.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { WorkbookError } from "../../core/excel/workbook-error.ts";
import { ZipPackage } from "../../core/excel/zip-package.ts";
import { featuriseSheet } from "../../core/features/featurise.ts";
import { peakMemoryMb } from "../support/peak-memory.ts";
import { relationships, sharedStrings, sheetOf, styles, workbookParts, zip } from "./build-package.ts";
import { readWithSaxes, readWithScanner } from "./sheet-oracle.ts";

const REAL = join(import.meta.dir, "../../../shared/data/real/files");
const SMALL_FILE_BYTES = 30_000;
/** More shared strings than any sheet refers to. */
const MANY_STRINGS = 100_000;

/** What a workbook is mutated from: its members' bytes. */
type Members = [name: string, bytes: Uint8Array][];

export interface FuzzResult {
  cases: number;
  /** Cases that were read all the same, and cases that were refused. */
  read: number;
  refused: number;
  /** Mutated sheets compared with saxes. */
  compared: number;
  slowestSeconds: number;
  peakMegabytes: number;
  readonly failures: string[];
}

/** Runs `count` cases; the same seed gives the same cases. */
export async function fuzz(
  count: number,
  seed: number,
  paths: readonly string[] = seedFiles(),
): Promise<FuzzResult> {
  const bases = paths.length > 0 ? await Promise.all(paths.map(unzip)) : [ownMembers()];
  const result: FuzzResult = {
    cases: 0,
    read: 0,
    refused: 0,
    compared: 0,
    slowestSeconds: 0,
    peakMegabytes: 0,
    failures: [],
  };
  for (let index = 0; index < count; index++) {
    const random = randomStream(seed, "fuzz", index);
    await runCase(random, random.pick(bases), result, `case ${index} of seed ${seed}`);
  }
  result.peakMegabytes = peakMemoryMb();
  return result;
}

async function runCase(random: Random, base: Members, result: FuzzResult, label: string): Promise<void> {
  result.cases++;
  const members: Members = [...base];
  let bytes: Uint8Array;
  let mutated: Members[number] | null = null;
  if (random.chance(0.25)) bytes = mutateBytes(random, zip(members));
  else {
    const target = random.integer(0, members.length - 1);
    const [name, content] = members[target]!;
    mutated = [name, random.chance(0.6) ? mutateXml(random, content) : mutateBytes(random, content)];
    members[target] = mutated;
    bytes = zip(members);
  }
  const before = process.cpuUsage();
  try {
    const { file, sheets } = await readWorkbook(
      { name: "fuzz.xlsx", bytes },
      { soffice: null, maxRows: 2000, maxColumns: 200 },
    );
    for (const sheet of sheets) featuriseSheet(sheet, file, { maxRows: 2000, maxCols: 200 });
    result.read++;
  } catch (error) {
    result.refused++;
    if (!(error instanceof WorkbookError)) result.failures.push(`${label}: ${(error as Error).stack}`);
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  result.slowestSeconds = Math.max(result.slowestSeconds, seconds);
  if (seconds > 2) result.failures.push(`${label}: ${seconds} s of CPU`);
  if (mutated && /worksheets\/[^/]*\.xml$/.test(mutated[0])) compareWithSaxes(mutated[1], result, label);
}

/** Where both readers take the sheet, they have to read the same. */
function compareWithSaxes(bytes: Uint8Array, result: FuzzResult, label: string): void {
  let xml: string;
  try {
    xml = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return;
  }
  const expected = readWithSaxes(xml, MANY_STRINGS);
  const got = readWithScanner(bytes, MANY_STRINGS, bytes.length);
  if (!expected || !got) return;
  result.compared++;
  if (!Bun.deepEquals(got, expected))
    result.failures.push(`${label}: the sheet reads otherwise than saxes reads it`);
}

function mutateBytes(random: Random, source: Uint8Array): Uint8Array {
  if (source.length === 0) return source;
  const bytes = Buffer.from(source);
  const at = random.integer(0, bytes.length - 1);
  const length = Math.min(bytes.length - at, random.integer(1, 64));
  switch (random.integer(0, 4)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 3:
      for (let i = 0; i < length; i++) bytes[at + i] = random.integer(0, 255);
      return bytes;
    default:
      for (let i = random.integer(1, 8); i > 0; i--)
        bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
      return bytes;
  }
}

const SPLICES = [
  "<c>",
  "</c>",
  "<c/>",
  "<row>",
  "</row>",
  '<row r="1048576"/>',
  '<c r="XFD1"><v>1</v></c>',
  "<v>1e999</v>",
  "<v>-0</v>",
  "<!-- -->",
  "<![CDATA[x]]>",
  "<?pi?>",
  "&amp;",
  "&#0;",
  "&x;",
  "&#x10FFFF;",
  '<mergeCell ref="A1:XFD1048576"/>',
  '<f t="shared" si="0"/>',
  '<f t="shared" ref="A1:A9" si="0">A1</f>',
  "<is><t> x </t></is>",
  " ",
  "\u0000",
  "]]>",
  "'",
  '"',
  '<col min="1" max="16384" style="2"/>',
  "<!DOCTYPE a>",
  '<x:c xmlns:x="y"/>',
  "99999999999999999999",
  "-1",
  "é",
  "\ufeff",
]; // prettier-ignore

/** Swaps attribute values and numbers, and puts tags where they do not belong. */
function mutateXml(random: Random, source: Uint8Array): Uint8Array {
  let text = Buffer.from(source).toString();
  for (let i = random.integer(1, 3); i > 0; i--) {
    const from = random.integer(0, text.length);
    const number = /"[^"<>]*"|>[0-9.]+</g;
    number.lastIndex = from;
    const match = random.chance(0.5) ? number.exec(text) : null;
    if (match) {
      const [first, last] = [match[0][0]!, match[0].at(-1)!];
      const value = random.pick([
        "",
        "0",
        "-1",
        "4294967296",
        "1e5",
        "A1:XFD1048576",
        "ZZZZ1",
        "true",
        "sharedString",
        " 7 ",
      ]);
      text = text.slice(0, match.index) + first + value + last + text.slice(match.index + match[0].length);
    } else {
      const tag = text.indexOf("<", from);
      const at = tag < 0 || random.chance(0.3) ? from : tag;
      text = text.slice(0, at) + random.pick(SPLICES) + text.slice(at);
    }
  }
  return Buffer.from(text);
}

function seedFiles(): string[] {
  if (!existsSync(REAL)) return [];
  return readdirSync(REAL)
    .filter((name) => name.endsWith(".xlsx"))
    .map((name) => join(REAL, name))
    .filter((path) => statSync(path).size <= SMALL_FILE_BYTES);
}

async function unzip(path: string): Promise<Members> {
  const source = ByteSource.open({ name: path, bytes: readFileSync(path) });
  const opened = await ZipPackage.open(source, DEFAULT_READ_LIMITS);
  const isRead = (name: string) =>
    /\.(xml|rels)$/.test(name) && !/drawing|media|docProps|printer|calcChain/.test(name);
  return opened
    .names()
    .filter((name) => isRead(name) && opened.size(name) < 200_000)
    .map((name): Members[number] => [name, opened.read(name)]);
}

function ownMembers(): Members {
  const cells = '<c t="s"><v>0</v></c><c s="1"><v>45000.5</v></c><c t="str"><f>A1&amp;"x"</f><v>x</v></c>';
  const parts = workbookParts(
    { Sheet1: sheetOf(cells, cells, cells), Other: sheetOf(cells) },
    {
      "xl/sharedStrings.xml": sharedStrings("<t>one</t>", "<r><t>two</t></r>"),
      "xl/styles.xml": styles({ cellXfs: '<xf numFmtId="0" fontId="0"/><xf numFmtId="14" fontId="0"/>' }),
      "xl/worksheets/_rels/sheet1.xml.rels": relationships(["a", "table", "../tables/table1.xml"]),
      "xl/tables/table1.xml": '<table displayName="T" ref="A1:C3"/>',
    },
  );
  return Object.entries(parts).map(([name, part]) => [name, Buffer.from(part as string)]);
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  const take = (name: string, fallback: number): number => {
    const at = args.indexOf(name);
    return at < 0 ? fallback : Number(args.splice(at, 2)[1]);
  };
  const count = take("--count", 10_000);
  const seed = take("--seed", 1);
  const result = await fuzz(count, seed, args.length > 0 ? args : undefined);
  console.log(JSON.stringify({ ...result, failures: result.failures.length }));
  for (const failure of result.failures.slice(0, 20)) console.log(failure);
  process.exitCode = result.failures.length === 0 ? 0 : 1;
}
