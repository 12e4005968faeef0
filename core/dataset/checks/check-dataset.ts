/** Every line of a dataset's annotations against its workbook. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nearest } from "../../base/nearest.ts";
import type { Problem } from "../../base/problem.ts";
import { problemLine } from "../../base/problem-line.ts";
import type { DataOptions } from "../../config/data-options.ts";
import { featureCacheFolder } from "../../features/load-grids.ts";
import type { SheetGrid } from "../../features/sheet-grid.ts";
import { fileSize } from "../../files/file-state.ts";
import { type Annotation, inspectAnnotations } from "../annotations.ts";
import { findWorkbooks } from "../find-workbooks.ts";
import { labelSheet } from "../label-sheet.ts";
import type { DatasetPaths } from "../locate-dataset.ts";
import { type ReadResult, readWorkbooks } from "../reading/read-workbooks.ts";
import { assignSplits, type Split } from "../split.ts";
import { checkRegions } from "./check-regions.ts";

/** What one split comes to. */
export interface SplitCount {
  /** Sheets that can be used. */
  sheets: number;
  workbooks: number;
  tables: number;
  /** Of the sheets, those without a table. */
  withoutTables: number;
  /** Labelled sheets that can't be used. */
  leftOut: number;
}

export interface DatasetCheck {
  readonly dataset: string;
  readonly folder: string;
  readonly splits: Readonly<Record<Split, SplitCount>>;
  /** Lines that training leaves out, or that it refuses to begin with. */
  readonly errors: readonly Problem[];
  /** Lines that are used, but not as they stand or with a doubt. */
  readonly warnings: readonly Problem[];
  /** Workbooks under `files/` that no line is about. */
  readonly unlabelledWorkbooks: readonly string[];
  /** Sheets with content of labelled workbooks that no line is about. */
  readonly unlabelledSheets: number;
}

export interface CheckOptions {
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Told how many workbooks there are, before the first is read. */
  readonly onStart?: (workbooks: number) => void;
  /** Called once a workbook is read; `share` of all the bytes is read then, 0 … 1. */
  readonly onWorkbook?: (share: number) => void;
}

/** A line with its place in the dataset. */
interface Labelled {
  readonly annotation: Annotation;
  readonly split: Split;
}

/**
 * Looks at all lines, also at those after a malformed one, in the way training would.
 *
 * @throws The system's error if the annotations cannot be read.
 */
export async function checkDataset(
  dataset: DatasetPaths,
  data: DataOptions,
  options: CheckOptions = {},
): Promise<DatasetCheck> {
  const text = readFileSync(dataset.annotations, "utf8");
  const { annotations, problems } = inspectAnnotations(text, dataset.annotations);
  const splitOf = assignSplits(annotations, data);
  const byFile = Map.groupBy(
    annotations.map((annotation, index): Labelled => ({ annotation, split: splitOf[index]! })),
    ({ annotation }) => annotation.fileName,
  );
  const names = [...byFile.keys()];
  const inFolder = findWorkbooks(dataset.files);
  const check = new Check(dataset, data, inFolder);
  const present = names.filter((name) => check.isPresent(name, byFile.get(name)!));
  options.onStart?.(present.length);

  const results = new Array<() => void>(present.length);
  await readWorkbooks(
    present.map((name) => join(dataset.files, name)),
    {
      grids: {
        cacheFolder: data.cache ? featureCacheFolder() : null,
        maxRows: data.max_rows,
        maxCols: data.max_cols,
      },
      keepGrids: true,
      ...(options.threads === undefined ? {} : { threads: options.threads }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onResult(index, result, share) {
        const name = present[index]!;
        // Looked at as it comes, so that no grid is kept; told in the order of the file.
        results[index] = check.workbook(name, byFile.get(name)!, result);
        options.onWorkbook?.(share);
      },
    },
  );
  for (const tell of results) tell();
  check.duplicates(present, byFile);
  const labelled = new Set(names);
  return {
    dataset: dataset.name,
    folder: dataset.folder,
    splits: check.splits,
    errors: [...problems, ...check.errors].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    warnings: check.warnings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    unlabelledWorkbooks: inFolder.filter((name) => !labelled.has(name)),
    unlabelledSheets: check.unlabelledSheets,
  };
}

class Check {
  readonly #dataset: DatasetPaths;
  readonly #data: DataOptions;
  readonly #inFolder: readonly string[];
  readonly errors: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly splits: Record<Split, SplitCount> = { train: noCount(), validation: noCount(), test: noCount() };
  unlabelledSheets = 0;

  constructor(dataset: DatasetPaths, data: DataOptions, inFolder: readonly string[]) {
    this.#dataset = dataset;
    this.#data = data;
    this.#inFolder = inFolder;
  }

  /** Whether the workbook of some lines is there; an error if not. */
  isPresent(name: string, lines: readonly Labelled[]): boolean {
    if (fileSize(join(this.#dataset.files, name)) !== null) return true;
    const close = nearest(name, this.#inFolder);
    this.#leaveOut(lines, {
      where: name,
      message: "Cannot find the workbook",
      expected: join(this.#dataset.files, name),
      ...(close === null ? {} : { fix: `"file_name": ${JSON.stringify(close)}` }),
    });
    return false;
  }

  /** Looks at a workbook; what is returned adds the findings. */
  workbook(name: string, lines: readonly Labelled[], result: ReadResult): () => void {
    if (result.kind === "failed") {
      const [problem] = result.problems;
      const reason = problemLine(problem!);
      const { fix } = problem!;
      return () => this.#leaveOut(lines, { where: name, message: reason, ...(fix ? { fix } : {}) });
    }
    const known = new Set(lines.map(({ annotation }) => annotation.sheetName));
    const unlabelled = result.sheets.filter(({ sheetName, height }) => height > 0 && !known.has(sheetName));
    const tell = lines.map((line) => this.#sheet(line, result.sheets));
    const counted = new Set<Split>();
    return () => {
      this.unlabelledSheets += unlabelled.length;
      for (const [index, each] of tell.entries()) {
        const { split } = lines[index]!;
        if (!each() || counted.has(split)) continue;
        counted.add(split);
        this.splits[split].workbooks++;
      }
    };
  }

  /** Warns of workbooks with the same bytes: what is trained on should not be tested on. */
  duplicates(names: readonly string[], byFile: ReadonlyMap<string, readonly Labelled[]>): void {
    const bySize = Map.groupBy(names, (name) => fileSize(join(this.#dataset.files, name)));
    for (const alike of bySize.values()) {
      if (alike.length < 2) continue;
      const byHash = Map.groupBy(alike, (name) =>
        createHash("sha256")
          .update(readFileSync(join(this.#dataset.files, name)))
          .digest("hex"),
      );
      for (const [first, ...others] of byHash.values()) {
        const splitOf = (name: string) => byFile.get(name)![0]!.split;
        for (const other of others.filter((name) => splitOf(name) !== splitOf(first!))) {
          this.warnings.push({
            ...this.#place(byFile.get(other)![0]!.annotation.line, other),
            message: `the same workbook as ${first}, which is in the ${splitOf(first!)} split; this one is in ${splitOf(other)}`,
            fix: "keep one of the two",
          });
        }
      }
    }
  }

  #sheet({ annotation, split }: Labelled, sheets: readonly SheetGrid[]): () => boolean {
    const { fileName, sheetName, line } = annotation;
    const place = this.#place(line, `${fileName}, sheet ${JSON.stringify(sheetName)}`);
    const book = { sheets, fromCache: true, cacheError: null };
    const labelled = labelSheet(this.#dataset.name, annotation, book, this.#data);
    const count = this.splits[split];
    if (labelled.entry === null) {
      const { reason, isMistake } = labelled;
      return () => {
        count.leftOut++;
        if (isMistake) this.errors.push({ ...place, message: `Cannot use the sheet: ${reason}` });
        else this.warnings.push({ ...place, message: `the sheet is left out: ${reason}` });
        return false;
      };
    }
    const { entry, notes } = labelled;
    const prefix = `${entry.label}: `;
    const found: Problem[] = [
      ...notes.map((note) => ({ message: note.startsWith(prefix) ? note.slice(prefix.length) : note })),
      ...checkRegions(entry.ranges, entry.grid),
    ].map((doubt) => ({ ...place, ...doubt }));
    const tables = entry.ranges.length;
    return () => {
      count.sheets++;
      count.tables += tables;
      if (tables === 0) count.withoutTables++;
      this.warnings.push(...found);
      return true;
    };
  }

  /** All lines about a workbook; the problem is told once, at the first. */
  #leaveOut(lines: readonly Labelled[], problem: Problem): void {
    for (const { split } of lines) this.splits[split].leftOut++;
    const others = lines.length > 1 ? `; so ${lines.length} lines are left out` : "";
    const message = problem.message + others;
    this.errors.push({ ...problem, ...this.#place(lines[0]!.annotation.line, problem.where ?? ""), message });
  }

  #place(line: number, where: string): Pick<Problem, "file" | "line" | "where"> {
    return { file: this.#dataset.annotations, line, where };
  }
}

function noCount(): SplitCount {
  return { sheets: 0, workbooks: 0, tables: 0, withoutTables: 0, leftOut: 0 };
}
