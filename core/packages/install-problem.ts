/** Words why packages could not be installed: what Bun's package manager printed, and what to do about it. */

import { commandLine, managerLine } from "../base/command-line.ts";
import { UserError } from "../base/problem.ts";
import type { ProgramResult } from "../base/run-program.ts";
import { type PackageSet, SET_MEGABYTES } from "./package-set.ts";
import type { PackageSource } from "./stamp.ts";

/** More lines of the package manager than this are counted instead of printed. */
const SHOWN_LINES = 4;
const MESSAGE = "Cannot install the packages";
/** `error: ConnectionRefused downloading tarball yaml@2.9.1`, `error: GET https://… - 503`. */
const UNREACHED =
  /downloading (?:tarball|package manifest)|GET http\S+ - \d+|ConnectionRefused|ConnectionClosed|DNSResolveFailed|FailedToOpenSocket|ETIMEDOUT|ENOTFOUND|CERT/;

/**
 * @param set What was to be installed.
 * @param root The folder of the project.
 * @returns Exit code 2 if files of the project are at fault, 1 for everything else.
 */
export function installProblem({ code, output }: ProgramResult, set: PackageSet, root: string): UserError {
  const lines = linesOf(output);
  const got = shown(lines) || `${managerLine("install")} ended with exit code ${code} and printed nothing`;
  if (/lockfile is frozen/.test(output)) {
    return new UserError(
      {
        file: "bun.lock",
        message: MESSAGE,
        expected: "the lock file of just this package.json",
        got: /dependencies in package\.json changed[^\n]*/.exec(output)?.[0] ?? got,
        fix: `git checkout package.json bun.lock; if you changed package.json: ${managerLine("install")}`,
      },
      { exitCode: 2 },
    );
  }
  if (/failed to parse lockfile/.test(output)) return unreadable("bun.lock", got);
  if (/ENOSPC/.test(output)) {
    return new UserError({
      file: root,
      message: MESSAGE,
      expected: `${SET_MEGABYTES[set]} MB of free space here, and as much for Bun's cache (${managerLine("pm", "cache")} says where)`,
      got: shown(lines.filter((line) => line.includes("ENOSPC"))),
      fix: "make room and try again",
    });
  }
  if (/EROFS|EACCES|EPERM|AccessDenied|PermissionDenied/.test(output)) {
    return new UserError({
      file: root,
      message: MESSAGE,
      expected: "a folder of the project, and a cache of Bun, that you can write to",
      got,
      fix: "make them writable, or copy the project to a folder of yours",
    });
  }
  if (UNREACHED.test(output)) {
    return new UserError({
      message: MESSAGE,
      expected: "a connection to the package registry; once they are installed, none is needed any more",
      got: shown(lines.filter((line) => UNREACHED.test(line))),
      fix: "connect and try again; behind a proxy, set HTTPS_PROXY; a registry of your own goes into .npmrc",
    });
  }
  return new UserError({ message: MESSAGE, got, fix: commandLine("setup", set, "--force") });
}

/** The problem with a file that says which packages to install. */
export function sourceProblem({ file, reason }: PackageSource & { isReadable: false }): UserError {
  return unreadable(file, reason);
}

function unreadable(file: string, got: string): UserError {
  const fix = `git checkout ${file}`;
  const expected = "the file as it is in the repository";
  return new UserError({ file, message: MESSAGE, expected, got, fix }, { exitCode: 2 });
}

/** What is worth reading of the output: no version, no progress. */
function linesOf(output: string): string[] {
  const noise = /^bun \w+ v\d|^Resolv(?:ing|ed)|^\s*$/;
  return output.split("\n").filter((line) => !noise.test(line));
}

function shown(lines: readonly string[]): string {
  const more = lines.length - SHOWN_LINES;
  return [
    ...lines.slice(0, SHOWN_LINES),
    ...(more > 0 ? [`and ${more} more like ${more === 1 ? "it" : "these"}`] : []),
  ].join("\n");
}
