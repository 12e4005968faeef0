/** The file of the labels. This process alone writes it; if an editor does so too, nothing is lost. */

import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../base/problem.ts";
import { acquireFileLock, type FileLock } from "../files/file-lock.ts";
import { followLinks } from "../files/output-place.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";
import { LabelLines, type SheetKey, Spellings } from "./label-lines.ts";
import type { LabelChange } from "./label-messages.ts";
import { changedFields, type LineLabel, readLabel } from "./line-label.ts";

/** The label of a sheet as it is kept. */
export type StoredLabel = LineLabel & { readonly version: number };

/** `conflict`: the change starts from another version, and nothing was written. */
export interface Saved {
  readonly kind: "saved" | "conflict";
  readonly label: StoredLabel;
}

export interface StoreOptions {
  /** Written into changed lines as `labelled_by`; null for nobody. */
  readonly by: string | null;
  /** The time of a change. */
  readonly now: () => Date;
}

/**
 * Life cycle: `openLabelStore` takes the lock and reads the file. Each `save` first reads what another
 * program, such as an editor, has written meanwhile, and then writes the whole file at once. Disposal
 * releases the lock.
 */
export class LabelStore implements Disposable {
  readonly path: string;
  readonly #lock: FileLock;
  readonly #options: StoreOptions;
  readonly #spellings = new Spellings();
  #lines = new LabelLines(Buffer.alloc(0), this.#spellings);
  /** What stood on the disk when the file was read or written last. */
  #seen = "";

  constructor(path: string, lock: FileLock, options: StoreOptions) {
    this.path = path;
    this.#lock = lock;
    this.#options = options;
    this.look();
  }

  /** The sheets that have a line. */
  get keys(): SheetKey[] {
    return this.#lines.keys;
  }

  /** Call it with the sheets of each workbook: neither of "Data" and "Data " takes the line of the other. */
  noteSheets(workbook: string, sheets: readonly string[]): void {
    this.#spellings.note(workbook, sheets);
  }

  get(key: SheetKey): StoredLabel {
    return { ...readLabel(this.#lines.fields(key)), version: versionOf(this.#lines.text(key)) };
  }

  /**
   * Reads the file again if another program has changed it. A file that is gone is written again with the
   * next change, so that nothing is lost.
   *
   * @returns Whether it had changed.
   * @throws {UserError} If it cannot be read.
   */
  look(): boolean {
    const found = stampOf(this.path);
    if (found === null || found === this.#seen) return false;
    try {
      this.#lines = new LabelLines(readFileSync(this.path), this.#spellings);
    } catch (cause) {
      const got = (cause as Error).message;
      throw new UserError({ file: this.path, message: "Cannot read the labels", got }, { cause });
    }
    this.#seen = found;
    return true;
  }

  /**
   * Keeps a change, durably: once this returns, not even a crash of the machine loses it.
   *
   * @throws {UserError} If the file cannot be written; nothing has changed then.
   */
  save(key: SheetKey, change: LabelChange): Saved {
    this.look();
    const current = this.get(key);
    if (isSame(current, change)) return { kind: "saved", label: current };
    if (change.version !== current.version) return { kind: "conflict", label: current };
    const author = { by: this.#options.by, at: this.#options.now().toISOString() };
    const lines = this.#lines.with(key, changedFields(key, this.#lines.fields(key), change, author));
    try {
      writeFileAtomic(this.path, lines.toBytes());
    } catch (cause) {
      throw new UserError(
        {
          file: this.path,
          message: "Cannot write the labels",
          got: (cause as Error).message,
          fix: "make room, or make the file and its folder writable; the page keeps the change and tries again",
        },
        { cause },
      );
    }
    this.#lines = lines;
    this.#seen = stampOf(this.path) ?? "";
    return { kind: "saved", label: this.get(key) };
  }

  [Symbol.dispose](): void {
    this.#lock.release();
  }
}

/**
 * Opens the labels of a folder. The folder of the file is made if it is missing, the file with the first
 * label.
 *
 * @throws {UserError} Exit code 2, if another process holds the file; it is named.
 */
export function openLabelStore(named: string, options: StoreOptions): LabelStore {
  // A link stays one: the file that it leads to is held and written.
  const path = followLinks(named);
  let lock: FileLock;
  try {
    mkdirSync(dirname(path), { recursive: true });
    lock = acquireFileLock(
      path,
      "Cannot write these labels",
      "another process writes these labels: use its page, or end it first",
    );
  } catch (cause) {
    if (cause instanceof UserError) throw new UserError(cause.problems, { exitCode: 2, cause });
    const problem = { file: path, message: "Cannot write labels there", got: (cause as Error).message };
    throw new UserError({ ...problem, fix: "name another file with --output" }, { exitCode: 2, cause });
  }
  try {
    return new LabelStore(path, lock, options);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Whether a change asks for what is there already, as after an answer that was lost on its way. */
function isSame(label: StoredLabel, change: LabelChange): boolean {
  const tables = change.state === "labelled" ? change.tables : [];
  return (
    label.state === change.state &&
    label.state !== "open" &&
    label.note === change.note &&
    label.confidence === change.confidence &&
    label.tables.join() === tables.join()
  );
}

/**
 * The version of a label is a number made of its line, so that it means the same after the server was
 * started again: FNV-1a, 0 without a line.
 */
function versionOf(line: string | null): number {
  if (line === null) return 0;
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(line)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** What tells one state of a file from another; null if there is no file. */
function stampOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.ino} ${found.size} ${found.mtimeNs}`;
}
