/** Answers the questions of the page: one function per address of `api.ts`. */

import { requestControl } from "../runs/control-request.ts";
import type { OpenRun } from "../runs/open-run.ts";
import { writeRemarks } from "../runs/remarks.ts";
import type { RunList } from "../runs/run-list.ts";
import { trashRun } from "../runs/trash-run.ts";
import type { ConsoleText, ControlRequest, Done, RunList as RunListAnswer } from "./api.ts";
import { jsonAnswer, jsonBody } from "./json-request.ts";
import type { LiveEvents } from "./live-events.ts";
import type { OpenRuns } from "./open-runs.ts";
import { readCurveQuery, wholeNumberOf } from "./read-query.ts";
import { RequestError } from "./request-error.ts";

export interface ApiParts {
  /** What is looked at, for people. */
  readonly folder: string;
  readonly list: RunList;
  readonly runs: OpenRuns;
  readonly events: LiveEvents;
}

type Answer = (run: OpenRun, request: Request, url: URL) => unknown;

/** By method and the part of the address behind the id. */
const RUN_ROUTES: Readonly<Record<string, Answer>> = {
  "GET ": (run) => run.details(),
  "GET curves": (run, _, { searchParams }) => run.curves(readCurveQuery(searchParams)),
  "GET histograms": (run, _, { searchParams }) => run.histograms(searchParams.get("name") ?? ""),
  "GET sheets": async (run, _, { searchParams }) => {
    const epoch = wholeNumberOf(searchParams, "epoch", { least: 0, most: Number.MAX_SAFE_INTEGER });
    const sheets = await run.sheets(epoch);
    if (sheets === null) throw new RequestError(404, `The run keeps no validation sheets of epoch ${epoch}.`);
    return sheets;
  },
  "GET console": (run, _, { searchParams }): ConsoleText =>
    run.console(wholeNumberOf(searchParams, "from", { usual: 0, least: 0, most: Number.MAX_SAFE_INTEGER })),
  "PUT remarks": async (run, request) => {
    writeRemarks(run.path, await jsonBody(request));
    return run.row();
  },
  "POST control": async (run, request): Promise<Done> => {
    const { action } = (await jsonBody(request)) as Partial<ControlRequest>;
    if (action !== "checkpoint" && action !== "stop") {
      throw new RequestError(400, 'The action has to be "checkpoint" or "stop".');
    }
    if (run.row().status !== "running") throw new RequestError(409, "Nothing trains in this run's folder.");
    requestControl(run.path, action);
    return { done: true };
  },
  "DELETE ": (run): Done => {
    if (run.row().status === "running") throw new RequestError(409, "The run trains: stop it first.");
    trashRun(run.path);
    return { done: true };
  },
};

/**
 * Answers a request below `/api/`.
 *
 * @throws {RequestError} For a request that makes no sense.
 * @throws {UserError} For what the disk refuses.
 */
export async function answerApi(parts: ApiParts, request: Request, url: URL): Promise<Response> {
  const { list, events } = parts;
  if (url.pathname === "/api/events" && request.method === "GET") return events.connect();
  if (url.pathname === "/api/runs" && request.method === "GET") {
    await events.look();
    return jsonAnswer({ folder: parts.folder, runs: list.rows } satisfies RunListAnswer);
  }
  const [, given, action = ""] = /^\/api\/runs\/([^/]+)(?:\/([a-z]+))?$/.exec(url.pathname) ?? [];
  const answer = RUN_ROUTES[`${request.method} ${action}`];
  if (given === undefined || answer === undefined) throw new RequestError(404, "There is no such address.");
  const result = await answer(await openRun(parts, given), request, url);
  if (request.method !== "GET") await events.look();
  return jsonAnswer(result);
}

/** The run of an address. Its id is looked up among the runs that are there: it is never part of a path. */
async function openRun({ list, runs, events }: ApiParts, given: string): Promise<OpenRun> {
  let id: string;
  try {
    id = decodeURIComponent(given);
  } catch {
    throw new RequestError(400, "The name of the run is not encoded as UTF-8.");
  }
  if (list.pathOf(id) === null) await events.look();
  const path = list.pathOf(id);
  if (path === null) throw new RequestError(404, `There is no run "${id}" any more.`);
  return runs.get(path, id);
}
