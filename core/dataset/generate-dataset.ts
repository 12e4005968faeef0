/** Writes a dataset of generated workbooks, of any size. An interrupted run continues where it stopped. */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { UserError } from "../base/problem.ts";
import { encodeWorkbook } from "../excel/write/write-workbook.ts";
import { replaceFolder } from "../files/draft-folder.ts";
import { fileSize } from "../files/file-state.ts";
import { acquireFolderLock } from "../files/folder-lock.ts";
import {
  GENERATOR_VERSION,
  type GeneratedWorkbook,
  generateWorkbook,
} from "../synthesis/generate-workbook.ts";
import { annotationLine } from "./annotation-line.ts";
import { inspectAnnotations, readAnnotationText } from "./annotations.ts";
import { type DatasetPaths, datasetPaths } from "./locate-dataset.ts";

export interface GenerateOptions {
  /** Workbooks to write. */
  readonly count: number;
  readonly seed: number;
  /** True: a dataset of this name is replaced once the new one is complete. */
  readonly replace?: boolean;
  /** Aborted: the promise is rejected with its reason. What is written stays for the next run. */
  readonly signal?: AbortSignal;
  readonly onWorkbook?: (done: number) => void;
}

/** What was written. */
export interface GeneratedDataset {
  readonly dataset: string;
  readonly folder: string;
  readonly workbooks: number;
  readonly sheets: number;
  readonly tables: number;
  /** Workbooks that an earlier, interrupted run had written already. */
  readonly reused: number;
  /** True if the same dataset was complete before. */
  readonly wasThere: boolean;
}

/** `annotations/generator.json`: equal records mean equal datasets. */
interface GeneratorRecord {
  readonly generator: "generate";
  readonly version: number;
  readonly seed: number;
  readonly count: number;
}

/**
 * Writes `{root}/{name}` into a folder beside it and renames that once it is complete.
 *
 * @throws {UserError} Exit code 2 if there is another dataset of that name. Exit code 1 if the folder
 *   cannot be written, or another process is writing it.
 */
export async function generateDataset(
  root: string,
  name: string,
  options: GenerateOptions,
): Promise<GeneratedDataset> {
  const { count, seed, replace = false } = options;
  const final = datasetPaths(root, name);
  const record: GeneratorRecord = { generator: "generate", version: GENERATOR_VERSION, seed, count };
  const there = existsSync(final.folder);
  const isWhole = fileSize(final.annotations) !== null && isSame(readRecord(final.folder), record);
  if (isWhole) return describe(final, record, 0, true);
  if (there && !replace) throw nameTaken(final);
  // Runs of the same command find the same draft.
  const draft = join(resolve(root), `.${name}-v${GENERATOR_VERSION}-s${seed}-n${count}.draft`);
  try {
    mkdirSync(join(draft, "files"), { recursive: true });
    mkdirSync(join(draft, "annotations"), { recursive: true });
    const lock = acquireFolderLock(draft, "generate");
    try {
      const { lines, reused } = await writeWorkbooks(draft, options);
      writeFileSync(join(draft, "annotations", "annotations.jsonl"), lines.join(""));
      writeFileSync(recordPath(draft), `${JSON.stringify(record, null, 2)}\n`);
      lock.release();
      if (replace) replaceFolder(draft, final.folder);
      else if (existsSync(final.folder))
        throw nameTaken(final); // somebody made it meanwhile
      else renameSync(draft, final.folder);
      return describe(final, record, reused, false);
    } finally {
      lock.release();
    }
  } catch (cause) {
    const code = (cause as { code?: unknown }).code;
    if (typeof code !== "string" || cause instanceof UserError || options.signal?.aborted) throw cause;
    const got = (cause as Error).message;
    const expected = "a folder in which files can be made";
    const fix = "name another folder with --root <folder>; the same command then continues where it stopped";
    throw new UserError(
      { file: final.folder, message: "Cannot write the dataset", expected, got, fix },
      { cause },
    );
  }
}

/**
 * The file name of workbook `index`, from 0. It is the same in a dataset of any size, so that the workbook
 * stays in its split.
 */
export function workbookName(index: number, digits = 6): string {
  return `synthetic_${String(index + 1).padStart(digits, "0")}.xlsx`;
}

/** The lines of `annotations.jsonl` for a workbook's sheets, each with its line feed. */
export function annotationLines(fileName: string, { layout, tables }: GeneratedWorkbook): string[] {
  return layout.sheets.map(({ name }, at) =>
    annotationLine({ fileName, sheetName: name, splitCode: null, regions: tables[at]! }),
  );
}

async function writeWorkbooks(
  draft: string,
  { count, seed, signal, onWorkbook }: GenerateOptions,
): Promise<{ lines: string[]; reused: number }> {
  const lines: string[] = [];
  let reused = 0;
  for (let index = 0; index < count; index++) {
    signal?.throwIfAborted();
    const fileName = workbookName(index);
    const path = join(draft, "files", fileName);
    const workbook = generateWorkbook(seed, index);
    lines.push(...annotationLines(fileName, workbook));
    if (isWholeZip(path)) reused++;
    else {
      // Renamed once written: a file under its final name is complete.
      writeFileSync(`${path}.tmp`, encodeWorkbook(workbook.layout));
      renameSync(`${path}.tmp`, path);
    }
    onWorkbook?.(index + 1);
    await setImmediate(); // gives signals and the screen a turn
  }
  return { lines, reused };
}

/** True if the file ends as a ZIP archive does. After a loss of power it may not. */
function isWholeZip(path: string): boolean {
  if (fileSize(path) === null) return false;
  const bytes = readFileSync(path);
  return bytes.length > 22 && bytes.readUInt32LE(bytes.length - 22) === 0x06054b50;
}

function describe(
  final: DatasetPaths,
  { count }: GeneratorRecord,
  reused: number,
  wasThere: boolean,
): GeneratedDataset {
  const text = readAnnotationText(final.annotations);
  const { annotations } = inspectAnnotations(text, final.annotations);
  return {
    dataset: final.name,
    folder: final.folder,
    workbooks: count,
    sheets: annotations.length,
    tables: annotations.reduce((sum, { regions }) => sum + regions.length, 0),
    reused,
    wasThere,
  };
}

function readRecord(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(recordPath(folder), "utf8"));
  } catch {
    return null;
  }
}

function isSame(found: unknown, record: GeneratorRecord): boolean {
  return JSON.stringify(found) === JSON.stringify(record);
}

function nameTaken({ folder, name }: DatasetPaths): UserError {
  return new UserError(
    {
      file: folder,
      message: `Cannot generate ${JSON.stringify(name)}: there is another folder of that name`,
      fix: "--name another one, or --replace to put the new dataset in its place",
    },
    { exitCode: 2 },
  );
}

function recordPath(folder: string): string {
  return join(folder, "annotations", "generator.json");
}
