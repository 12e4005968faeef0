/** `bun run sync <run folder…> [--all]`: uploads runs to W&B from their local logs. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "citty";
import { commandLine, type ExitCode, runMain, UserError } from "../../core/plugin.ts";
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
      description: "Folders of runs, or logs in them",
    },
    all: { type: "boolean", default: false, description: "Every run that is not uploaded yet" },
    runs: { type: "string", valueHint: "folder", description: "Where --all looks (runs/ of the project)" },
  },
  async run({ args }): Promise<ExitCode> {
    const runs = args.runs ?? join(import.meta.dir, "..", "..", "runs");
    const named = [...new Set(args._.map(runFolderOf))];
    if (named.length === 0 && !args.all) throw usageError("no run folder, and no --all");
    const folders = args.all ? [...new Set([...named, ...unsyncedIn(runs)])] : named;
    if (folders.length === 0) print("Every run is uploaded");

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

await runMain(sync, process.argv.slice(2));

function unsyncedIn(runs: string): string[] {
  let names: string[];
  try {
    names = readdirSync(runs);
  } catch (cause) {
    const expected = "the folder that holds runs";
    throw new UserError({ file: runs, message: "Cannot look for runs", expected }, { exitCode: 2, cause });
  }
  return names
    .sort()
    .map((name) => join(runs, name))
    .filter(isUnsynced);
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
