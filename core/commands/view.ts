/** `bun run view [folder | run …]`: shows runs in a browser, live and without an account. */

import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import type { ExitCode } from "../base/problem.ts";
import { runsFolder } from "../base/project-root.ts";
import { runMain } from "../console/command.ts";
import { namedRuns } from "../runs/named-runs.ts";
import { RunSet } from "../runs/run-set.ts";
import { bundlePage } from "../view/page-bundle.ts";
import { startViewServer } from "../view/view-server.ts";
import { OPEN_ARGUMENT, portArgument, portOf, showPage } from "./show-page.ts";

const view = defineCommand({
  meta: { name: "view", description: "Show runs in a browser: curves, sheets, details, live" },
  args: {
    paths: {
      type: "positional",
      required: false,
      valueHint: "folder | run …",
      description: "Folders of runs, or runs: their folders, their names, or latest (runs/ of the project)",
    },
    port: portArgument("any that is free"),
    open: OPEN_ARGUMENT,
  },
  async run({ args }): Promise<ExitCode> {
    const port = portOf(args.port) ?? 0;
    const set = runSetOf(args._, runsFolder());
    const bundle = await bundlePage();
    return await showPage(args.open === true, async (_console, shown) => {
      await using server = startViewServer(set, bundle, port);
      await shown(server, [`runs in ${set.folder}`]);
    });
  },
});

await runMain(view, process.argv.slice(2));

/** @throws {UserError} Exit code 2. */
function runSetOf(words: readonly string[], runs: string): RunSet {
  if (words.length === 0) return new RunSet([runs]);
  const isFolder = (word: string) => existsSync(word);
  return new RunSet([
    ...words.filter(isFolder),
    ...namedRuns(
      words.filter((word) => !isFolder(word)),
      runs,
    ),
  ]);
}
