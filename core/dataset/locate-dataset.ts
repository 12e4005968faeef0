/** Where a dataset is on disk. */

import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { commandLine } from "../base/command-line.ts";
import { nearest } from "../base/nearest.ts";
import type { Problem } from "../base/problem.ts";
import { fileSize, isFolder } from "../files/file-state.ts";

/** `{root}/{name}/annotations/annotations.jsonl` and `{root}/{name}/files/`, absolute. */
export interface DatasetPaths {
  readonly name: string;
  readonly folder: string;
  readonly annotations: string;
  readonly files: string;
}

export function datasetPaths(root: string, name: string): DatasetPaths {
  const folder = resolve(root, name);
  return {
    name,
    folder,
    annotations: join(folder, "annotations", "annotations.jsonl"),
    files: join(folder, "files"),
  };
}

/**
 * What is missing of a dataset: every path that was tried, and the datasets that are there. Null if it is
 * complete.
 */
export function missingDataset(
  root: string,
  { name, folder, annotations, files }: DatasetPaths,
): Problem | null {
  const missing = [
    ...(fileSize(annotations) !== null ? [] : [`${annotations} (one line per sheet)`]),
    ...(isFolder(files) ? [] : [`${files}${"/"} (the workbooks)`]),
  ];
  if (missing.length === 0) return null;
  const absoluteRoot = resolve(root);
  const there = availableDatasets(absoluteRoot);
  const close = nearest(name, there);
  return {
    file: folder,
    message: `Cannot use the dataset ${JSON.stringify(name)}`,
    expected: missing.join("\n"),
    got: !isFolder(absoluteRoot)
      ? `no folder ${absoluteRoot}`
      : there.length > 0
        ? `no such file; datasets in ${absoluteRoot}: ${there.join(", ")}`
        : `no such file, and no dataset in ${absoluteRoot}`,
    fix: close
      ? `data.dataset_names: [${close}]`
      : "name another folder with --data.root=<folder>, or make a dataset of your workbooks with " +
        `${commandLine("data", "label")} <folder> (docs/datasets.md)`,
  };
}

/** The names of the datasets in a folder, sorted. */
export function availableDatasets(root: string): string[] {
  try {
    return readdirSync(root)
      .filter((name) => fileSize(datasetPaths(root, name).annotations) !== null)
      .sort();
  } catch {
    return [];
  }
}
