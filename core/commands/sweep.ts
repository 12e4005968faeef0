/** `bun run sweep <sweep.yaml>`: trains many runs, with other values of some settings in each. */

import { join } from "node:path";
import { defineCommand } from "citty";
import { commandLine } from "../base/command-line.ts";
import { nearest } from "../base/nearest.ts";
import { type ExitCode, type UserError, usageError } from "../base/problem.ts";
import { runsFolder } from "../base/project-root.ts";
import { shellWords } from "../base/shell-words.ts";
import { runMain } from "../console/command.ts";
import { StderrConsole } from "../console/stderr-console.ts";
import { stopOnSignals } from "../console/stop-signals.ts";
import { shortPath } from "../files/written-line.ts";
import { checkOverrides } from "../sweep/check-overrides.ts";
import type { Journal } from "../sweep/journal.ts";
import { findOptuna, OPTUNA_SAMPLERS, optunaSampler } from "../sweep/optuna-sampler.ts";
import { readSweep } from "../sweep/read-sweep.ts";
import { runSweep } from "../sweep/run-sweep.ts";
import { gridSampler, randomSampler, type Sampler } from "../sweep/sampler.ts";
import type { Sweep } from "../sweep/sweep.ts";
import { SweepFolder } from "../sweep/sweep-folder.ts";
import type { SweepRules } from "../sweep/sweep-study.ts";
import { bestTrial, sweepJson, trialTable } from "../sweep/sweep-table.ts";
import { wholeNumber } from "./define-data-command.ts";

const DEFAULT_SEED = 42;
const SAMPLERS = ["grid", "random", "optuna", ...OPTUNA_SAMPLERS] as const;
type SamplerName = (typeof SAMPLERS)[number];

const sweep = defineCommand({
  meta: { name: "sweep", description: "Train many runs with other settings in each, and compare them" },
  args: {
    file: {
      type: "positional",
      required: true,
      valueHint: "sweep.yaml",
      description: "A sweep's file, as W&B has them",
    },
    agents: { type: "string", valueHint: "number", description: "Trials at once on this machine (1)" },
    count: { type: "string", valueHint: "number", description: "The most trials that this command runs" },
    folder: {
      type: "string",
      valueHint: "folder",
      description:
        "The sweep's folder; on a shared disk, several machines take part (in runs/ of the project)",
    },
    sampler: {
      type: "string",
      valueHint: "name",
      description:
        "Where values come from: grid, random, optuna, or a sampler of Optuna: tpe, gp, cmaes (the file's method)",
    },
    seed: { type: "string", valueHint: "number", description: "The seed of a new sweep's values (42)" },
    json: { type: "boolean", description: "Print one JSON document at the end instead of the table" },
  },
  async run({ args }): Promise<ExitCode> {
    const definition = readSweep(args.file);
    const agents = wholeNumber("agents", args.agents, 1) ?? 1;
    const count = wholeNumber("count", args.count, 1) ?? null;
    const seed = wholeNumber("seed", args.seed, 0) ?? DEFAULT_SEED;
    const name = samplerName(args.sampler, definition);
    if (name !== "grid" && definition.runCap === null && count === null) throw withoutEnd(args.file);
    checkOverrides(definition);
    const samplerOf = samplerMaker(name, definition);
    const folder = new SweepFolder(args.folder ?? join(runsFolder(), `sweep ${definition.name}`));
    const console = new StderrConsole();
    const stop = new AbortController();
    const removeHandlers = stopOnSignals(stop, (canForce) =>
      console.line(`stopping the trials under way${canForce ? "; once more to stop at once" : ""}`),
    );
    try {
      const method = name === "grid" || name === "random" ? name : ("bayes" as const);
      const { trials } = await runSweep({
        sweep: { ...definition, method },
        folder,
        agents,
        count,
        seed,
        samplerOf,
        env: process.env,
        console,
        signal: stop.signal,
      });
      const width = process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY;
      console.result(
        args.json
          ? `${JSON.stringify(sweepJson(definition, folder, trials))}\n`
          : `${trialTable(definition, trials, width)}\n`,
      );
      for (const line of whereToLook(folder, bestTrial(trials, definition.metric) !== null))
        console.line(line);
      await console.flush();
      if (stop.signal.aborted) {
        console.line(`to go on: ${commandLine("sweep", ...process.argv.slice(2))}`);
        return 130;
      }
      return 0;
    } finally {
      removeHandlers();
    }
  },
});

await runMain(sweep, process.argv.slice(2));

/** @throws {UserError} Exit code 2, for a name that no sampler has, or one that does not fit the file. */
function samplerName(given: string | undefined, { method, file }: Sweep): SamplerName {
  if (given === undefined) return method === "bayes" ? "optuna" : method;
  const name = SAMPLERS.find((each) => each === given);
  const where = "command line, --sampler";
  if (name === undefined) {
    const close = nearest(given, SAMPLERS);
    throw usageError({
      where,
      message: "Cannot tell where values come from",
      expected: `one of ${SAMPLERS.join(", ")}`,
      got: given,
      ...(close === null ? {} : { fix: `--sampler ${close}` }),
    });
  }
  if (name !== "grid" || method === "grid") return name;
  throw usageError({
    where,
    message: "Cannot visit a grid",
    expected: "a file with method: grid, whose parameters all have lists of values",
    got: `method: ${method} in ${file}`,
    fix: "method: grid",
  });
}

function samplerMaker(name: SamplerName, { name: study }: Sweep) {
  if (name === "grid") return gridSampler;
  if (name === "random") return randomSampler;
  const sampler = name === "optuna" ? "tpe" : name;
  const python = findOptuna(sampler, process.env);
  return (rules: SweepRules, { path: journal }: Journal): Sampler =>
    optunaSampler(rules, { python, sampler, journal, study });
}

function withoutEnd(file: string): UserError {
  return usageError({
    file,
    message: "Cannot tell when this sweep ends",
    expected: "run_cap in the file, or --count: there is always another trial of a sweep that is no grid",
    got: "neither",
    fix: commandLine("sweep", file, "--count", "20"),
  });
}

function whereToLook(folder: SweepFolder, hasRuns: boolean): string[] {
  const journal = shellWords([shortPath(folder.journal)]);
  const lines = [`journal: ${journal}, which optuna-dashboard opens`];
  return hasRuns ? [`curves: ${commandLine("view", shortPath(folder.runs))}`, ...lines] : lines;
}
