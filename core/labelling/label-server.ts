/** The server of `bun run label`: the page, and the answers to its questions (`label-messages.ts`). */

import { isRecord } from "../base/plain-object.ts";
import { UserError } from "../base/problem.ts";
import { problemLine } from "../base/problem-line.ts";
import { MAX_COLUMN, MAX_ROW } from "../base/range.ts";
import { EventStream } from "../view/event-stream.ts";
import { jsonAnswer, jsonBody } from "../view/json-request.ts";
import type { PageBundle } from "../view/page-bundle.ts";
import { type PageServer, type ServedPage, startPageServer } from "../view/page-server.ts";
import { wholeNumberOf } from "../view/read-query.ts";
import { RequestError } from "../view/request-error.ts";
import { checkChange } from "./check-change.ts";
import type { FindProposals } from "./find-proposals.ts";
import { type FineTuningOptions, FineTuningRunner } from "./fine-tuning.ts";
import {
  type LabelChange,
  type LabelEvents,
  type LabelList,
  type LabelRefusal,
  MOST_CELLS,
} from "./label-messages.ts";
import type { LabelPlace } from "./label-place.ts";
import type { LabelStore } from "./label-store.ts";
import type { ProposalCache } from "./proposal-cache.ts";
import { Workbench } from "./workbench.ts";

/** How long changes gather before pages get them, ms. */
const GATHER_MS = 100;
const MOST_FOLDS = 20;
/** What a browser keeps belongs to an address: the page has the same one every time if it can. */
export const USUAL_PORT = 7437;

export interface LabelServerOptions {
  readonly place: LabelPlace;
  readonly store: LabelStore;
  readonly find: FindProposals;
  /** Keeps proposals from one start to the next. @default none are kept */
  readonly cache?: ProposalCache;
  readonly bundle: PageBundle;
  /** 0: any that is free; null: the usual one, or any that is free while that one is taken. */
  readonly port: number | null;
  /** Another training than the usual one, for tests. */
  readonly training?: Pick<FineTuningOptions, "command" | "runs">;
}

export interface LabelServer extends PageServer {
  readonly workbooks: number;
  /** Resolved once the tables of all workbooks were looked for. */
  readonly proposed: Promise<void>;
}

interface Parts {
  readonly place: LabelPlace;
  readonly bench: Workbench;
  readonly training: FineTuningRunner;
  readonly events: EventStream<LabelEvents>;
}

/** Starts the server and the search for tables. @throws {UserError} Exit code 2, if the port is taken. */
export function startLabelServer(options: LabelServerOptions): LabelServer {
  const { place, store, find, cache, bundle, port } = options;
  const events = new EventStream<LabelEvents>();
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const tell = () => {
    timer = null;
    const sheets = bench.rowsOf([...changed]);
    changed.clear();
    events.send("list", { sheets, looked: bench.looked, order: bench.order() });
  };
  const bench = new Workbench({
    files: place.files,
    store,
    find,
    cache,
    onChange: (ids) => {
      for (const id of ids) changed.add(id);
      timer ??= setTimeout(tell, GATHER_MS);
    },
  });
  const training = new FineTuningRunner({
    place,
    ...options.training,
    onChange: (state) => events.send("training", state),
  });
  const parts = { place, bench, training, events };
  const page: ServedPage = {
    bundle,
    title: "Labels",
    loading: "Loading the sheets …",
    what: "the workbench",
    answer: (request, url) => answerLabel(parts, request, url),
  };
  let server: PageServer;
  try {
    server = startPageServer(page, port ?? USUAL_PORT, port === null ? 0 : undefined);
  } catch (error) {
    bench[Symbol.dispose](); // its threads would keep the process alive
    throw error;
  }
  const ending = new AbortController();
  const proposed = bench.list(ending.signal).then(() => bench.propose(ending.signal));
  return {
    ...server,
    workbooks: bench.workbookCount,
    proposed,
    async [Symbol.asyncDispose]() {
      ending.abort();
      if (timer !== null) clearTimeout(timer);
      events[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
      training[Symbol.dispose]();
      bench[Symbol.dispose]();
      await proposed;
    },
  };
}

const SHEET = /^\/api\/label\/sheets\/([0-9a-f]+)(\/cells)?$/;

async function answerLabel(parts: Parts, request: Request, url: URL): Promise<Response> {
  const { bench, training, events } = parts;
  const route = `${request.method} ${url.pathname}`;
  if (route === "GET /api/label") return jsonAnswer(listOf(parts));
  if (route === "GET /api/label/events") return events.connect();
  if (route === "POST /api/label/training") return jsonAnswer(train(training, await jsonBody(request)));
  const [, id, cells] = SHEET.exec(url.pathname) ?? [];
  if (id === undefined) throw new RequestError(404, "There is no such address.");
  // A page that was open before the server has its sheets and changes at once.
  if (!bench.has(id)) await bench.listed;
  if (!bench.has(id)) throw new RequestError(404, "There is no such sheet any more.");
  if (request.method === "GET" && cells !== undefined) {
    return jsonAnswer(await bench.cells(id, blockOf(url.searchParams)));
  }
  if (request.method === "GET") {
    bench.look();
    return jsonAnswer(await bench.open(id));
  }
  if (request.method !== "PUT" || cells !== undefined) {
    throw new RequestError(405, "A sheet takes GET and PUT.");
  }
  const change = checkChange(await jsonBody(request), bench.size(id));
  if ("problems" in change) {
    const error = "The label was not kept.";
    return jsonAnswer({ error, problems: change.problems } satisfies LabelRefusal, 422);
  }
  return keep(bench, id, change);
}

function keep(bench: Workbench, id: string, change: LabelChange): Response {
  try {
    const { kind, label } = bench.change(id, change);
    return jsonAnswer(label, kind === "saved" ? 200 : 409);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Not 409, which is another label: the page keeps the change and sends it again.
    throw new RequestError(503, problemLine(error.problems[0]!));
  }
}

function listOf({ place, bench, training }: Parts): LabelList {
  bench.look();
  const sheets = bench.rows();
  return {
    folder: place.files,
    output: place.output,
    total: sheets.length,
    looked: bench.looked,
    order: bench.order(),
    sheets,
    training: training.state,
  };
}

function train(training: FineTuningRunner, body: unknown) {
  const { action, folds = null } = isRecord(body) ? body : {};
  const isCount = typeof folds === "number" && Number.isInteger(folds) && folds >= 2 && folds <= MOST_FOLDS;
  if (folds !== null && !isCount) {
    throw new RequestError(400, `folds has to be a whole number from 2 to ${MOST_FOLDS}.`);
  }
  if (action === "stop") return training.stop();
  if (action === "start") return training.start(folds as number | null);
  throw new RequestError(400, 'The action has to be "start" or "stop".');
}

function blockOf(query: URLSearchParams) {
  const top = wholeNumberOf(query, "top", { usual: 1, least: 1, most: MAX_ROW });
  const left = wholeNumberOf(query, "left", { usual: 1, least: 1, most: MAX_COLUMN });
  const rows = wholeNumberOf(query, "rows", { least: 1, most: MOST_CELLS });
  const cols = wholeNumberOf(query, "cols", { least: 1, most: MOST_CELLS });
  if (rows * cols > MOST_CELLS) throw new RequestError(400, `More than ${MOST_CELLS} cells at once.`);
  return {
    top,
    left,
    rows: Math.min(rows, MAX_ROW - top + 1),
    cols: Math.min(cols, MAX_COLUMN - left + 1),
  };
}
