/** A dataset that is being written. It gets its name once it is complete. */

import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../base/problem.ts";
import { shownPath, systemPath } from "../../base/system-path.ts";
import { DraftFolder } from "../../files/draft-folder.ts";
import { type DatasetPaths, datasetPaths } from "../locate-dataset.ts";
import { SYNTHETIC } from "../synthetic-dataset.ts";
import { checkReplaceable, contentsOf } from "./check-replaceable.ts";
import { IMPORT_REPORT, IMPORTED_LABELS, labelsSum } from "./import-result.ts";

/**
 * Put workbooks into it with `copy`, `move` and `write`, then call `commit` or `discard`. Names of files are
 * paths under `files`, with forward slashes.
 */
export class DatasetDraft {
  /** Where the dataset will be. */
  readonly final: DatasetPaths;
  /** Where its workbooks are until then. */
  readonly files: string;
  /** A folder for temporary files, which `commit` removes. */
  readonly scratch: string;
  readonly #draft: DraftFolder;
  readonly #replace: boolean;

  /**
   * @param replace True: a dataset of this name that an import made is replaced by `commit`.
   * @throws {UserError} Exit code 2 if the name cannot be used or is taken, or if a dataset that no import
   *   made would be replaced; 1 if the folder cannot be
   *   written.
   */
  constructor(root: string, name: string, replace: boolean) {
    this.final = datasetPaths(root, name);
    this.#replace = replace;
    checkDatasetName(name);
    this.#checkPlace();
    try {
      this.#draft = new DraftFolder(this.final.folder);
      this.files = join(this.#draft.path, "files");
      this.scratch = join(this.#draft.path, "scratch");
      for (const folder of [this.files, this.scratch, join(this.#draft.path, "annotations")])
        mkdirSync(folder);
    } catch (cause) {
      throw cannotWrite(resolve(root), cause);
    }
  }

  /** Copies a file into the dataset. @throws {UserError} If it cannot be written. */
  copy(from: string, fileName: string): void {
    this.#put(fileName, (path) => copyFileSync(systemPath(from), path));
  }

  /** Moves a file of `scratch` into the dataset. @throws {UserError} If it cannot be written. */
  move(from: string, fileName: string): void {
    this.#put(fileName, (path) => renameSync(from, path));
  }

  /** Writes a file of the dataset. @throws {UserError} If it cannot be written. */
  write(fileName: string, bytes: Uint8Array): void {
    this.#put(fileName, (path) => writeFileSync(path, bytes));
  }

  /** Removes a file of the dataset. */
  remove(fileName: string): void {
    rmSync(join(this.files, fileName));
  }

  #checkPlace(): void {
    const { final } = this;
    if (this.#replace) checkReplaceable(final);
    else if (existsSync(final.folder)) {
      const message = `Cannot import into ${JSON.stringify(final.name)}: there is a folder of that name`;
      const fix = "--name another one, or --replace to put the new dataset in its place";
      throw new UserError({ file: final.folder, message, got: contentsOf(final), fix }, { exitCode: 2 });
    }
  }

  #put(fileName: string, write: (path: string | Buffer) => void): void {
    const path = join(this.files, fileName);
    try {
      mkdirSync(systemPath(dirname(path)), { recursive: true });
      write(systemPath(path));
    } catch (cause) {
      throw cannotWrite(this.final.folder, cause);
    }
  }

  /**
   * Writes the annotations and the report beside them, and gives the dataset its name.
   *
   * @param lines Of `annotations.jsonl`, each with its line feed.
   * @param report The text of `IMPORT_REPORT`.
   * @throws {UserError} As the constructor: somebody may have made or changed a dataset of this name since.
   */
  commit(lines: readonly string[], report: string): void {
    try {
      rmSync(this.scratch, { recursive: true, force: true });
      const labels = lines.join("");
      const write = (name: string, text: string) =>
        writeFileSync(join(this.#draft.path, "annotations", name), text);
      write("annotations.jsonl", labels);
      write(IMPORT_REPORT, report);
      write(IMPORTED_LABELS, labelsSum(labels));
      this.#checkPlace();
      if (this.#replace) this.#draft.commit();
      else this.#draft.commitAsNew();
    } catch (cause) {
      throw cause instanceof UserError ? cause : cannotWrite(this.final.folder, cause);
    }
  }

  /** Removes what was written. Does nothing after `commit`. */
  discard(): void {
    this.#draft.discard();
  }
}

/**
 * Checks a dataset's name.
 *
 * @throws {UserError} Exit code 2 if no folder can have it, or the built-in dataset has it.
 */
export function checkDatasetName(name: string): void {
  const isName = /^[^./\\:*?"<>|\s][^/\\:*?"<>|]*$/.test(name);
  if (isName && name !== SYNTHETIC) return;
  throw new UserError(
    {
      where: "command line",
      message: "Cannot use --name",
      expected: isName
        ? "another name than that of the built-in dataset"
        : "a name that can be a folder's: none of / \\ : * ? \" < > |, and no dot or blank first",
      got: name,
      fix: "--name another one", // it may be that of a folder, which nobody gave
    },
    { exitCode: 2 },
  );
}

/** The error for a dataset that cannot be written. @param path Its folder, or that of all datasets. */
export function cannotWrite(path: string, cause: unknown): UserError {
  const got = shownPath(cause instanceof Error ? cause.message : String(cause));
  const expected = "a folder in which files can be made";
  const fix = "name another folder with --data.root=<folder>";
  return new UserError({ file: path, message: "Cannot write the dataset", expected, got, fix }, { cause });
}
