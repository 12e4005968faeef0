/**
 * `bun run help`: prints the commands of the project, one line for each. It needs no packages, so that it
 * answers at once in a fresh clone.
 */

import { commandLine } from "../base/command-line.ts";
import { labelledRows, wrapped } from "../base/labelled-rows.ts";
import { nearest } from "../base/nearest.ts";
import { formatProblems } from "../base/problem.ts";
import { helpColumns } from "../console/usage.ts";
import { COMMAND_GROUPS } from "./command-list.ts";

const NAMES = Object.values(COMMAND_GROUPS).flatMap((group) => Object.keys(group));

/** Commands that have no `--help` of their own. */
const WITHOUT_HELP: readonly string[] = ["setup", "help"];

/** @param columns The length of a line in characters. */
function helpText(columns: number): string {
  const width = Math.max(...NAMES.map((name) => name.length));
  const groups = Object.entries(COMMAND_GROUPS).flatMap(([title, commands]) => {
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
