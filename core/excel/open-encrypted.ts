/** Opens encrypted workbooks that need no password of the user's. */

import { ByteSource } from "./byte-source.ts";
import { decryptPackage } from "./decrypt-package.ts";
import { passwordError } from "./detect-format.ts";
import type { ReadLimits } from "./read-limits.ts";
import type { ReadingNotes } from "./reading-note.ts";
import { WorkbookError } from "./workbook-error.ts";

/** The password with which Excel encrypts a workbook whose structure alone is protected. It asks nobody. */
const DEFAULT_PASSWORD = "VelvetSweatshop";
/** The largest encrypted workbook that is read: it is held in memory twice. */
const MOST_ENCRYPTED_BYTES = 256 * 2 ** 20;
/** The first bytes of an archive. */
const ZIP_START = 0x504b0304;

/**
 * The archive of a workbook that is encrypted with Excel's default password. Closes the file itself.
 *
 * @throws {WorkbookError} `encrypted` for another password.
 */
export function openEncrypted(source: ByteSource, limits: ReadLimits, notes: ReadingNotes): ByteSource {
  const file = source.name;
  if (source.size > Math.min(MOST_ENCRYPTED_BYTES, limits.maxTotalBytes)) {
    throw new WorkbookError("too-large", { file, reason: "it is encrypted and larger than 256 MiB" });
  }
  const archive = decryptPackage(source.read(0, source.size), DEFAULT_PASSWORD);
  if (archive === null) throw passwordError(file);
  if (archive.length < 4 || archive.readUInt32BE(0) !== ZIP_START) {
    throw new WorkbookError("corrupt", { file, reason: "what it holds in encrypted form is no archive" });
  }
  source.close();
  notes.add("default-password", null);
  return ByteSource.open({ name: file, bytes: archive });
}
