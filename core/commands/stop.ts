/** `bun run stop <run>`: ends a training that runs elsewhere, after its epoch. */

import { dirname, join, resolve } from "node:path";
import { defineCommand } from "citty";
import { commandLine } from "../base/command-line.ts";
import { type ExitCode, usageError } from "../base/problem.ts";
import { runsFolder } from "../base/project-root.ts";
import { RUN_FILES } from "../base/run-folder-names.ts";
import { runMain } from "../console/command.ts";
import { isFolder } from "../files/file-state.ts";
import { isFolderHeld } from "../files/folder-lock.ts";
import { requestControl } from "../runs/control-request.ts";
import { readRunRow } from "../runs/read-run-row.ts";
import { newestFirst, RunSet } from "../runs/run-set.ts";
import { isFoldsFolder, readFoldsState } from "./folds-state.ts";

const stop = defineCommand({
  meta: { name: "stop", description: "End a training after the epoch that is under way" },
  args: {
    run: {
      type: "positional",
      required: true,
      description: "The folder of the run or of --folds, its name, or latest",
    },
    runs: {
      type: "string",
      valueHint: "folder",
      description: "The folder of the runs that a name or latest is one of (runs/ of the project)",
    },
    checkpoint: { type: "boolean", description: "Save a checkpoint now instead, and train on" },
  },
  run({ args }): ExitCode {
    const folder = runFolderOf(args.run, args.runs ?? runsFolder());
    const action = args.checkpoint ? "checkpoint" : "stop";
    requestControl(folder, action);
    const what = args.checkpoint
      ? `${RUN_FILES.checkpoints}/last.pt is renewed after the gradient step that is under way`
      : "the training ends after the epoch that is under way";
    process.stdout.write(`${what}: ${folder}\n`);
    return 0;
  },
});

await runMain(stop, process.argv.slice(2));

/** @throws {UserError} Exit code 2. */
function runFolderOf(wanted: string, runs: string): string {
  const folds = [wanted, join(runs, wanted)].find(isFoldsFolder);
  if (folds !== undefined) return foldUnderWay(folds);
  if (isFolder(wanted)) return wanted;
  const paths = isFolder(runs) ? new RunSet([runs]).paths() : new Map<string, string>();
  const training = newestFirst(
    [...paths].filter(([, path]) => isFolderHeld(path)).map(([id, path]) => readRunRow(path, id)),
  ).map(({ id }) => paths.get(id)!);
  const named = wanted === "latest" ? training[0] : paths.get(wanted);
  if (named !== undefined) return named;
  throw usageError({
    file: wanted,
    message: "Cannot tell which training to end",
    expected: "the folder of a run that trains, its name, or latest",
    got: wanted === "latest" ? `no run that trains in ${runs}` : "no such run",
    ...(training[0] === undefined ? {} : { fix: commandLine("stop", training[0]) }),
  });
}

/** The folder of the run that trains for a k-fold validation; the validation's own between two of them. */
function foldUnderWay(folder: string): string {
  const { trainings } = readFoldsState(folder);
  const run = trainings.find(({ isDone }) => !isDone)?.run;
  const path = run ? join(dirname(resolve(folder)), run) : folder;
  return isFolderHeld(path) ? path : folder;
}
