/** `bun run runs [show <run> | diff <run> <run> …]`: what is known of runs, in the terminal or as JSON. */

import { defineCommand } from "citty";
import { nearest } from "../base/nearest.ts";
import { type ExitCode, type UserError, usageError } from "../base/problem.ts";
import { runsFolder } from "../base/project-root.ts";
import { runMain } from "../console/command.ts";
import { compareRuns } from "../runs/compare-runs.ts";
import { namedRuns } from "../runs/named-runs.ts";
import { type OpenRun, openRuns } from "../runs/open-run.ts";
import type { RunDetails, RunRow, Setting } from "../runs/run-data.ts";
import { listRuns, RunSet } from "../runs/run-set.ts";
import { wholeNumber } from "./define-data-command.ts";
import { diffText, listText, namedValue, showText } from "./runs/run-text.ts";

/** A curve has at most twice as many points. */
const BUCKETS = 500;

const RUNS = {
  type: "string",
  valueHint: "folder",
  description: "The folder of the runs that a name or latest is one of (runs/ of the project)",
} as const;
const JSON_ARGUMENT = { type: "boolean", description: "Print one JSON document" } as const;

const show = defineCommand({
  meta: { description: "Print everything that is known of a run" },
  args: {
    run: {
      type: "positional",
      required: true,
      description: "Its folder, its name or a part of it, or latest",
    },
    runs: RUNS,
    json: {
      ...JSON_ARGUMENT,
      description: "Print one JSON document, with the configuration and the network",
    },
    curves: {
      type: "string",
      valueHint: "names",
      description: "With --json: the curves of these metrics, separated by commas, or all",
    },
    sheets: {
      type: "string",
      valueHint: "epoch",
      description: "With --json: the validation sheets of this epoch, with true and predicted tables",
    },
    histograms: {
      type: "string",
      valueHint: "name",
      description: "With --json: the histograms of this parameter's gradient over time",
    },
  },
  async run({ args }): Promise<ExitCode> {
    const run = opened([args.run], args.runs)[0]!;
    const epoch = wholeNumber("sheets", args.sheets, 1);
    const details = await run.details();
    if (!args.json) {
      const given = (["curves", "sheets", "histograms"] as const).find((name) => args[name] !== undefined);
      if (given !== undefined) throw withoutJson(given);
      print(showText(details, process.stdout.columns || 80));
      return 0;
    }
    const { curves, histograms } = args;
    const names = curves === undefined || curves === "all" ? null : curves.split(",");
    printJson({
      ...details,
      ...(curves === undefined ? {} : { curves: await run.curves({ names, ...WHOLE }) }),
      ...(epoch === undefined ? {} : { sheets: await run.sheets(epoch) }),
      ...(histograms === undefined ? {} : { histograms: await run.histograms(histograms) }),
    });
    return 0;
  },
});

const WHOLE = { axis: "step", from: -Infinity, to: Infinity, buckets: BUCKETS, smooth: 0 } as const;

const diff = defineCommand({
  meta: { description: "Print what distinguishes runs: settings, data, machine, metrics" },
  args: {
    first: { type: "positional", required: true, valueHint: "run", description: "A run, as show takes it" },
    others: {
      type: "positional",
      required: true,
      valueHint: "run …",
      description: "The runs to compare with it",
    },
    runs: RUNS,
    json: JSON_ARGUMENT,
  },
  async run({ args }): Promise<ExitCode> {
    const runs: RunDetails[] = [];
    for (const run of opened(args._, args.runs)) runs.push(await run.details());
    if (runs.length === 1) throw oneRun(runs[0]!.id);
    const comparison = compareRuns(runs);
    if (args.json) printJson(comparison);
    else print(diffText(runs, comparison));
    return 0;
  },
});

const runs = defineCommand({
  meta: { name: "runs", description: "List runs, show one, or compare several" },
  args: {
    paths: {
      type: "positional",
      required: false,
      valueHint: "folder | run …",
      description: "Folders of runs, or single runs (runs/ of the project)",
    },
    columns: {
      type: "string",
      valueHint: "names",
      description: "Settings or metrics with columns of their own, separated by commas: training.lr,val/loss",
    },
    sort: {
      type: "string",
      valueHint: "name",
      description:
        "Sort by a setting, a metric, f1, duration or status, the largest first (the newest first)",
    },
    json: JSON_ARGUMENT,
  },
  subCommands: { show, diff },
  run({ args }): ExitCode {
    const set = new RunSet(args._.length > 0 ? args._ : [runsFolder()]);
    const rows = sorted(listRuns(set), args.sort);
    if (args.json) printJson({ folder: set.folder, runs: rows });
    else if (rows.length === 0) print(`no runs in ${set.folder}`);
    else {
      const more = args.columns?.split(",").filter((name) => name !== "") ?? [];
      checkNames(rows, more);
      const width = process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY;
      print(listText(rows, more, width));
    }
    return 0;
  },
});

await runMain(runs, process.argv.slice(2));

function opened(words: readonly string[], folder: string | undefined): OpenRun[] {
  return openRuns(namedRuns(words, folder ?? runsFolder()));
}

function oneRun(id: string): UserError {
  return usageError({
    where: "command line",
    message: "Cannot compare a run with itself",
    expected: "two runs or more",
    got: `${id}, and no other`,
  });
}

/** The largest first; runs without a value last. */
function sorted(rows: readonly RunRow[], name: string | undefined): readonly RunRow[] {
  if (name === undefined) return rows;
  checkNames(rows, [name]);
  const compare = (a: Setting, b: Setting) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === "number" && typeof b === "number") return b - a;
    return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
  };
  return [...rows].sort((a, b) => compare(namedValue(a, name), namedValue(b, name)));
}

/** @throws {UserError} Exit code 2, for a name that no run has a value of. */
function checkNames(rows: readonly RunRow[], names: readonly string[]): void {
  const unknown = names.find((name) => rows.every((row) => namedValue(row, name) === null));
  if (unknown === undefined || rows.length === 0) return;
  const known = rows.flatMap(({ settings, summary }) => [...Object.keys(settings), ...Object.keys(summary)]);
  const close = nearest(unknown, [...new Set(["f1", "duration", "status", ...known])]);
  throw usageError({
    where: "command line",
    message: "Cannot find a value of this name in any run",
    expected: "a setting (training.lr), a metric (val/loss), f1, duration or status",
    got: unknown,
    ...(close === null ? {} : { fix: close }),
  });
}

function withoutJson(option: string): UserError {
  return usageError({
    where: "command line",
    message: `Cannot print what --${option} asks for in a terminal`,
    expected: "--json beside it",
    got: "no --json",
    fix: `--json --${option}`,
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Numbers that are not finite become null. */
function printJson(value: unknown): void {
  print(JSON.stringify(value));
}
