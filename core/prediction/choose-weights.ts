/** Tells which arguments of a command are weights and which are workbooks. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { nearestPath } from "../base/nearest-path.ts";
import { type Problem, UserError, usageError } from "../base/problem.ts";
import { isRunCheckpoint, RUN_FILES } from "../base/run-folder-names.ts";
import { shellWords } from "../base/shell-words.ts";
import { LATEST, locateCheckpoint, nearestRun, runNamed } from "../checkpoint/locate-checkpoint.ts";
import { runsWithCheckpoints } from "../checkpoint/runs-with-checkpoints.ts";
import { workbookKind } from "../excel/workbook-names.ts";
import { isFolder } from "../files/file-state.ts";
import { PRETRAINED } from "../pretrained/locate-pretrained.ts";

export interface ChosenWeights {
  /** The checkpoint's file; null if none is named. */
  readonly checkpoint: string | null;
  /** The names of files and folders. */
  readonly names: readonly string[];
}

/**
 * Splits the arguments. The first is a checkpoint if it is a run's folder or name, ends as a checkpoint does,
 * or is one of the words `latest` and `pretrained`. Whatever else looks like a checkpoint or a run is
 * refused: other weights would answer in its place.
 *
 * @param option The checkpoint that `--checkpoint` names; then all arguments are workbooks.
 * @param runs The folder of the runs.
 * @throws {UserError} Exit code 2, if there is no such checkpoint or an argument may be meant as one.
 */
export function chooseWeights(
  positionals: readonly string[],
  option: string | undefined,
  runs: string | undefined,
): ChosenWeights {
  const unquoted = inOnePiece(positionals);
  if (unquoted !== null) throw unquoted;
  const [first, ...rest] = positionals;
  const isFirst = option === undefined && first !== undefined && looksLikeWeights(first, runs);
  if (isFirst && isWord(first) && existsSync(first)) throw ambiguous(first);
  const names = isFirst ? rest : positionals;
  const problems = names.flatMap((name) => problemWith(name, runs) ?? []);
  if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
  const named = isFirst ? first : option;
  return { checkpoint: named === undefined ? null : locateCheckpoint(named, { runs }), names };
}

function looksLikeWeights(name: string, runs: string | undefined): boolean {
  return isWord(name) || hasWeightsEnding(name) || isRunFolder(name) || runNamed(name, runs) !== null;
}

function isWord(name: string): boolean {
  return name === LATEST || name === PRETRAINED;
}

function hasWeightsEnding(name: string): boolean {
  return /\.(pt|pth|safetensors)$/i.test(name);
}

function isRunFolder(path: string): boolean {
  if (!isFolder(path)) return false;
  if (isFolder(join(path, RUN_FILES.checkpoints))) return true;
  try {
    return readdirSync(path).some(isRunCheckpoint);
  } catch {
    return false; // it cannot be read: listing its workbooks reports that
  }
}

/** Why a name cannot be that of workbooks; null if it can. */
function problemWith(name: string, runs: string | undefined): Problem | null {
  if (name === "-" || (isWord(name) && existsSync(name))) return null;
  if (looksLikeWeights(name, runs)) {
    return {
      file: name,
      message: "Cannot tell whether you mean these weights: they are named among the workbooks",
      expected: "the checkpoint as the first argument or after --checkpoint",
      got: `${isFolder(name) ? "a run's folder" : runNamed(name, runs) !== null ? "the name of a run" : "a checkpoint"} as a workbook`,
      fix: shellWords(["--checkpoint", name]),
    };
  }
  if (isFolder(name)) {
    if (runsWithCheckpoints(name).length === 0) return null;
    return {
      file: name,
      message: "Cannot tell which run of the folder is meant",
      expected: "one run, or a folder of workbooks",
      got: "a folder of runs",
      fix: `choose one with --checkpoint; name ${nearestRun(name, name)}`,
    };
  }
  if (existsSync(name) || workbookKind(name) !== null) return null;
  const isMeant = (path: string) => isFolder(path) || workbookKind(path) !== null;
  const close = nearestPath(name, isMeant);
  return {
    file: name,
    message: "Cannot find what to look at",
    expected: "a workbook, a folder of workbooks, or a checkpoint as the first argument",
    got: "no such path",
    fix:
      close !== null && !isRunFolder(close)
        ? shellWords([close])
        : nearestRun(name, runs).startsWith(`${PRETRAINED} for`)
          ? "check the path" // there is no run
          : `check the path; if you mean a run, name ${nearestRun(name, runs)}`,
  };
}

/** A run's folder whose name has blanks and that the shell took to pieces. */
function inOnePiece(positionals: readonly string[]): UserError | null {
  for (let from = 0; from < positionals.length; from++) {
    if (existsSync(positionals[from]!)) continue;
    for (let to = positionals.length; to > from + 1; to--) {
      const whole = positionals.slice(from, to).join(" ");
      if (!existsSync(whole)) continue;
      return usageError({
        file: whole,
        message: "Cannot tell what is meant: a name with blanks is not in quotes",
        expected: "the name in quotes",
        got: positionals
          .slice(from, to)
          .map((each) => shellWords([each]))
          .join(" and "),
        fix: shellWords([whole]),
      });
    }
  }
  return null;
}

function ambiguous(name: string): UserError {
  return usageError({
    file: name,
    message: `Cannot tell whether the word ${name} or the path ${name} is meant`,
    expected: `--checkpoint ${name} for the weights, or ./${name} for the path`,
    got: name,
    fix: `./${name}`,
  });
}
