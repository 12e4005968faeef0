/**
 * Decides whether a command may write where the user says. Nothing that is read is replaced, no device
 * becomes a file, and a file that this program did not make stays unless the user says `--overwrite`.
 */

import { readlinkSync, type Stats } from "node:fs";
import { basename, dirname, extname, resolve } from "node:path";
import { type Problem, UserError, usageError } from "../base/problem.ts";
import { fileSize, isFolder, tryStat } from "./file-state.ts";
import type { InputFiles } from "./input-files.ts";

/** The option that allows to replace a file that is there. */
export const OVERWRITE_ARGUMENT = {
  type: "boolean",
  description: "Replace files that are there, also those that this program did not make",
} as const;

export interface OutputRules {
  /** What is written, for messages: `the page`. */
  readonly what: string;
  /** What names another place, for messages: `--html another file`. */
  readonly another: string;
  /** The endings that are written, each with its dot; "" for names without one. */
  readonly endings: readonly string[];
  /** What the command reads. */
  readonly inputs: InputFiles;
  /** True: the user said `--overwrite`. */
  readonly overwrite: boolean;
  /** True: the folder has to be there already. False: it is made. @default false */
  readonly needsFolder?: boolean;
  /** Whether this program made the file that is there, in the form that is written now. */
  readonly isOwn: (path: string) => boolean;
}

/** Where an output goes. `named` is the path as the user gave it. */
export type OutputPlace =
  /** A file that appears under `path`, absolute and without a link at its end, once it is whole. */
  | { readonly kind: "file"; readonly named: string; readonly path: string }
  /** A terminal, a pipe or another device, which takes bytes as they come. */
  | { readonly kind: "device"; readonly named: string; readonly path: string }
  /** What this process has open under a number: 1 is its standard output. */
  | { readonly kind: "descriptor"; readonly named: string; readonly number: number };

/**
 * The place of an output.
 *
 * @throws {UserError} Exit code 2 if the output must not be written there. Nothing is written yet.
 */
export function outputPlace(named: string, rules: OutputRules): OutputPlace {
  const place = locate(named, rules);
  if (place.kind === "file") checkFile(place, rules);
  return place;
}

/**
 * The places of several outputs of one kind, which are files.
 *
 * @throws {UserError} Exit code 2, with every place that must not be written.
 */
export function outputFiles(paths: readonly string[], rules: OutputRules): string[] {
  const problems: Problem[] = [];
  const places = paths.map((named) => {
    try {
      const place = outputPlace(named, rules);
      if (place.kind !== "file") throw cannot(place.named, rules, "it is a device or a pipe", "a file");
      return place.path;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(...error.problems);
      return named;
    }
  });
  if (problems.length > MOST_PROBLEMS) {
    const more = problems.length - MOST_PROBLEMS;
    problems.splice(MOST_PROBLEMS, more, { message: `… and ${more} more files` });
  }
  if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
  return places;
}

/** The most problems that are listed. The rest is counted. */
const MOST_PROBLEMS = 10;

/** True for a name of this process's standard output. */
export function isStandardOutput(named: string): boolean {
  return named === "-" || descriptorOf(followLinks(named)) === 1;
}

function locate(named: string, rules: OutputRules): OutputPlace {
  if (named === "-") return { kind: "descriptor", named, number: 1 };
  const path = followLinks(named);
  const number = descriptorOf(path);
  if (number !== null) return { kind: "descriptor", named, number };
  const found = tryStat(path);
  if (found === null || found.isFile()) return { kind: "file", named, path };
  if (found.isFIFO() || found.isCharacterDevice()) return { kind: "device", named, path };
  throw cannot(named, rules, `it is ${describe(found)}`, "a file, a pipe or a terminal");
}

function describe(found: Stats): string {
  if (found.isDirectory()) return "a folder";
  return found.isBlockDevice() ? "a disk" : "a socket";
}

function checkFile({ named, path }: OutputPlace & { kind: "file" }, rules: OutputRules): void {
  const { endings, inputs, overwrite, isOwn } = rules;
  const ending = extname(basename(named)).toLowerCase();
  if (!endings.includes(ending)) {
    const known = endings.map((each) => each || "none");
    const got = ending === "" ? "a name without an ending" : ending;
    throw cannot(named, rules, got, `a name with one of the endings ${known.join(", ")}`);
  }
  checkFolder(named, path, rules);
  const input = inputs.find(path);
  if (input !== null) {
    throw usageError({
      file: named,
      message: `Cannot write ${rules.what}: it would replace the ${input.kind} ${input.path}`,
      expected: "a file that is not read",
      got: resolve(input.path) === resolve(named) ? `the ${input.kind} itself` : "another name of it",
      fix: rules.another,
    });
  }
  if (!fileSize(path) || overwrite || isOwn(path)) return; // nothing is lost with an empty file
  throw usageError({
    file: named,
    message: `Cannot write ${rules.what}: a file is there, and it may be needed`,
    expected: "a new name, or a file that this program wrote in this form",
    got: "another file",
    fix: `${rules.another}, or --overwrite to replace this one`,
  });
}

/** A file may stand where a folder would be made. */
function checkFolder(named: string, path: string, rules: OutputRules): void {
  const folder = dirname(path);
  if (isFolder(folder)) return;
  let above = folder;
  while (tryStat(above) === null && dirname(above) !== above) above = dirname(above);
  if (!isFolder(above)) throw cannot(named, rules, `${above} is not a folder`, "a file in a folder");
  if (rules.needsFolder)
    throw cannot(
      named,
      rules,
      `no such folder: ${folder}`,
      "a file in a folder that is there",
      "make the folder",
    );
}

/** @param first What to do before another name is tried. */
function cannot(
  named: string,
  { what, another }: OutputRules,
  got: string,
  expected: string,
  first: string | null = null,
): UserError {
  const fix = first === null ? another : `${first}, or ${another}`;
  return usageError({ file: named, message: `Cannot write ${what} there`, expected, got, fix });
}

/** The most links that are followed one after the other, as Linux does. */
const MOST_LINKS = 40;

/**
 * The absolute path that a name leads to, whether anything stands there or not; names of descriptors are
 * kept.
 */
export function followLinks(named: string): string {
  let path = resolve(named);
  for (let links = 0; links < MOST_LINKS && descriptorOf(path) === null; links++) {
    try {
      path = resolve(dirname(path), readlinkSync(path));
    } catch {
      break; // it is no link
    }
  }
  return path;
}

/** The number of an open file that a path stands for; null if it stands for none. */
function descriptorOf(path: string): number | null {
  if (process.platform === "win32") return null;
  if (path === "/dev/stdout") return 1;
  if (path === "/dev/stderr") return 2;
  const number = /^\/(?:dev|proc\/self|proc\/(\d+))\/fd\/(\d+)$/.exec(path);
  if (number === null || (number[1] !== undefined && Number(number[1]) !== process.pid)) return null;
  return Number(number[2]);
}
