/** Detects the format of a workbook by its first bytes. */

import type { ByteSource } from "./byte-source.ts";
import { CompoundFile, CompoundFileFault } from "./compound-file.ts";
import { WorkbookError } from "./workbook-error.ts";
import { isLockFile, workbookKind } from "./workbook-names.ts";

/** `zip` is an archive whose parts decide: .xlsx, .xlsb or .ods. */
export type WorkbookFormat = "zip" | "xlsx" | "csv" | "xls" | "xlsb" | "ods";

/** The first bytes of compound files: old Office formats, and encrypted new ones. */
const COMPOUND_FILE = "d0cf11e0a1b11ae1";
/** The name of the content of an encrypted workbook, in UTF-16 ([MS-OFFCRYPTO] 1.3.2). */
const ENCRYPTED_PACKAGE = Buffer.from("EncryptedPackage", "utf16le");

/** The streams of old workbooks: of Excel 97 and later, and of Excel 5 ([MS-XLS] 2.1.2). */
const WORKBOOK_STREAMS = ["Workbook", "Book"];
/** The largest old workbook whose directory is read here: it is held in memory for that. */
const MOST_CHECKED_BYTES = 256 * 2 ** 20;

const CHUNK_BYTES = 4 * 2 ** 20;

/**
 * The format of a file. A text is recognised by the ending of its name, everything else by its bytes.
 *
 * @throws {WorkbookError} `encrypted` for a workbook with a password, `not-a-workbook` for a file
 *   that is not a workbook, `corrupt` for a compound file without a workbook in it.
 */
export function detectFormat(source: ByteSource): WorkbookFormat {
  const file = source.name;
  const start = source.read(0, 8);
  if (start.length >= 4 && start.readUInt32BE(0) === 0x504b0304) return "zip";
  if (isEncrypted(source)) throw passwordError(file);
  if (isCompound(start)) {
    checkCompound(source);
    return "xls";
  }
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  if (isLockFile(name)) {
    throw new WorkbookError("not-a-workbook", {
      file,
      reason: "it is the lock file that Excel leaves beside an open workbook",
      fix: "close the workbook, or delete this file",
    });
  }
  if (workbookKind(name) === "text") return "csv";
  if (source.size === 0) throw new WorkbookError("not-a-workbook", { file, reason: "the file is empty" });
  throw new WorkbookError("not-a-workbook", {
    file,
    reason: `it is ${describe(start)}, not an archive of XML parts`,
    fix: "open it in Excel or LibreOffice and save it as .xlsx",
  });
}

/**
 * True for an encrypted workbook of the new formats: a compound file that names its encrypted content. It is
 * read a few megabytes at a time.
 */
export function isEncrypted(source: ByteSource): boolean {
  if (!isCompound(source.read(0, 8))) return false;
  for (let at = 0; at < source.size; at += CHUNK_BYTES) {
    const chunk = source.read(at, CHUNK_BYTES + ENCRYPTED_PACKAGE.length);
    if (chunk.includes(ENCRYPTED_PACKAGE)) return holdsPackage(source);
  }
  return false;
}

/** False if the name is but a text in a cell of an old workbook. */
function holdsPackage(source: ByteSource): boolean {
  if (source.size > MOST_CHECKED_BYTES) return true;
  try {
    return new CompoundFile(source.read(0, source.size)).has(ENCRYPTED_PACKAGE.toString("utf16le"));
  } catch (error) {
    if (!(error instanceof CompoundFileFault)) throw error;
    return true; // broken, so that nobody can tell
  }
}

/** The error for a workbook whose password is not known. */
export function passwordError(file: string): WorkbookError {
  return new WorkbookError("encrypted", {
    file,
    reason: "it is protected by a password",
    fix: "open it in Excel or LibreOffice and save it without a password",
  });
}

/** LibreOffice reads junk behind these first bytes as text, and would find an empty workbook. */
function checkCompound(source: ByteSource): void {
  if (source.size > MOST_CHECKED_BYTES) return;
  const file = source.name;
  const fix = "get the file again, or open it in Excel or LibreOffice and save it as .xlsx";
  let compound: CompoundFile;
  try {
    compound = new CompoundFile(source.read(0, source.size));
  } catch (cause) {
    if (!(cause instanceof CompoundFileFault)) throw cause;
    const reason = `it begins as an .xls file, but is broken: ${cause.message}`;
    throw new WorkbookError("corrupt", { file, reason, fix, cause });
  }
  if (WORKBOOK_STREAMS.some((name) => compound.has(name))) return;
  throw new WorkbookError("corrupt", {
    file,
    reason: "it begins as an .xls file, but holds no workbook",
    fix,
  });
}

function isCompound(start: Buffer): boolean {
  return start.toString("hex") === COMPOUND_FILE;
}

function describe(start: Buffer): string {
  const text = start.toString("latin1").trimStart().toLowerCase();
  if (start.every((byte) => byte === 0)) return "a file of zero bytes";
  if (text.startsWith("<htm") || text.startsWith("<!doc")) return "a web page";
  if (text.startsWith("<?xml")) return "a single XML file";
  if (text.startsWith("%pdf")) return "a PDF document";
  return `some other kind of file (it begins with the bytes ${start.toString("hex")})`;
}
