/** `bun run view [folder | run …]`: shows runs in a browser, live and without an account. */

import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import type { ExitCode } from "../base/problem.ts";
import { runsFolder } from "../base/project-root.ts";
import { runMain } from "../console/command.ts";
import { ProcessConsole } from "../console/console.ts";
import { stopOnSignals } from "../console/stop-signals.ts";
import { namedRuns } from "../runs/named-runs.ts";
import { RunSet } from "../runs/run-set.ts";
import { bundlePage } from "../view/page-bundle.ts";
import { startViewServer } from "../view/view-server.ts";
import { wholeNumber } from "./define-data-command.ts";
import { openInBrowser } from "./open-in-browser.ts";

/** The last port there is. */
const MOST_PORT = 65_535;

const view = defineCommand({
  meta: { name: "view", description: "Show runs in a browser: curves, sheets, details, live" },
  args: {
    paths: {
      type: "positional",
      required: false,
      valueHint: "folder | run …",
      description: "Folders of runs, or runs: their folders, their names, or latest (runs/ of the project)",
    },
    port: { type: "string", valueHint: "number", description: "The port to listen at (any that is free)" },
    open: { type: "boolean", description: "Open the page in the browser" },
  },
  async run({ args }): Promise<ExitCode> {
    const port = wholeNumber("port", args.port, 0, MOST_PORT) ?? 0;
    const set = runSetOf(args._, runsFolder());
    const bundle = await bundlePage();
    const console = new ProcessConsole();
    const stop = new AbortController();
    const removeHandlers = stopOnSignals(stop, () => {});
    const ended = new Promise((done) => stop.signal.addEventListener("abort", done));
    try {
      await using server = startViewServer(set, bundle, port);
      console.line(`runs in ${set.folder}`);
      console.line(`open ${server.address}`);
      console.line("only this machine reaches it, and only with the token in this address; Ctrl-C ends it");
      if (args.open) openInBrowser(server.address, (problem) => console.warn(problem));
      await ended;
      return 0;
    } finally {
      removeHandlers();
      console.close();
    }
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
