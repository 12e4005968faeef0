/** `bun run sync <run folder…> [--all]`: uploads runs to W&B from their local logs. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { defineCommand } from "citty";
import {
  commandLine,
  type ExitCode,
  nearest,
  RUN_FILES,
  runMain,
  runsFolder,
  UserError,
} from "../../core/plugin.ts";
import { findRunLogs } from "./log/run-logs.ts";
import { isUnsynced, runFolderOf, syncRun } from "./upload/sync-run.ts";

const sync = defineCommand({
  meta: {
    name: "sync",
    description: "Upload runs to W&B that were logged offline, or whose upload did not end",
  },
  args: {
    folders: {
      type: "positional",
      required: false,
      valueHint: "run folder…",
      description: "Folders of runs, logs in them, or latest for the run that was logged last",
    },
    all: { type: "boolean", default: false, description: "Every run that is not uploaded yet" },
    runs: {
      type: "string",
      valueHint: "folder",
      description: "Where --all and latest look (runs/ of the project)",
    },
  },
  async run({ args }): Promise<ExitCode> {
    const runs = args.runs ?? runsFolder();
    const paths = args._.map((each) => (each === LATEST && !existsSync(each) ? latestIn(runs) : each));
    checkPaths(paths, runs);
    checkLogs(paths, runs);
    const named = [...new Set(paths.map(runFolderOf))];
    if (named.length === 0 && !args.all) throw usageError("no run folder, and no --all");
    const folders = args.all ? [...new Set([...named, ...unsyncedIn(runs)])] : named;
    if (folders.length === 0) {
      print(
        loggedIn(runs).length > 0 ? "Every run is uploaded" : `There is no run with a W&B log in ${runs}`,
      );
    }

    let exitCode: ExitCode = 0;
    for (const folder of folders) {
      try {
        const result = await syncRun(folder, { env: process.env, print });
        // A run that is still going on is a failure only if it was named: --all finds it again the next
        // time.
        if (result === "incomplete" || (result === "in use" && named.includes(folder))) exitCode = 1;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        process.stderr.write(`${error.message}\n`);
        exitCode = 1;
      }
    }
    return exitCode;
  },
});

/** The word for the run that was logged last. */
const LATEST = "latest";

/** How a run gets a log. */
const HOW_TO_LOG =
  "train with plugins.wandb: true in the configuration, which logs offline without an API key";

await runMain(sync, process.argv.slice(2));

function unsyncedIn(runs: string): string[] {
  return foldersIn(runs).filter(isUnsynced);
}

function loggedIn(runs: string): string[] {
  return foldersIn(runs).filter((folder) => findRunLogs(folder).length > 0);
}

function latestIn(runs: string): string {
  const [latest] = loggedIn(runs)
    .map((folder) => ({ folder, writtenAt: lastWritten(folder) }))
    .sort((a, b) => b.writtenAt - a.writtenAt || b.folder.localeCompare(a.folder));
  if (latest !== undefined) return latest.folder;
  const [message, expected] = ["Cannot find the latest run", "a folder of runs with W&B logs"];
  const problem = { file: runs, message, expected, got: "no run with a W&B log", fix: HOW_TO_LOG };
  throw new UserError(problem, { exitCode: 2 });
}

/** When a run's logs were last written, ms since 1970. */
function lastWritten(folder: string): number {
  return Math.max(...findRunLogs(folder).flat().map(writtenAt));
}

/** When a log was last written; 0 for one that is a link to nowhere. */
function writtenAt(log: string): number {
  try {
    return statSync(log).mtimeMs;
  } catch {
    return 0;
  }
}

/** @throws {UserError} Exit code 2, with every path that is not there. */
function checkPaths(paths: readonly string[], runs: string): void {
  const missing = paths.filter((path) => !existsSync(path));
  if (missing.length === 0) return;
  const known = existsSync(runs) ? loggedIn(runs) : [];
  // A name with blanks and without quotes comes in pieces.
  const whole = paths.join(" ");
  const names = known.map((folder) => basename(folder));
  if (known.length > 0) names.push(LATEST);
  const problems = missing.map((file) => {
    const close = nearest(basename(whole), names) ?? nearest(basename(file), names);
    const likely = existsSync(whole) ? whole : close === null || close === LATEST ? close : join(runs, close);
    const fix = likely === null ? commandLine("sync", "--all") : commandLine("sync", likely);
    const expected = "run folders, in quotes if their names have blanks";
    return { file, message: "Cannot upload this run", expected, got: "no such path", fix };
  });
  throw new UserError(problems, { exitCode: 2 });
}

/** @throws {UserError} Exit code 2, with every path that has no log. */
function checkLogs(paths: readonly string[], runs: string): void {
  const without = paths.filter((path) => findRunLogs(runFolderOf(path)).length === 0);
  if (without.length === 0) return;
  const [logged] = existsSync(runs) ? loggedIn(runs) : [];
  const problems = without.map((file) => {
    const isRun = existsSync(join(runFolderOf(file), RUN_FILES.config));
    return {
      file,
      message: "Cannot upload this run",
      expected: "a run's folder with a W&B log: wandb/run-…/run-….wandb",
      got: isRun ? "a run without a log: it was trained with plugins.wandb: false" : "no run, and no log",
      fix: isRun || logged === undefined ? HOW_TO_LOG : commandLine("sync", logged),
    };
  });
  throw new UserError(problems, { exitCode: 2 });
}

/** The paths in the folder of the runs, sorted. */
function foldersIn(runs: string): string[] {
  let names: string[];
  try {
    names = readdirSync(runs);
  } catch (cause) {
    const [message, expected] = ["Cannot look for runs", "the folder that holds runs"];
    const got = existsSync(runs) ? (cause as Error).message : "no such folder";
    const fix = "check the path after --runs; without it, the project's own runs/ is taken";
    throw new UserError({ file: runs, message, expected, got, fix }, { exitCode: 2, cause });
  }
  return names.sort().map((name) => join(runs, name));
}

function usageError(got: string): UserError {
  return new UserError(
    {
      message: "Cannot tell what to upload",
      expected: "run folders, or --all",
      got,
      fix: `${commandLine("sync", "runs/my_run 2026-11-23 12:00")}, or ${commandLine("sync", "--all")}`,
    },
    { exitCode: 2 },
  );
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
