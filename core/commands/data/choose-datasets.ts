/** Finds the datasets that a command's arguments name. */

import { basename, dirname, resolve } from "node:path";
import { type Problem, UserError } from "../../base/problem.ts";
import { shellWords } from "../../base/shell-words.ts";
import type { DataOptions } from "../../config/data-options.ts";
import type { ProcessConsole } from "../../console/console.ts";
import {
  availableDatasets,
  type DatasetPaths,
  datasetPaths,
  missingDataset,
} from "../../dataset/locate-dataset.ts";
import { checkNamedRoot } from "../../dataset/named-root.ts";
import { ensureSyntheticDataset, SYNTHETIC } from "../../dataset/synthetic-dataset.ts";
import { fileSize } from "../../files/file-state.ts";

export const DATASETS_ARGUMENT = {
  type: "positional",
  required: false,
  valueHint: "dataset…",
  description: "Names of datasets in data.root, or their folders (all in data.root)",
} as const;

/**
 * Finds the named datasets, each by its name in `data.root` or as a folder. If none is named, these are the
 * datasets that the user chose in another way, else all in `data.root`, else the built-in one. `synthetic`
 * is written if needed.
 *
 * @param isChosen True if the user gave `data.dataset_names`.
 * @throws {UserError} Exit code 2, with every missing dataset, or if the user named a `data.root` that is
 *   missing.
 */
export async function chooseDatasets(
  named: readonly string[],
  data: DataOptions,
  isChosen: boolean,
  console: ProcessConsole,
): Promise<DatasetPaths[]> {
  const there = availableDatasets(data.root);
  const names = named.length > 0 ? named : isChosen || there.length === 0 ? data.dataset_names : there;
  // Those of the configuration lie in data.root, as for a training, whatever their names are.
  const located = names.map((name) =>
    named.length > 0 ? locate(name, data.root) : pathsOf(resolve(data.root, name)),
  );
  // One dataset may be named in several ways.
  const datasets = [...new Map(located.map((dataset) => [dataset.folder, dataset])).values()];
  if (datasets.some(({ name, folder }) => name === SYNTHETIC && isIn(data.root, folder))) {
    checkNamedRoot(data.root);
    for (const note of await ensureSyntheticDataset(data.root)) console.warn(`note: ${note}`);
  }
  const missing = datasets.flatMap((dataset) => missingDataset(dirname(dataset.folder), dataset) ?? []);
  if (missing.length > 0)
    throw new UserError(named.length > 0 ? missing.map(asArgument) : missing, { exitCode: 2 });
  return datasets;
}

/** The problem with a dataset that an argument names: the fix for the configuration is a name alone here. */
function asArgument({ fix, ...problem }: Problem): Problem {
  const name = /^data\.dataset_names: \[(.*)\]$/.exec(fix ?? "")?.[1];
  return { ...problem, ...(fix === undefined ? {} : { fix: name === undefined ? fix : shellWords([name]) }) };
}

/** True if the user gave `data.dataset_names`, by a configuration or an override. */
export function namesDatasets(configFile: string | undefined, overrides: readonly string[]): boolean {
  return configFile !== undefined || overrides.some((each) => each.startsWith("--data.dataset_names"));
}

/**
 * Looks for a plain name in `data.root` first, so that a folder of that name in the current folder does not
 * matter.
 */
function locate(name: string, root: string): DatasetPaths {
  const byPath = pathsOf(folderOf(resolve(name)));
  // Shells complete the name of a folder with a slash.
  const bare = name.replace(/[/\\]+$/, "");
  if (/[/\\]|^\.{0,2}$/.test(bare)) return byPath; // "." and ".." are no names
  const byName = datasetPaths(root, bare);
  const isThere = fileSize(byName.annotations) !== null;
  return isThere || fileSize(byPath.annotations) === null ? byName : byPath;
}

function pathsOf(folder: string): DatasetPaths {
  return datasetPaths(dirname(folder), basename(folder));
}

/** The folder of a dataset, also of one that is named by its file of labels. */
function folderOf(path: string): string {
  const isLabels = basename(path) === "annotations.jsonl" && basename(dirname(path)) === "annotations";
  return isLabels ? dirname(dirname(path)) : path;
}

function isIn(root: string, folder: string): boolean {
  return dirname(folder) === resolve(root);
}
