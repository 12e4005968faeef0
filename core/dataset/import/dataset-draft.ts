/** A dataset that is being written: it gets its name once it is whole. */

import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../base/problem.ts";
import { processStart } from "../../files/process-identity.ts";
import { type DatasetPaths, datasetPaths } from "../locate-dataset.ts";
import { SYNTHETIC } from "../synthetic-dataset.ts";

const DRAFT = /^\.import-(\d+)-[0-9a-f]{8}(-old)?\.tmp$/;

/** Call `commit` or `discard` in the end. */
export class DatasetDraft {
  /** Where the dataset will be. */
  readonly final: DatasetPaths;
  /** Where its workbooks go meanwhile. */
  readonly files: string;
  /** For whatever is needed on the way; gone with `commit`. */
  readonly scratch: string;
  readonly #folder: string;

  /**
   * @param replace True: a dataset of this name is replaced by `commit`.
   * @throws {UserError} Exit code 2: no name for a dataset, or there is one of that name; 1: the folder cannot be written.
   */
  constructor(root: string, name: string, replace: boolean) {
    this.final = datasetPaths(root, name);
    checkDatasetName(name);
    if (!replace && existsSync(this.final.folder)) {
      const message = `Cannot import into ${JSON.stringify(name)}: there is a folder of that name`;
      const fix = "--name another one, or --replace to put the new dataset in its place";
      throw new UserError({ file: this.final.folder, message, fix }, { exitCode: 2 });
    }
    const absoluteRoot = resolve(root);
    this.#folder = join(absoluteRoot, `.import-${process.pid}-${randomUUID().slice(0, 8)}.tmp`);
    this.files = join(this.#folder, "files");
    this.scratch = join(this.#folder, "scratch");
    try {
      mkdirSync(absoluteRoot, { recursive: true });
      removeAbandoned(absoluteRoot);
      for (const folder of [this.files, this.scratch, join(this.#folder, "annotations")]) {
        mkdirSync(folder, { recursive: true });
      }
    } catch (cause) {
      throw cannotWrite(absoluteRoot, cause);
    }
  }

  /** Makes the folder for a file of the dataset. @returns The file's path. */
  place(fileName: string): string {
    const path = join(this.files, fileName);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  /**
   * Writes the annotations, and beside them what else there is to say, and gives the dataset its name.
   *
   * @param lines Of `annotations.jsonl`, each with its line feed.
   * @param report The text of `import-report.txt`.
   */
  commit(lines: readonly string[], report: string): void {
    const old = `${this.#folder.slice(0, -".tmp".length)}-old.tmp`;
    try {
      rmSync(this.scratch, { recursive: true, force: true });
      writeFileSync(join(this.#folder, "annotations", "annotations.jsonl"), lines.join(""));
      writeFileSync(join(this.#folder, "annotations", "import-report.txt"), report);
      if (existsSync(this.final.folder)) renameSync(this.final.folder, old);
      renameSync(this.#folder, this.final.folder);
      rmSync(old, { recursive: true, force: true });
    } catch (cause) {
      throw cannotWrite(this.final.folder, cause);
    }
  }

  /** Removes what was written. Does nothing after `commit`. */
  discard(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** @throws {UserError} Exit code 2: no name for a folder, or that of the built-in dataset. */
export function checkDatasetName(name: string): void {
  const isName = /^[^./\\:*?"<>|\s][^/\\:*?"<>|]*$/.test(name);
  if (isName && name !== SYNTHETIC) return;
  throw new UserError(
    {
      where: "command line",
      message: "Cannot use --name",
      expected: isName
        ? "another name than that of the built-in dataset"
        : "a name that can be a folder's: none of / \\ : * ? \" < > |",
      got: name,
    },
    { exitCode: 2 },
  );
}

/** Removes drafts of processes that are no more. */
function removeAbandoned(root: string): void {
  for (const name of readdirSync(root)) {
    const match = DRAFT.exec(name);
    if (match && processStart(Number(match[1])) === undefined) {
      rmSync(join(root, name), { recursive: true, force: true });
    }
  }
}

function cannotWrite(path: string, cause: unknown): UserError {
  const got = cause instanceof Error ? cause.message : String(cause);
  const expected = "a folder in which files can be made";
  const fix = "name another folder with --data.root=<folder>";
  return new UserError({ file: path, message: "Cannot write the dataset", expected, got, fix }, { cause });
}
