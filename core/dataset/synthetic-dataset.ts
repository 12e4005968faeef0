/** The built-in dataset `synthetic`, whose workbooks are written when they are needed first. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { UserError } from "../base/problem.ts";
import { encodeWorkbook } from "../excel/write/write-workbook.ts";
import { DraftFolder } from "../files/draft-folder.ts";
import { fileSize, isFolder, tryStat } from "../files/file-state.ts";
import { GENERATOR_VERSION, generateWorkbook } from "../synthesis/generate-workbook.ts";
import type { SheetLimits } from "../synthesis/sheet/sheet-limits.ts";
import type { LoadProgress } from "./dataset.ts";
import { annotationLines, workbookName } from "./generate-dataset.ts";
import { type DatasetPaths, datasetPaths } from "./locate-dataset.ts";

/** The dataset's name in `data.dataset_names`. */
export const SYNTHETIC = "synthetic";

/** The number of its workbooks and their seed. Both define the dataset; they are no settings of a run. */
export const SYNTHETIC_WORKBOOKS = 100;
export const SYNTHETIC_SEED = 11;
/** Its sheets are small, so that training on it shows something within minutes. */
const SYNTHETIC_LIMITS: SheetLimits = { maxRows: 90, maxColumns: 30 };

/** The record beside the annotations: what wrote the dataset, and the size of each of its files, bytes. */
interface DatasetRecord {
  readonly generator: typeof SYNTHETIC;
  readonly version: number;
  readonly seed: number;
  readonly files: { readonly [fileName: string]: number };
}

export interface SyntheticOptions {
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Aborted: the promise is rejected with its reason, and nothing is left behind. */
  readonly signal?: AbortSignal;
  /** The number of workbooks to write. @default all of the dataset */
  readonly workbooks?: number;
}

/**
 * Writes `{root}/synthetic` unless it is complete and from this version of the generator. It is written
 * into a folder beside it, which is renamed at the end: a killed run leaves no incomplete dataset, and if
 * two runs write at once, one wins.
 *
 * A folder of that name that this program did not write is left alone.
 *
 * @returns Notes for the user: what was written again and why, or what was left alone.
 * @throws {UserError} If the folder cannot be written.
 */
export async function ensureSyntheticDataset(
  root: string,
  options: SyntheticOptions = {},
): Promise<string[]> {
  const count = options.workbooks ?? SYNTHETIC_WORKBOOKS;
  const dataset = datasetPaths(root, SYNTHETIC);
  const { state, why } = inspect(dataset, count);
  if (state === "whole") return [];
  if (state === "foreign") return [`${dataset.folder} was not written by this program: used as it is`];

  let draft: DraftFolder | undefined;
  try {
    draft = new DraftFolder(dataset.folder);
    await write(draft.path, count, options);
    putInPlace(draft, dataset, count);
  } catch (cause) {
    draft?.discard();
    const code = (cause as { code?: unknown }).code;
    if (typeof code !== "string" || options.signal?.aborted) throw cause;
    throw new UserError(
      {
        file: dataset.folder,
        message: "Cannot write the synthetic dataset",
        expected: "a folder in which files can be made",
        got: (cause as Error).message,
        fix: "name another folder with --data.root=<folder>",
      },
      { cause },
    );
  }
  return state === "absent" ? [] : [`${dataset.folder} was written anew: ${why}`];
}

/** What is under the dataset's name. `why` says why it has to be written again. */
function inspect(
  { annotations, files, folder }: DatasetPaths,
  count: number,
): { state: "whole" | "absent" | "foreign" | "outdated"; why?: string } {
  let record: Partial<DatasetRecord>;
  try {
    record = JSON.parse(readFileSync(recordPath(folder), "utf8"));
  } catch {
    return { state: isAbsentOrEmpty(folder) ? "absent" : "foreign" };
  }
  if (record.generator !== SYNTHETIC) return { state: "foreign" };
  const outdated = (why: string) => ({ state: "outdated", why }) as const;
  const [was, is] = [record, { version: GENERATOR_VERSION, seed: SYNTHETIC_SEED }].map(
    ({ version, seed }) => `version ${version}, seed ${seed}`,
  );
  if (was !== is) return outdated(`it came from the generator's ${was}; this is ${is}`);
  const expected = Object.entries(record.files ?? {});
  if (expected.length !== count) return outdated(`it had ${expected.length} workbooks instead of ${count}`);
  if (fileSize(annotations) === null) return outdated("its annotations were missing");
  const damaged = expected.filter(([name, bytes]) => fileSize(join(files, name)) !== bytes);
  if (damaged.length > 0) return outdated(`${damaged.length} of its files were missing or changed`);
  return { state: "whole" };
}

async function write(draft: string, count: number, { onProgress, signal }: SyntheticOptions): Promise<void> {
  mkdirSync(join(draft, "files"));
  mkdirSync(join(draft, "annotations"));
  const lines: string[] = [];
  const files: { [fileName: string]: number } = {};
  for (let index = 0; index < count; index++) {
    signal?.throwIfAborted();
    const fileName = workbookName(index, 4);
    const workbook = generateWorkbook(SYNTHETIC_SEED, index, SYNTHETIC_LIMITS);
    const bytes = encodeWorkbook(workbook.layout);
    writeFileSync(join(draft, "files", fileName), bytes);
    files[fileName] = bytes.length;
    lines.push(...annotationLines(fileName, workbook));
    onProgress?.({ action: "write", dataset: SYNTHETIC, fileName, done: index + 1, total: count });
    await setImmediate(); // gives signals and the screen a turn
  }
  writeFileSync(join(draft, "annotations", "annotations.jsonl"), lines.join(""));
  const record: DatasetRecord = {
    generator: SYNTHETIC,
    version: GENERATOR_VERSION,
    seed: SYNTHETIC_SEED,
    files,
  };
  writeFileSync(recordPath(draft), `${JSON.stringify(record, null, 2)}\n`);
}

/** Gives the finished draft its name, unless another run has written the same dataset meanwhile. */
function putInPlace(draft: DraftFolder, dataset: DatasetPaths, count: number): void {
  const isThere = () => inspect(dataset, count).state === "whole";
  try {
    if (isThere()) draft.discard();
    else draft.commit();
  } catch (error) {
    if (!isThere()) throw error;
    draft.discard();
  }
}

function isAbsentOrEmpty(folder: string): boolean {
  return tryStat(folder) === null || (isFolder(folder) && readdirSync(folder).length === 0);
}

function recordPath(folder: string): string {
  return join(folder, "annotations", "generator.json");
}
