/** The server of `bun run view`: the page of runs, and what answers its questions. */

import { RunList } from "../runs/run-list.ts";
import type { RunSet } from "../runs/run-set.ts";
import { type ApiParts, answerApi } from "./api-routes.ts";
import { LiveEvents } from "./live-events.ts";
import { OpenRuns } from "./open-runs.ts";
import type { PageBundle } from "./page-bundle.ts";
import { type PageServer, startPageServer } from "./page-server.ts";
import { warmUp } from "./warm-up.ts";

/**
 * Starts the server.
 *
 * @param bundle The page.
 * @param port 0: any that is free.
 * @throws {UserError} Exit code 2, if the port is taken.
 */
export function startViewServer(set: RunSet, bundle: PageBundle, port: number): PageServer {
  const list = new RunList(set);
  const runs = new OpenRuns();
  const events = new LiveEvents(list, runs);
  const parts: ApiParts = { folder: set.folder, list, runs, events };
  const warming = new AbortController();
  const page = {
    bundle,
    title: "Runs",
    loading: "Loading the runs …",
    what: "the viewer",
    answer: (request: Request, url: URL) => answerApi(parts, request, url),
  };
  const server = startPageServer(page, port);
  void warmUp(list, runs, warming.signal);
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      warming.abort();
      events[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
