/** `bun run train <config> [--section.key=value …]`: trains a detector. */

import { defineCommand } from "citty";
import type { ExitCode } from "../base/problem.ts";
import { runsFolder } from "../base/project-root.ts";
import { describeOptions } from "../config/describe-options.ts";
import { splitArguments } from "../config/overrides.ts";
import { errorText, runMain } from "../console/command.ts";
import { ProcessConsole } from "../console/console.ts";
import { stopOnSignals } from "../console/stop-signals.ts";
import { loadConfig } from "../hooks/load-config.ts";
import { loadBuiltInPlugins } from "../hooks/load-plugins.ts";
import { findForkTarget, findResumeTarget } from "../training/resume.ts";
import type { RunOutcome } from "../training/run-outcome.ts";
import { NO_PROFILE, PhaseClock } from "../training/run-profile.ts";
import { startRun } from "../training/start-run.ts";
import { readTrainArguments, TRAIN_ARGUMENTS } from "./train-arguments.ts";

const { own, overrides } = splitArguments(process.argv.slice(2), {
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
    const runs = args.runs ?? runsFolder();
    const target = args.resume === undefined ? null : findResumeTarget(args.resume, runs);
    const fork = args.fork === undefined ? null : findForkTarget(args.fork, runs, args.config !== undefined);
    const configFile = target?.folder.config ?? args.config ?? fork!.folder.config; // one of them is given
    const { config, plugins, notes } = await loadConfig(configFile, overrides, process.env);

    const console = new ProcessConsole();
    for (const note of notes) console.line(`note: ${note}`);
    const stop = new AbortController();
    const removeHandlers = stopOnSignals(stop, (canForce) =>
      console.line(`stopping after the step under way${canForce ? "; once more to stop at once" : ""}`),
    );
    try {
      const profile = args.profile ? new PhaseClock() : NO_PROFILE;
      const options = {
        config,
        plugins,
        console,
        signal: stop.signal,
        traceHooks: args["trace-hooks"],
        isVerbose: args.verbose,
        runs,
        resume: target,
        fork,
        profile,
      };
      return exitCode(await startRun(options), console);
    } catch (error) {
      if (error === stop.signal.reason) return 130; // before there was a run to save
      throw error;
    } finally {
      removeHandlers();
      console.close();
    }
  },
});

const moreHelp = async (columns: number) => describeOptions(await loadBuiltInPlugins(), columns);
await runMain({ ...train, moreHelp, parsesArguments: true }, own, { isOutputKept: true }); // in output.log

function exitCode({ status, error }: RunOutcome, console: ProcessConsole): ExitCode {
  if (error !== null) console.warn(errorText(error));
  if (status === "interrupted") return 130;
  return status === "failed" ? 1 : 0;
}
