/** The runs that a command line names. */

import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { commandLine } from "../base/command-line.ts";
import { nearest } from "../base/nearest.ts";
import { type Problem, UserError } from "../base/problem.ts";
import { isFolder } from "../files/file-state.ts";
import { PRETRAINED } from "../pretrained/locate-pretrained.ts";
import { isRunFolder, readRunRow } from "./read-run-row.ts";
import { newestFirst } from "./run-set.ts";

/** The word for the newest run. */
const LATEST = "latest";

const WITHOUT_RUN: Problem = {
  file: PRETRAINED,
  message: "Cannot show the weights that come with the project: no run of theirs is kept",
  expected: "the folder of a run, its name or a part of it, or latest",
  got: PRETRAINED,
  fix: commandLine("checkpoint", "inspect", PRETRAINED),
};

/**
 * The folders of runs, absolute.
 *
 * @param words Folders of runs, their names within `runs` or parts of names that no other run there has, or
 *   `latest`.
 * @param runs The folder of all runs.
 * @throws {UserError} Exit code 2, with every word that names no run, or several.
 */
export function namedRuns(words: readonly string[], runs: string): string[] {
  const problems: Problem[] = [];
  const found = words.flatMap((word) => {
    const path = word === LATEST ? newest(runs) : [word, join(runs, word)].find(isRun);
    const names = path === undefined ? runNames(runs) : [];
    const parts = word === "" ? [] : names.filter((name) => name.includes(word));
    const [named = path] = parts.length === 1 ? [join(runs, parts[0]!)] : [];
    if (named !== undefined) return [resolve(named)];
    const close = parts[0] ?? nearest(basename(word), names);
    if (word === PRETRAINED) {
      problems.push(WITHOUT_RUN);
      return [];
    }
    problems.push({
      file: word,
      message: "Cannot tell which run is meant",
      expected: "the folder of a run, its name or a part of it, or latest",
      got: gotWords(word, runs, parts.length),
      ...(close === null ? {} : { fix: join(runs, close) }),
    });
    return [];
  });
  if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
  return [...new Set(found)];
}

function gotWords(word: string, runs: string, parts: number): string {
  if (word === LATEST) return `no runs in ${runs}`;
  if (parts > 1) return `a part of ${parts} names`;
  return existsSync(word) ? "no run" : "nothing";
}

function isRun(path: string): boolean {
  return isFolder(path) && isRunFolder(path);
}

function newest(runs: string): string | undefined {
  const rows = runNames(runs).map((name) => readRunRow(join(runs, name), name));
  const first = newestFirst(rows)[0];
  return first === undefined ? undefined : join(runs, first.id);
}

function runNames(runs: string): string[] {
  try {
    return readdirSync(runs).filter((name) => !name.startsWith(".") && isRun(join(runs, name)));
  } catch {
    return [];
  }
}
