/** Makes a dataset of the public TableSense annotations and the archive with their workbooks. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nearestPath } from "../../base/nearest-path.ts";
import { UserError } from "../../base/problem.ts";
import { problemLine } from "../../base/problem-line.ts";
import { formatRange, type Range } from "../../base/range.ts";
import { shellWords } from "../../base/shell-words.ts";
import { featureCacheFolder } from "../../features/load-grids.ts";
import type { SheetGrid } from "../../features/sheet-grid.ts";
import { fileSize } from "../../files/file-state.ts";
import { annotationLine } from "../annotation-line.ts";
import { readWorkbooks } from "../reading/read-workbooks.ts";
import type { DatasetDraft } from "./dataset-draft.ts";
import type { ImportNote, ImportResult } from "./import-result.ts";
import { type Candidate, FileMatcher, looseKey } from "./match-files.ts";
import { mendLabel } from "./mend-label.ts";
import { placeWorkbooks } from "./place-workbooks.ts";
import { readTableSenseLines, type TableSenseLine } from "./tablesense-lines.ts";
import { unpackArchive } from "./unpack-archive.ts";

export interface TableSenseOptions {
  readonly maxRows: number;
  readonly maxCols: number;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** LibreOffice's program; null: it is not used. @default the one on the path */
  readonly soffice?: string | null;
  /** Called with the share of the archive that is read, 0 … 1. */
  readonly onUnpack?: (share: number) => void;
  /** Called before the workbooks are converted, and again before they are read. */
  readonly onStart?: (action: "converting" | "reading", workbooks: number) => void;
  /** Called once a workbook is read; `share` of all the bytes is read then, 0 … 1. */
  readonly onWorkbook?: (share: number) => void;
}

/** A workbook of the archive, and the lines about it. */
interface Source {
  readonly file: Candidate;
  readonly lines: TableSenseLine[];
}

/**
 * Unpacks the workbooks that the lines name, converts old ones, and fits the labels to the sheets.
 *
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
    dataset: draft.final.folder,
    ...(signal ? { signal } : {}),
    ...(onUnpack ? { onProgress: onUnpack } : {}),
  });
  const log = new ImportLog(read.leftOut, read.lines);
  const sources = matchLines(read.lines, candidates, log);
  onStart?.("converting", sources.length);
  const files = sources.map(({ file }) => file);
  const placed = await placeWorkbooks(files, draft, {
    ...options,
    ...(options.onWorkbook ? { onPlaced: options.onWorkbook } : {}),
  });
  for (const [index, workbook] of placed.entries()) {
    for (const line of sources[index]!.lines) {
      if (workbook.fileName === null) log.leave(line, workbook.reason);
      else if (workbook.isConverted) log.mend(line, `converted from .xls: ${workbook.fileName}`);
    }
  }
  const fileNames = placed.map(({ fileName }) => fileName);
  onStart?.("reading", fileNames.filter((name) => name !== null).length);
  const labels = await readLabels(sources, fileNames, draft, log, options);

  const used = new Set(labels.map(({ fileName }) => fileName));
  for (const name of fileNames) if (name !== null && !used.has(name)) draft.remove(name);
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

/** Collects notes on lines. */
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

/** Finds the workbook of each line. Several lines may be about one workbook. */
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
      threads,
      signal,
      onResult(at, result, share) {
        const index = placed[at]!;
        onWorkbook?.(share);
        if (result.kind === "read") {
          sheetsOf.set(index, result.sheets);
          return;
        }
        const reason = problemLine(result.problems[0]!);
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
    const expected = "the annotations as published: a text with one JSON object per line";
    const got = cause instanceof Error ? cause.message : String(cause);
    const close = nearestPath(path, (each) => fileSize(each) !== null);
    const fix = close === null ? "check the path after --annotations" : shellWords(["--annotations", close]);
    const problem = { file: path, message: "Cannot read the annotations", expected, got, fix };
    throw new UserError(problem, { cause, exitCode: 2 });
  }
}
