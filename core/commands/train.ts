/** `bun run train <config> [--section.key=value …]`: trains a detector. */

import { join } from "node:path";
import { defineCommand } from "citty";
import { commandLine } from "../base/command-line.ts";
import { type ExitCode, UserError } from "../base/problem.ts";
import { PROJECT_ROOT } from "../base/project-root.ts";
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
  args: {
    config: { type: "positional", required: false, description: "Configuration file: configs/minimal.yaml" },
    resume: {
      type: "string",
      valueHint: "run",
      description: "Go on with a run: its folder, a checkpoint file in it, or latest",
    },
    fork: {
      type: "string",
      valueHint: "checkpoint",
      description:
        "Begin a new run with the state of a checkpoint, or of a run's folder, and go on from there",
    },
    runs: {
      type: "string",
      valueHint: "folder",
      description: "Where run folders are made (runs/ of the project)",
    },
    profile: { type: "boolean", description: "Print how long the phases of the run took" },
    "trace-hooks": {
      type: "boolean",
      default: false,
      description: "Print how long each call of a plugin takes, and the totals at the end",
    },
    verbose: { type: "boolean", default: false, description: "Print which hooks each plugin has" },
  },
  async run({ args }): Promise<ExitCode> {
    const runs = args.runs ?? join(PROJECT_ROOT, "runs");
    const target = args.resume === undefined ? null : findResumeTarget(args.resume, runs);
    if (target !== null && args.fork !== undefined) throw usageError("both --resume and --fork");
    const fork = args.fork === undefined ? null : findForkTarget(args.fork, runs, args.config !== undefined);
    if (target !== null && args.config !== undefined) throw usageError("both a configuration and --resume");
    const configFile = target?.folder.config ?? args.config ?? fork?.folder.config;
    if (configFile === undefined) throw usageError("neither a configuration nor --resume");
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
await runMain({ ...train, moreHelp }, own, { isOutputKept: true }); // in output.log

function exitCode({ status, error }: RunOutcome, console: ProcessConsole): ExitCode {
  if (error !== null) console.warn(errorText(error));
  if (status === "interrupted") return 130;
  return status === "failed" ? 1 : 0;
}

function usageError(got: string): UserError {
  return new UserError(
    {
      message: "Cannot tell what to train",
      expected: "one configuration file, or --resume with a run",
      got,
      fix: `${commandLine("train", "configs/minimal.yaml")}, or ${commandLine("train", "--resume", "latest")}`,
    },
    { exitCode: 2 },
  );
}
