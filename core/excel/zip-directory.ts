/** Reads the directory of the zip archive of a workbook. */

import { type Entry, fromBuffer, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";
import type { ByteSource } from "./byte-source.ts";
import { WorkbookError, type WorkbookFault } from "./workbook-error.ts";

/** A member of the archive, as the directory describes it. */
export type ZipEntry = Entry;

/**
 * The members of the archive by their names in lower case, without folders.
 *
 * @throws {WorkbookError} If there is no directory, it is broken, names a member twice or outside of the
 *   archive, or has more than `maxMembers` members.
 */
export async function readZipDirectory(
  source: ByteSource,
  maxMembers: number,
): Promise<Map<string, ZipEntry>> {
  const entries = new Map<string, Entry>();
  const fail = (fault: WorkbookFault, reason: string, part?: string, cause?: unknown) =>
    new WorkbookError(fault, { file: source.name, part, reason, cause });
  await new Promise<void>((resolve, reject) => {
    openZip(source, (error, zip) => {
      if (error) {
        reject(
          fail(
            "corrupt",
            `the archive's directory is broken or cut off (${error.message})`,
            undefined,
            error,
          ),
        );
        return;
      }
      zip.on("error", (cause: Error) => {
        reject(fail("corrupt", `the archive's directory is broken (${cause.message})`, undefined, cause));
      });
      zip.on("end", resolve);
      zip.on("entry", (entry: Entry) => {
        const name = entry.fileName.toLowerCase();
        if (entries.has(name)) {
          reject(fail("corrupt", "the archive holds two members of this name", entry.fileName));
        } else if (entries.size >= maxMembers) {
          reject(fail("too-large", `the archive holds more than ${maxMembers} members`));
        } else {
          if (!name.endsWith("/")) entries.set(name, entry);
          zip.readEntry();
        }
      });
      zip.readEntry();
    });
  });
  return entries;
}

/** Opens the directory from memory, or through the source if the file is too large for that. */
function openZip(source: ByteSource, done: (error: Error | null, zip: ZipFile) => void): void {
  const options = { lazyEntries: true, validateEntrySizes: true };
  try {
    if (source.isInMemory) fromBuffer(source.read(0, source.size), options, done);
    else fromRandomAccessReader(new SourceReader(source), source.size, options, done);
  } catch (error) {
    done(error as Error, undefined as never);
  }
}

/** Lets yauzl read parts of a source. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    const bytes = this.#source.read(position, length);
    bytes.copy(buffer, offset);
    setImmediate(done, bytes.length < length ? new Error("unexpected end of the file") : null);
  }

  override close(done: (error: Error | null) => void): void {
    done(null); // the source closes its file itself
  }
}
