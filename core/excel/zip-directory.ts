/** Reads the directory of the zip archive of a workbook. */

import { type Entry, fromBuffer, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";
import type { ByteSource } from "./byte-source.ts";
import type { ReadingNotes } from "./reading-note.ts";
import { WorkbookError, type WorkbookFault } from "./workbook-error.ts";
import { archiveSize, findEndRecord, readArchive } from "./zip-end.ts";

/** A member of the archive, as the directory describes it. */
export type ZipEntry = Entry;

/** The directory of an archive. */
export interface ZipDirectory {
  /** The members by their names in lower case, without folders. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Names, in lower case, of members that occur more than once with different contents. */
  readonly conflicts: ReadonlySet<string>;
}

/**
 * Reads the directory.
 *
 * @param notes Takes what is passed over: bytes behind the archive, members that occur twice.
 * @throws {WorkbookError} If there is no directory, it is broken, names a member outside of the archive, or
 *   has more than `maxMembers` members.
 */
export async function readZipDirectory(
  source: ByteSource,
  maxMembers: number,
  notes: ReadingNotes,
): Promise<ZipDirectory> {
  const entries = new Map<string, Entry>();
  const conflicts = new Set<string>();
  let members = 0;
  const fail = (fault: WorkbookFault, reason: string, cause?: unknown) =>
    new WorkbookError(fault, { file: source.name, reason, cause });
  await new Promise<void>((resolve, reject) => {
    openZip(source, notes, (error, zip) => {
      if (error) {
        reject(fail("corrupt", `the archive's directory is broken or cut off (${error.message})`, error));
        return;
      }
      zip.on("error", (cause: Error) => {
        reject(fail("corrupt", `the archive's directory is broken (${cause.message})`, cause));
      });
      zip.on("end", resolve);
      zip.on("entry", (entry: Entry) => {
        const name = entry.fileName.toLowerCase();
        const twin = entries.get(name);
        if (members >= maxMembers) {
          reject(fail("too-large", `the archive holds more than ${maxMembers} members`));
          return;
        }
        if (!name.endsWith("/")) {
          members++;
          if (twin) notes.add("duplicate-member", entry.fileName);
          else entries.set(name, entry);
          if (twin && !isSame(twin, entry)) conflicts.add(name);
        }
        zip.readEntry();
      });
      zip.readEntry();
    });
  });
  return { entries, conflicts };
}

/** True if two members have the same contents, as far as the directory says. */
function isSame(a: Entry, b: Entry): boolean {
  return a.crc32 === b.crc32 && a.uncompressedSize === b.uncompressedSize;
}

/** Opens the directory from memory, or through the source if the file is too large for that. */
function openZip(
  source: ByteSource,
  notes: ReadingNotes,
  done: (error: Error | null, zip: ZipFile) => void,
): void {
  const options = { lazyEntries: true, validateEntrySizes: true };
  const end = findEndRecord(source);
  try {
    if (end !== null && !end.isExact) {
      notes.add("bytes-behind-archive", null);
      const reader = new ArchiveReader((offset, length) => readArchive(source, end, offset, length));
      fromRandomAccessReader(reader, archiveSize(end), options, done);
    } else if (source.isInMemory) fromBuffer(source.read(0, source.size), options, done);
    else {
      const reader = new ArchiveReader((offset, length) => source.read(offset, length));
      fromRandomAccessReader(reader, source.size, options, done);
    }
  } catch (error) {
    done(error as Error, undefined as never);
  }
}

/** Lets yauzl read parts of a file. */
class ArchiveReader extends RandomAccessReader {
  readonly #read: (offset: number, length: number) => Buffer;

  constructor(read: (offset: number, length: number) => Buffer) {
    super();
    this.#read = read;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    const bytes = this.#read(position, length);
    bytes.copy(buffer, offset);
    setImmediate(done, bytes.length < length ? new Error("unexpected end of the file") : null);
  }

  override close(done: (error: Error | null) => void): void {
    done(null); // the source closes its file itself
  }
}
