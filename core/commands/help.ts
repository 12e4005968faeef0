/**
 * `bun run help`: prints the commands of the project, one line for each. It needs no packages, so that it
 * answers at once in a fresh clone.
 */

import { commandLine } from "../base/command-line.ts";
import { labelledRows, wrapped } from "../base/labelled-rows.ts";
import { nearest } from "../base/nearest.ts";
import { formatProblems } from "../base/problem.ts";
import { isInstalledPackage } from "../base/project-root.ts";
import { helpColumns } from "../console/usage.ts";

const FOR_CLONES = "Work on the project";

/** The scripts of package.json that users call, by purpose. Commands with a `--help` say the same in it. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "Find tables": {
    predict: "Find the tables of workbooks",
    serve: "Find the tables of workbooks for other programs, over HTTP",
    mcp: "Let language models list and read the tables of workbooks (Model Context Protocol)",
    evaluate: "Measure how well a checkpoint finds the tables of labelled sheets",
  },
  Train: {
    train: "Train a table detector on Excel workbooks",
    sweep: "Train many runs with other settings in each, and compare them",
    view: "Show runs in a browser: curves, sheets, details, live",
    runs: "List runs in the terminal, show one, compare several; as JSON for scripts",
    stop: "End a training after the epoch that is under way",
    report: "Write runs as one page that opens without the viewer",
    label: "Label the tables of your workbooks in a browser, and train on the labels",
    data: "Check, look at, prepare, generate, import and label datasets",
    checkpoint: "Inspect checkpoints, and export their weights for other tools",
    sync: "Upload runs to W&B that were logged offline, or whose upload did not end",
    device: "List, install and remove the devices that networks run on",
    plugin: "Write a new plugin, alone or as a package, with a test",
  },
  [FOR_CLONES]: {
    bench: "Measure the speed of the network, of workbooks, checkpoints and the log",
    test: "Run the tests; names of files run only these",
    check: "Check types, lint and format",
    verify: "Run every check of the repository, what has to hold before a commit",
    reference: "Write the files of the repository that are made from others",
    setup: "Install the packages of all commands; each installs its own when it starts",
    help: "Print this list",
  },
};

const NAMES = Object.values(GROUPS).flatMap((group) => Object.keys(group));

/** Commands that have no `--help` of their own. */
const WITHOUT_HELP: readonly string[] = ["setup", "help"];

/** @param columns The length of a line in characters. */
function helpText(columns: number): string {
  const width = Math.max(...NAMES.map((name) => name.length));
  // The package has no tests and no tools.
  const shown = Object.entries(GROUPS).filter(([title]) => !isInstalledPackage() || title !== FOR_CLONES);
  const groups = shown.flatMap(([title, commands]) => {
    const rows = Object.entries(commands).map(([name, what]) => [name.padEnd(width), what] as const);
    return [title, "", ...labelledRows(rows, columns), ""];
  });
  const more = [
    `${commandLine("train")} starts a command, and ${commandLine("train", "--help")} lists what it takes.`,
    "README.md shows the first steps; docs/README.md has a page for each subject.",
  ];
  return [...groups, ...more.flatMap((line) => wrapped(line, columns))].join("\n");
}

/** The problem with arguments: the list is the same for all of them. */
function refusal(given: readonly string[]): string {
  const close = nearest(given[0]!, NAMES);
  const fix =
    close === null || WITHOUT_HELP.includes(close) ? commandLine("help") : commandLine(close, "--help");
  return formatProblems([
    {
      where: "command line",
      message: `Cannot start ${commandLine("help")} with arguments`,
      expected: "nothing else",
      got: given.join(" "),
      fix,
    },
  ]);
}

const given = process.argv.slice(2);
if (given.every((argument) => argument === "--help" || argument === "-h")) {
  process.stdout.write(`${helpText(helpColumns(process.stdout))}\n`);
} else {
  process.stderr.write(`${refusal(given)}\n`);
  process.exitCode = 2;
}
