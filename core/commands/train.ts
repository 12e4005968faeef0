/** `bun run train <config> [--section.key=value …]`: trains a detector. */

import { defineCommand } from "citty";
import { commandLine } from "../base/command-line.ts";
import { type ExitCode, UserError, usageError } from "../base/problem.ts";
import { runsFolder } from "../base/project-root.ts";
import { shellWords } from "../base/shell-words.ts";
import type { Config } from "../config/config.ts";
import { describeOptions } from "../config/describe-options.ts";
import { splitArguments } from "../config/overrides.ts";
import { errorText, runMain } from "../console/command.ts";
import { ProcessConsole } from "../console/console.ts";
import { stopOnSignals } from "../console/stop-signals.ts";
import { loadConfig } from "../hooks/load-config.ts";
import { loadBuiltInPlugins } from "../hooks/load-plugins.ts";
import { launchedRank } from "../ranks/launched-ranks.ts";
import type { RankGroup } from "../ranks/rank-group.ts";
import { exitCodeForAgent } from "../sweep/agent-exit-code.ts";
import { findForkTarget, findResumeTarget } from "../training/resume.ts";
import type { RunFolder } from "../training/run-folder.ts";
import type { RunOutcome } from "../training/run-outcome.ts";
import { NO_PROFILE, PhaseClock } from "../training/run-profile.ts";
import { startRun } from "../training/start-run.ts";
import { wholeNumber } from "./define-data-command.ts";
import { type EndedTraining, refuseUnsaved, reportFineTuning } from "./fine-tuning-report.ts";
import { isFoldsFolder } from "./folds-state.ts";
import { readTrainArguments, TRAIN_ARGUMENTS } from "./train-arguments.ts";
import { resumeFolds, startFolds } from "./train-folds.ts";

const { own, overrides } = splitArguments(process.argv.slice(2), {
  folds: "value",
  fork: "value",
  help: "switch",
  profile: "switch",
  resume: "value",
  runs: "value",
  "trace-hooks": "switch",
  verbose: "switch",
});

const train = defineCommand({
  meta: { name: "train", description: "Train a table detector on Excel workbooks" },
  args: TRAIN_ARGUMENTS,
  async run({ rawArgs }): Promise<ExitCode> {
    const args = readTrainArguments(rawArgs, overrides);
    const launched = launchedRank(process.env);
    const console = new ProcessConsole();
    const stop = new AbortController();
    const removeHandlers = stopOnSignals(stop, (canForce) => {
      if ((launched?.rank ?? 0) > 0) return; // rank 0 says it
      console.line(`stopping after the step under way${canForce ? "; once more to stop at once" : ""}`);
    });
    try {
      const here = (ranks: RankGroup | null) => trainHere(args, console, stop.signal, ranks);
      if (launched === null) return exitCodeForAgent(await here(null), process.env);
      const { trainOnRanks } = await import("./train-on-ranks.ts");
      const code = await trainOnRanks(launched, process.argv.slice(2), args.config, stop, console, here);
      return exitCodeForAgent(code, process.env);
    } finally {
      removeHandlers();
      console.close();
    }
  },
});

/** @param ranks The ranks that compute for this process; null for a single process. */
async function trainHere(
  args: ReturnType<typeof readTrainArguments>,
  console: ProcessConsole,
  signal: AbortSignal,
  ranks: RankGroup | null,
): Promise<ExitCode> {
  const runs = args.runs ?? runsFolder();
  const folds = wholeNumber("folds", args.folds, 2);
  const isFolds = args.resume !== undefined && isFoldsFolder(args.resume);
  if (isFolds) refuseOverrides(args.resume!, overrides);
  if (ranks !== null && (isFolds || folds !== undefined)) refuseRanks(ranks.size);
  const target = args.resume === undefined || isFolds ? null : findResumeTarget(args.resume, runs);
  const fork = args.fork === undefined ? null : findForkTarget(args.fork, runs, args.config !== undefined);
  try {
    const common = { runs, console, signal, traceHooks: args["trace-hooks"], isVerbose: args.verbose };
    if (isFolds) return await resumeFolds(args.resume!, common);
    if (folds !== undefined) return await startFolds(args.config!, overrides, folds, common);
    const configFile = target?.folder.config ?? args.config ?? fork!.folder.config; // one of them is given
    const { config, plugins, notes } = await loadConfig(configFile, overrides, process.env);
    for (const note of notes) console.line(`note: ${note}`);
    if (config.evaluation.before_and_after) refuseUnsaved(plugins, "the weights before and after");
    const profile = args.profile ? new PhaseClock() : NO_PROFILE;
    let ended: EndedTraining | null = null;
    const onFolder = ({ path }: RunFolder, own: Config) => {
      ended = { folder: path, config: own };
    };
    const options = { ...common, config, plugins, resume: target, fork, ranks, profile, onFolder };
    const code = exitCode(await startRun(options), console);
    if (code === 0 && ended !== null && config.evaluation.before_and_after) {
      await reportFineTuning(ended, runs, signal, console);
    }
    return code;
  } catch (error) {
    // Before there was a run to save. A lost rank has its own reason.
    if (error === signal.reason && !(error instanceof UserError)) return 130;
    throw error;
  }
}

const moreHelp = async (columns: number) => describeOptions(await loadBuiltInPlugins(), columns);
await runMain({ ...train, moreHelp, parsesArguments: true }, own, { isOutputKept: true }); // in output.log

/** @param size How many ranks were launched. */
function refuseRanks(size: number): never {
  throw usageError({
    where: "command line",
    message: "Cannot train folds on several ranks",
    expected: "one process for --folds",
    got: `${size} ranks`,
    fix: "leave out mpirun or srun, or train without --folds",
  });
}

/** All trainings of a k-fold validation have the same settings. */
function refuseOverrides(folder: string, overrides: readonly string[]): void {
  if (overrides.length === 0) return;
  throw usageError({
    where: "command line",
    message: "Cannot change settings between the folds",
    expected: "--resume alone: the folder holds the configuration of all folds",
    got: shellWords([...overrides]),
    fix: commandLine("train", "--resume", folder),
  });
}

function exitCode({ status, error }: RunOutcome, console: ProcessConsole): ExitCode {
  if (error !== null) console.warn(errorText(error));
  if (status === "interrupted") return 130;
  return status === "failed" ? 1 : 0;
}
