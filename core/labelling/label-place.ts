/** Which workbooks are labelled, and where their labels are kept. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { nearestPath } from "../base/nearest-path.ts";
import { usageError } from "../base/problem.ts";
import { shellWords } from "../base/shell-words.ts";
import { datasetPaths } from "../dataset/locate-dataset.ts";
import { isFolder } from "../files/file-state.ts";

export interface LabelPlace {
  /** The folder that was named, absolute. */
  readonly folder: string;
  /** The folder of the workbooks: `files` of a dataset, else the folder itself. */
  readonly files: string;
  /** The file of the labels. */
  readonly output: string;
  /** Whether the folder is a dataset that a training reads as it is. */
  readonly isDataset: boolean;
}

/**
 * @param named A folder of workbooks, the folder of a dataset, or the name of one in `root`.
 * @param output The file of the labels. @default that of the dataset, or `annotations.jsonl` in the folder
 * @throws {UserError} Exit code 2, if there is no such folder, or the file has another ending.
 */
export function labelPlace(named: string, root: string, output: string | undefined): LabelPlace {
  const [here, inRoot] = [resolve(named), datasetPaths(root, named).folder];
  const folder = !existsSync(here) && isFolder(inRoot) ? inRoot : here;
  if (!isFolder(folder)) {
    const close = nearestPath(named, isFolder);
    throw usageError({
      file: named,
      message: "Cannot label it",
      expected: `a folder of workbooks, or the name of a dataset in ${root}`,
      got: existsSync(folder) ? "a file" : "no such folder",
      fix: close === null ? "check the path" : shellWords([close]),
    });
  }
  if (output !== undefined && (!output.endsWith(".jsonl") || isFolder(output))) {
    throw usageError({
      file: output,
      message: "Cannot keep the labels there",
      expected: "a file with the ending .jsonl",
      got: isFolder(output) ? "a folder" : "another name",
      fix: "--output=annotations.jsonl, for example",
    });
  }
  const isDataset = isFolder(join(folder, "files"));
  const usual = isDataset
    ? join(folder, "annotations", "annotations.jsonl")
    : join(folder, "annotations.jsonl");
  return {
    folder,
    files: isDataset ? join(folder, "files") : folder,
    output: output === undefined ? usual : resolve(output),
    isDataset: isDataset && output === undefined,
  };
}
