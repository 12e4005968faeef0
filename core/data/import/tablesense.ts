/** A dataset from the public TableSense annotations and the archive with their workbooks. */

import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ByteSource } from "../../excel/byte-source.ts";
import { detectFormat } from "../../excel/detect-format.ts";
import { convertToXlsx } from "../../excel/office-conversion.ts";
import { formatRange, type Range } from "../../excel/range.ts";
import { featureCacheFolder, type SheetGrid } from "../../features/load-grids.ts";
import { UserError } from "../../problem.ts";
import { annotationLine } from "../annotation-line.ts";
import { readWorkbooks } from "../reading/read-workbooks.ts";
import type { DatasetDraft } from "./dataset-draft.ts";
import { portableNames } from "./file-names.ts";
import type { ImportNote, ImportResult } from "./import-result.ts";
import { type Candidate, FileMatcher, looseKey } from "./match-files.ts";
import { mendLabel } from "./mend-label.ts";
import { readTableSenseLines, type TableSenseLine } from "./tablesense-lines.ts";
import { unpackArchive } from "./unpack-archive.ts";

export interface TableSenseOptions {
  readonly maxRows: number;
  readonly maxCols: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** LibreOffice's program; null for none. @default the one on the path */
  readonly soffice?: string | null;
  /** Told how far the archive is read, 0 … 1. */
  readonly onUnpack?: (share: number) => void;
  /** Told how many workbooks there are, once the archive is read. */
  readonly onStart?: (workbooks: number) => void;
  /** Called once a workbook is read. */
  readonly onWorkbook?: () => void;
}

/** A workbook of the archive, and the lines about it. */
interface Source {
  readonly file: Candidate;
  readonly lines: TableSenseLine[];
}

/**
 * @param annotations The path of `annotations.jsonl` as published.
 * @returns The lines of the dataset's annotations, and what was mended and left out.
 * @throws {UserError} If the archive or the annotations cannot be read at all.
 */
export async function importTableSense(
  archive: string,
  annotations: string,
  draft: DatasetDraft,
  options: TableSenseOptions,
): Promise<{ lines: string[]; result: ImportResult }> {
  const { signal, onUnpack, onStart } = options;
  const read = readTableSenseLines(readText(annotations));
  const wanted = new Set(read.lines.flatMap(({ names }) => names.map(looseKey)));
  const candidates = await unpackArchive(archive, {
    isWanted: (name) => wanted.has(looseKey(name)),
    into: draft.scratch,
    ...(signal ? { signal } : {}),
    ...(onUnpack ? { onProgress: onUnpack } : {}),
  });
  const log = new ImportLog(read.leftOut, read.lines);
  const sources = matchLines(read.lines, candidates, log);
  onStart?.(sources.length);
  const fileNames = await placeWorkbooks(sources, draft, log, options);
  const labels = await readLabels(sources, fileNames, draft, log, options);

  const used = new Set(labels.map(({ fileName }) => fileName));
  for (const name of fileNames) if (name !== null && !used.has(name)) rmSync(draft.place(name));
  return {
    lines: labels.map(({ fileName, sheetName, line, regions }) =>
      annotationLine({
        fileName,
        sheetName,
        splitCode: line.splitCode,
        regions,
        more: { source: line.source, label_origin: "tablesense" },
      }),
    ),
    result: {
      dataset: draft.final.name,
      folder: draft.final.folder,
      workbooks: used.size,
      sheets: labels.length,
      tables: labels.reduce((sum, { regions }) => sum + regions.length, 0),
      mended: log.mended.toSorted(byLine),
      doubtful: [],
      leftOut: log.leftOut.toSorted(byLine),
    },
  };
}

/** Notes on lines, with the names that the lines give. */
class ImportLog {
  readonly mended: ImportNote[];
  readonly leftOut: ImportNote[];

  constructor(leftOut: readonly ImportNote[], lines: readonly TableSenseLine[]) {
    this.leftOut = [...leftOut];
    this.mended = lines.flatMap((line) => line.mended.map((what) => noteOn(line, what)));
  }

  mend(line: TableSenseLine, what: string): void {
    this.mended.push(noteOn(line, what));
  }

  leave(line: TableSenseLine, what: string): void {
    this.leftOut.push(noteOn(line, what));
  }
}

/** Finds the workbook of each line; several lines are about one. */
function matchLines(
  lines: readonly TableSenseLine[],
  candidates: readonly Candidate[],
  log: ImportLog,
): Source[] {
  const matcher = new FileMatcher(candidates, (a, b) => readFileSync(a.path).equals(readFileSync(b.path)));
  const sources = new Map<Candidate, Source>();
  for (const line of lines) {
    const match = matcher.find(line.names);
    if (match.kind === "none") log.leave(line, "the archive lacks the workbook");
    else if (match.kind === "ambiguous") {
      const names = match.files.map(({ name }) => name).join(", ");
      log.leave(line, `the archive has several workbooks of this name: ${names}`);
    } else {
      if (!match.isExact) log.mend(line, `the workbook is called ${match.file.name} in the archive`);
      const source = sources.get(match.file) ?? { file: match.file, lines: [] };
      source.lines.push(line);
      sources.set(match.file, source);
    }
  }
  return [...sources.values()];
}

/**
 * Puts the workbooks into the draft; those in the old format are converted, once instead of at every reading.
 *
 * @returns Each one's name in the dataset, or null if it could not be converted.
 */
async function placeWorkbooks(
  sources: readonly Source[],
  draft: DatasetDraft,
  log: ImportLog,
  { threads, signal, soffice }: TableSenseOptions,
): Promise<(string | null)[]> {
  const names: (string | null)[] = portableNames(sources.map(({ file }) => file.name));
  const queue = [...sources.keys()];
  const work = async () => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      signal?.throwIfAborted();
      const { file, lines } = sources[index]!;
      const name = names[index]!;
      try {
        const converted = await convertIfOld(file.path, soffice);
        if (converted === null) move(file.path, draft.place(name), draft.scratch);
        else {
          names[index] = `${name}.xlsx`; // the old ending stays: `a.xls` and `a.xlsx` may both be there
          writeFileSync(draft.place(`${name}.xlsx`), converted);
          for (const line of lines) log.mend(line, `converted from .xls: ${name}.xlsx`);
        }
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        names[index] = null;
        const { message, fix } = error.problems[0]!;
        for (const line of lines) log.leave(line, fix === undefined ? message : `${message} (${fix})`);
      }
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(threads ?? availableParallelism(), sources.length) }, work),
  );
  return names;
}

async function convertIfOld(path: string, soffice: string | null | undefined): Promise<Uint8Array | null> {
  const bytes = ByteSource.open(path);
  try {
    return detectFormat(bytes) === "xls" ? await convertToXlsx(bytes, "xls", soffice) : null;
  } finally {
    bytes.close();
  }
}

/** Unpacked files are ours to move; those of a folder that the user named stay where they are. */
function move(from: string, to: string, scratch: string): void {
  if (from.startsWith(scratch)) renameSync(from, to);
  else copyFileSync(from, to);
}

interface Label {
  readonly fileName: string;
  readonly sheetName: string;
  readonly line: TableSenseLine;
  regions: Range[];
}

/** Reads the workbooks and fits the labels to them, in the order of the lines. */
async function readLabels(
  sources: readonly Source[],
  fileNames: readonly (string | null)[],
  draft: DatasetDraft,
  log: ImportLog,
  { maxRows, maxCols, threads, signal, onWorkbook }: TableSenseOptions,
): Promise<Label[]> {
  const placed = [...sources.keys()].filter((index) => fileNames[index] !== null);
  const labels = new Map<string, Label>();
  const sheetsOf = new Map<number, readonly SheetGrid[]>();
  await readWorkbooks(
    placed.map((index) => join(draft.files, fileNames[index]!)),
    {
      grids: { cacheFolder: featureCacheFolder(), maxRows, maxCols },
      keepGrids: false,
      ...(threads === undefined ? {} : { threads }),
      ...(signal === undefined ? {} : { signal }),
      onResult(at, result) {
        const index = placed[at]!;
        onWorkbook?.();
        if (result.kind === "read") {
          sheetsOf.set(index, result.sheets);
          return;
        }
        const { where, message, got } = result.problems[0]!;
        const reason = [message, where && ` (${where})`, got && `: ${got}`].filter(Boolean).join("");
        for (const line of sources[index]!.lines) log.leave(line, reason);
      },
    },
  );
  const all = [...sheetsOf].flatMap(([index, sheets]) =>
    sources[index]!.lines.map((line) => ({ line, sheets, fileName: fileNames[index]! })),
  );
  for (const { line, sheets, fileName } of all.sort((a, b) => a.line.line - b.line.line)) {
    const label = mendLabel(line.sheetName, line.regions, sheets);
    if (label.kind === "left out") {
      log.leave(line, label.reason);
      continue;
    }
    for (const what of label.mended) log.mend(line, what);
    const { sheetName, regions } = label;
    const key = JSON.stringify([fileName, sheetName]);
    const earlier = labels.get(key);
    if (earlier) {
      const known = new Set(earlier.regions.map(formatRange));
      const added = regions.filter((region) => !known.has(formatRange(region)));
      log.mend(
        line,
        added.length === 0
          ? `the same as line ${earlier.line.line}`
          : `joined with line ${earlier.line.line}`,
      );
      earlier.regions.push(...added);
    } else {
      labels.set(key, { fileName, sheetName, line, regions: [...regions] });
    }
  }
  return [...labels.values()];
}

function noteOn({ line, names, sheetName }: TableSenseLine, what: string): ImportNote {
  return { line, where: `${names[0]}, sheet ${JSON.stringify(sheetName)}`, what };
}

function byLine(a: ImportNote, b: ImportNote): number {
  return (a.line ?? 0) - (b.line ?? 0);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new UserError({ file: path, message: "Cannot read the annotations", got }, { cause, exitCode: 2 });
  }
}
