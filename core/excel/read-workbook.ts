/** Reads the worksheets of a file. */

import { ByteSource, type NamedBytes } from "./byte-source.ts";
import { OFFICE_THEME, type Palette } from "./color.ts";
import { readCsv } from "./csv.ts";
import { detectFormat, isEncrypted, type WorkbookFormat } from "./detect-format.ts";
import { convertToXlsx } from "./office-conversion.ts";
import { openEncrypted } from "./open-encrypted.ts";
import { DEFAULT_READ_LIMITS, type ReadLimits } from "./read-limits.ts";
import { type ReadingNote, ReadingNotes } from "./reading-note.ts";
import { type Relationship, readRelationships, readSideRelationships } from "./relationships.ts";
import { SharedStringScanner } from "./shared-strings.ts";
import { readSheetParts, type SheetParts } from "./sheet-parts.ts";
import { MERGE_FIELDS, SheetScanner } from "./sheet-scanner.ts";
import { parseSidePart } from "./side-part.ts";
import { defaultStyles, readStyles, type StyleSheet } from "./styles.ts";
import { TextTable } from "./text-table.ts";
import { readTheme } from "./theme.ts";
import type { BeforeReading, OpenWorkbook, Sheet, SheetEntry, SheetState, Workbook } from "./workbook.ts";
import type { WorkbookError } from "./workbook-error.ts";
import { XmlFault } from "./xml-bytes.ts";
import { XmlReader } from "./xml-reader.ts";
import { ZipPackage } from "./zip-package.ts";

export interface ReadOptions extends Partial<ReadLimits> {
  /**
   * The LibreOffice program that converts `.xls`, `.xlsb` and `.ods`; null to refuse these formats.
   *
   * @default `soffice` or `libreoffice`, if one is on the path
   */
  readonly soffice?: string | null;
  readonly beforeReading?: BeforeReading | undefined;
}

/**
 * Reads a whole workbook: `.xlsx`, `.xlsm`, `.xltx`, `.xltm`, `.csv`, `.tsv`, and `.xls`, `.xlsb` and `.ods`
 * if LibreOffice is installed. The bytes decide on the format, not the name, except for texts.
 *
 * @throws {WorkbookError} With the file, the part and the reason. Whatever the bytes are, no other
 *   error is thrown.
 *
 * @internal Only tests read whole workbooks at once.
 */
export async function readWorkbook(
  source: string | NamedBytes,
  options: ReadOptions = {},
): Promise<Workbook> {
  const workbook = await openWorkbook(source, options);
  try {
    const sheets: Sheet[] = [];
    for (let index = 0; index < workbook.entries.length; index++)
      sheets.push(await workbook.readSheet(index));
    return { file: workbook.file, notes: workbook.notes, sheets };
  } finally {
    workbook.close();
  }
}

/** Like `readWorkbook`, but reads only what all sheets share; `close` the result. */
export async function openWorkbook(
  source: string | NamedBytes,
  options: ReadOptions = {},
): Promise<OpenWorkbook> {
  return await openSource(ByteSource.open(source), options, new ReadingNotes());
}

async function openSource(
  bytes: ByteSource,
  options: ReadOptions,
  notes: ReadingNotes,
): Promise<OpenWorkbook> {
  const limits = { ...DEFAULT_READ_LIMITS, ...options };
  try {
    if (isEncrypted(bytes)) return await openSource(openEncrypted(bytes, limits, notes), options, notes);
    const format = detectFormat(bytes);
    if (format === "csv") return await readCsv(bytes, limits, options.beforeReading);
    if (format !== "zip") return await convert(bytes, format, options);
    const zip = await ZipPackage.open(bytes, limits, notes);
    const { part, format: inside } = findWorkbookPart(zip);
    if (inside !== "xlsx") return await convert(bytes, inside, options);
    return await XlsxWorkbook.open(bytes, zip, part, limits, notes, options.beforeReading);
  } catch (error) {
    bytes.close();
    throw error;
  }
}

/** Converts the file with LibreOffice and opens the result. */
async function convert(
  bytes: ByteSource,
  format: WorkbookFormat,
  options: ReadOptions,
): Promise<OpenWorkbook> {
  const converted = await convertToXlsx(bytes, format, { soffice: options.soffice });
  bytes.close();
  return await openWorkbook({ name: bytes.name, bytes: converted }, { ...options, soffice: null });
}

/** The main part of a package, and the format that it implies. */
function findWorkbookPart(zip: ZipPackage): { part: string; format: WorkbookFormat } {
  if (zip.has("content.xml")) return { part: "content.xml", format: "ods" };
  const main = readRelationships(zip, "").find(({ type }) => type === "officeDocument");
  const part = main?.part ?? "xl/workbook.xml";
  if (part.endsWith(".bin")) return { part, format: "xlsb" };
  if (!zip.has(part)) {
    if (zip.has("xl/workbook.bin")) return { part, format: "xlsb" };
    throw zip.error(
      "corrupt",
      part,
      "the archive lacks the workbook part: it is no workbook, or a broken one",
    );
  }
  return { part, format: "xlsx" };
}

/** The contents of the workbook part. */
interface Contents {
  readonly entries: readonly { name: string; state: SheetState; id: string }[];
  readonly date1904: boolean;
}

class XlsxWorkbook implements OpenWorkbook {
  readonly entries: readonly SheetEntry[];
  readonly notes: readonly ReadingNote[];
  readonly #source: ByteSource;
  readonly #zip: ZipPackage;
  readonly #limits: ReadLimits;
  readonly #strings: TextTable;
  readonly #styles: StyleSheet;
  readonly #palette: Palette;
  readonly #date1904: boolean;

  private constructor(
    source: ByteSource,
    zip: ZipPackage,
    limits: ReadLimits,
    entries: readonly SheetEntry[],
    notes: readonly ReadingNote[],
    shared: { strings: TextTable; styles: StyleSheet; theme: readonly number[]; date1904: boolean },
  ) {
    this.entries = entries;
    this.notes = notes;
    this.#source = source;
    this.#zip = zip;
    this.#limits = limits;
    this.#strings = shared.strings;
    this.#styles = shared.styles;
    this.#palette = { indexed: shared.styles.indexedColors, theme: shared.theme };
    this.#date1904 = shared.date1904;
  }

  static async open(
    source: ByteSource,
    zip: ZipPackage,
    part: string,
    limits: ReadLimits,
    notes: ReadingNotes,
    beforeReading: BeforeReading | undefined,
  ): Promise<XlsxWorkbook> {
    const contents = zip.parse(part, readContents);
    const relationships = readRelationships(zip, part);
    const byType = (type: string) => relationships.find((relationship) => relationship.type === type)?.part;
    const entries = worksheetEntries(zip, part, contents, relationships, notes);
    const side = <T>(type: string, read: (bytes: Uint8Array) => T): T | null => {
      const found = byType(type);
      return found === undefined ? null : parseSidePart(zip, found, notes, read);
    };
    const named = byType("sharedStrings");
    if (entries.length > 0 && named !== undefined)
      await beforeReading?.({ kind: "strings", bytes: zip.size(named) });
    const strings = entries.length === 0 ? null : await readStrings(zip, named, notes);
    const shared = {
      strings: strings ?? new TextTable(),
      styles: side("styles", readStyles) ?? defaultStyles(),
      theme: side("theme", readTheme) ?? OFFICE_THEME,
      date1904: contents.date1904,
    };
    return new XlsxWorkbook(source, zip, limits, entries, notes.list(), shared);
  }

  get file(): string {
    return this.#source.name;
  }

  sheetBytes(index: number): number {
    return this.#zip.size(this.entries[index]!.part!);
  }

  async readSheet(index: number): Promise<Sheet> {
    const { name, state, part } = this.entries[index]!;
    const zip = this.#zip;
    const { maxRows, maxColumns } = this.#limits;
    const capacity = Math.min(zip.size(part!) / 32, maxRows * maxColumns, 2 ** 22);
    const notes = new ReadingNotes();
    const scanner = new SheetScanner(
      this.#strings,
      { rows: maxRows, columns: maxColumns },
      Math.max(16, Math.ceil(capacity)),
      (kind, example) => notes.add(kind, part!, example),
    );
    await zip.scan(part!, scanner);
    const parts = readSheetParts(zip, readSideRelationships(zip, part!, notes), notes);
    return {
      name,
      state,
      part,
      cells: scanner.cells,
      formulas: scanner.formulas,
      texts: scanner.texts,
      strings: this.#strings,
      styles: this.#styles.cells,
      palette: this.#palette,
      date1904: this.#date1904,
      rows: scanner.rows,
      columns: scanner.columns,
      merges: scanner.merges,
      geometry: scanner.geometry,
      ...parts,
      ...extent(scanner, parts),
      valueHeight: scanner.cell.lastRow,
      valueWidth: scanner.cell.lastColumn,
      nonEmptyByStyle: scanner.cell.nonEmptyByStyle,
      notes: notes.list(),
    };
  }

  close(): void {
    this.#source.close();
  }
}

/** The last row and column with more than a style. */
function extent(
  { cell, merges }: SheetScanner,
  { tables, comments }: SheetParts,
): { height: number; width: number } {
  let height = cell.lastRow;
  let width = cell.lastColumn;
  const reach = (row: number, column: number): void => {
    if (row > height) height = row;
    if (column > width) width = column;
  };
  for (let at = 0; at < merges.length; at += MERGE_FIELDS) reach(merges.at(at + 2), merges.at(at + 3));
  for (const { range } of tables) reach(range.bottom, range.right);
  for (const { row, column } of comments) reach(row, column);
  return { height, width };
}

function readContents(bytes: Uint8Array): Contents {
  const xml = new XmlReader(bytes);
  const entries: { name: string; state: SheetState; id: string }[] = [];
  let date1904 = false;
  while (xml.next()) {
    if (xml.event !== "start") continue;
    if (xml.depth === 1 && xml.name !== "workbook") throw new XmlFault("a root element other than workbook");
    if (xml.name === "workbookPr" && xml.depth === 2) date1904 = xml.boolean("date1904", false);
    if (xml.name !== "sheet" || xml.parent !== "sheets" || xml.depth !== 3) continue;
    const state = xml.attribute("state");
    entries.push({
      name: xml.attribute("name") ?? "",
      state: state === "hidden" || state === "veryHidden" ? state : "visible",
      id: xml.attribute("id") ?? "",
    });
  }
  return { entries, date1904 };
}

/** The shared strings; null with a note if the workbook names a part for them that the archive lacks. */
async function readStrings(
  zip: ZipPackage,
  part: string | undefined,
  notes: ReadingNotes,
): Promise<TextTable | null> {
  if (part === undefined) return null;
  if (zip.size(part) === 0) {
    notes.add("missing-part", part);
    return null;
  }
  const scanner = new SharedStringScanner(Math.min(zip.size(part), 2 ** 26));
  await zip.scan(part, scanner);
  scanner.strings.trim();
  return scanner.strings;
}

/**
 * The sheets that have cells. Sheets that the archive lacks are noted and left out.
 *
 * @throws {WorkbookError} If it lacks all of them.
 */
function worksheetEntries(
  zip: ZipPackage,
  part: string,
  { entries }: Contents,
  relationships: readonly Relationship[],
  notes: ReadingNotes,
): SheetEntry[] {
  const byId = new Map(relationships.map((relationship) => [relationship.id, relationship]));
  const worksheets: SheetEntry[] = [];
  let fault: WorkbookError | null = null;
  for (const { name, state, id } of entries) {
    if (id === "") continue; // a module of Visual Basic, which old versions kept as a sheet
    const relationship = byId.get(id);
    if (relationship && relationship.type !== "worksheet") continue;
    if (relationship && zip.size(relationship.part) > 0) {
      worksheets.push({ name, state, part: relationship.part });
      continue;
    }
    notes.add("missing-sheet", relationship?.part ?? part, name);
    fault ??= relationship
      ? zip.error(
          "corrupt",
          relationship.part,
          `the archive lacks this part, which holds the sheet "${name}"`,
        )
      : zip.error("corrupt", part, `the sheet "${name}" refers to no part`);
  }
  if (fault !== null && worksheets.length === 0) throw fault;
  return worksheets;
}
