/** The folder of extracted tables, with their index; it appears when it is whole. */

import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { csvLine } from "../base/csv-field.ts";
import { usageError } from "../base/problem.ts";
import { formatRange } from "../base/range.ts";
import { AtomicOutput } from "../files/atomic-output.ts";
import { DraftFolder, removeAbandonedDrafts } from "../files/draft-folder.ts";
import { isFolder } from "../files/file-state.ts";
import type { WrittenTable } from "./extract-workbook.ts";
import { INDEX_NAME } from "./file-names.ts";
import { attemptWrite } from "./write-error.ts";

const INDEX_HEAD = csvLine(
  "workbook,sheet,range,score,header_rows,header_columns,rows,columns,file".split(","),
);

/**
 * Decides whether tables may be written into a folder.
 *
 * @returns Its absolute path, without links.
 * @throws {UserError} Exit code 2 if there is a file of that name, or a folder that is not empty.
 */
export function extractionPlace(named: string): string {
  const path = existsSync(named) ? realpathSync(named) : resolve(named);
  if (!existsSync(path)) return path;
  if (isFolder(path)) {
    removeAbandonedDrafts(path);
    if (readdirSync(path).length === 0) return path;
  }
  throw usageError({
    file: named,
    message: "Cannot write the tables there: it would replace what is there",
    expected: "a folder that is new or empty",
    got: isFolder(path) ? "a folder with something in it" : "a file",
    fix: "--extract another folder, or remove this one first",
  });
}

/**
 * Write the workbooks into folders below `path`, `add` their tables in the order of the index, and `commit`.
 * `using` discards what was not committed.
 */
export class ExtractionFolder implements Disposable {
  readonly #draft: DraftFolder;
  /** Whether the folder was there before. */
  readonly #isThere: boolean;
  readonly #index: AtomicOutput;
  #tables = 0;

  /** @throws {ExtractionWriteError} If it cannot be made. */
  constructor(final: string) {
    this.#isThere = isFolder(final);
    this.#draft = attemptWrite(final, () => new DraftFolder(final, this.#isThere));
    try {
      this.#index = attemptWrite(final, () => new AtomicOutput(join(this.#draft.path, INDEX_NAME)));
      this.#write(INDEX_HEAD);
    } catch (error) {
      this.#draft.discard();
      throw error;
    }
  }

  /** Where the tables are written until `commit`. */
  get path(): string {
    return this.#draft.path;
  }

  /** How many tables the index has. */
  get tables(): number {
    return this.#tables;
  }

  /** Adds the tables of a workbook to the index. @param folder The workbook's folder, relative to `path`. */
  add(folder: string, tables: readonly WrittenTable[]): void {
    this.#tables += tables.length;
    for (const { workbook, sheet, range, score, headerRows, headerColumns, file } of tables) {
      const size = [range.bottom - range.top + 1, range.right - range.left + 1];
      const numbers = [score, headerRows, headerColumns, ...size].map(String);
      const path = join(folder, file).replaceAll(sep, "/");
      this.#write(csvLine([workbook, sheet, formatRange(range), ...numbers, path]));
    }
  }

  /**
   * Completes the index and gives the folder its name; one that was there gets its contents.
   *
   * @throws {ExtractionWriteError} If that fails, or somebody has put something there meanwhile.
   */
  commit(): void {
    attemptWrite(this.#draft.final, () => {
      this.#index.commit();
      if (this.#isThere) this.#draft.commitWithin(INDEX_NAME);
      else this.#draft.commitAsNew();
    });
  }

  [Symbol.dispose](): void {
    this.#index.abort();
    this.#draft.discard();
  }

  #write(text: string): void {
    attemptWrite(this.#draft.final, () => this.#index.write(Buffer.from(text)));
  }
}
