/** Finds tables for other programs over HTTP. docs/serving.md describes it for users. */

import { rmSync } from "node:fs";
import { usageError } from "../base/problem.ts";
import { roundedScore } from "../base/rounded-score.ts";
import { scratchFolder } from "../files/scratch-folder.ts";
import type { FoundWorkbook, TableDetector } from "../library/library-types.ts";
import { HttpProblem, problemResponse } from "./http-problem.ts";
import { openApi } from "./open-api.ts";
import { receiveUpload } from "./receive-upload.ts";

export interface TableServerOptions {
  readonly detector: TableDetector;
  /** The address to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The most bytes of a workbook. */
  readonly maxBytes: number;
  /** The longest that an upload may take, milliseconds. */
  readonly uploadLimit: number;
  /** The longest that its workbook may take after that, the wait for a thread included, milliseconds. */
  readonly workLimit: number;
  /** The most requests for tables at once; further ones are refused. */
  readonly mostRequests: number;
  /** The version of the program, for the description. */
  readonly version: string;
  /** Gets a line per request: method, path, status, bytes and time. No names of files. */
  readonly log: (line: string) => void;
  /** Gets the stack of a defect. */
  readonly onDefect: (error: unknown) => void;
}

/**
 * A server that listens.
 *
 * Life cycle: `startTableServer` listens at once. `stop` refuses new requests, waits for those under way, and
 * removes what they left.
 */
export interface TableServer extends AsyncDisposable {
  /** `http://127.0.0.1:7437`. */
  readonly address: string;
  stop(): Promise<void>;
  /** Removes the uploads at once, for a process that ends without `stop`. */
  removeUploads(): void;
}

/** Connections on which nothing happens are closed after this time, seconds. */
const IDLE_SECONDS = 60;
const LOOK_AGAIN_MS = 20;
/** How long the last answers may take to leave. */
const LAST_ANSWERS_MS = 1000;
const JSON_HEADERS = { "content-type": "application/json" };

/** @throws {UserError} Exit code 2, if it cannot listen there; 1, if there is no place for uploads. */
export function startTableServer(options: TableServerOptions): TableServer {
  const { detector, host, port, log, onDefect } = options;
  const folder = scratchFolder("tablesense2-");
  const removeUploads = () => rmSync(folder, { recursive: true, force: true });
  const state: State = { folder, requests: 0, stopping: new AbortController() };
  const answer = async (request: Request, server: Bun.Server<undefined>): Promise<Response> => {
    const start = performance.now();
    let pathname = "";
    let known: string | undefined;
    let bytes = 0;
    let response: Response;
    try {
      const url = addressOf(request);
      pathname = url.pathname;
      known = ROUTES[pathname];
      checkOrigin(request, url, host);
      if (known === undefined) {
        throw new HttpProblem(404, "Nothing is here", `one of ${Object.keys(ROUTES).join(", ")}`);
      }
      if (request.method !== known && !(request.method === "HEAD" && known === "GET")) {
        throw new HttpProblem(405, "Another method is expected", known, { allow: known });
      }
      if (pathname === "/health") response = Response.json(health(detector, state));
      else if (pathname === "/openapi.json") response = Response.json(openApi(options));
      else {
        server.timeout(request, 0); // it has a limit of its own
        response = await tables(request, options, state, (size) => {
          bytes = size;
        });
      }
    } catch (error) {
      response = problemResponse(error);
      if (response.status === 500) onDefect(error);
    }
    const shown = known === undefined ? "(unknown path)" : pathname;
    const time = Math.round(performance.now() - start);
    const status = request.signal.aborted ? "499 (the client has gone)" : response.status;
    log(`${request.method} ${shown} ${status}, ${bytes} bytes, ${time} ms`);
    return response;
  };
  let server: Bun.Server<undefined>;
  try {
    server = Bun.serve({
      hostname: host,
      port,
      idleTimeout: IDLE_SECONDS,
      maxRequestBodySize: Number.MAX_SAFE_INTEGER, // counted here, so that the answer says the limit
      fetch: answer,
      error(error) {
        onDefect(error);
        return problemResponse(error);
      },
    });
  } catch (error) {
    removeUploads();
    throw cannotListen(error, host, port);
  }
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    stopped ??= (async () => {
      state.stopping.abort();
      const drained = server.stop();
      while (state.requests > 0) await Bun.sleep(LOOK_AGAIN_MS);
      await Promise.race([drained, Bun.sleep(LAST_ANSWERS_MS)]); // clients may keep connections open
      await server.stop(true);
      removeUploads();
    })();
    await stopped;
  };
  const shown = host.includes(":") ? `[${host}]` : host;
  return { address: `http://${shown}:${server.port}`, stop, removeUploads, [Symbol.asyncDispose]: stop };
}

/** The paths, each with its method. */
const ROUTES: Readonly<Record<string, string>> = {
  "/tables": "POST",
  "/health": "GET",
  "/openapi.json": "GET",
};

interface State {
  /** Where uploads lie. */
  readonly folder: string;
  requests: number;
  /** Aborted once no further request is taken. */
  readonly stopping: AbortController;
}

async function tables(
  request: Request,
  { detector, maxBytes, uploadLimit, workLimit, mostRequests }: TableServerOptions,
  state: State,
  onBytes: (bytes: number) => void,
): Promise<Response> {
  if (state.stopping.signal.aborted) throw busy("the server is ending");
  if (state.requests >= mostRequests)
    throw busy(`${state.requests} requests are under way, the most at once`);
  state.requests++;
  try {
    const uploading = AbortSignal.timeout(uploadLimit);
    const signal = AbortSignal.any([request.signal, uploading]);
    await using upload = await receiveUpload(request, { folder: state.folder, maxBytes, signal }).catch(
      (error: unknown) => {
        const detail = `it was not complete after ${uploadLimit / 1000} s`;
        throw uploading.aborted ? new HttpProblem(408, "The upload took too long", detail) : error;
      },
    );
    onBytes(upload.bytes);
    const working = AbortSignal.timeout(workLimit);
    const found = await detector
      .find(upload.path, { signal: AbortSignal.any([request.signal, working]) })
      .catch((error: unknown) => {
        const detail = `its tables were not found within ${workLimit / 1000} s`;
        throw working.aborted ? new HttpProblem(504, "The workbook took too long", detail) : error;
      });
    return new Response(`${JSON.stringify(answerOf(found))}\n`, { headers: JSON_HEADERS });
  } catch (error) {
    // Nobody reads the answer; it is no defect.
    if (request.signal.aborted) throw new HttpProblem(400, "The client has gone", "the upload ended early");
    throw error;
  } finally {
    state.requests--;
  }
}

/** What `predict --json` says about a file, without its name. */
function answerOf({ file, sheets, notes }: FoundWorkbook): object {
  return {
    sheets: sheets.map(({ sheet, hidden, lookedAt, tables }) => ({
      sheet,
      ...(hidden ? { hidden } : {}),
      ...(lookedAt === null ? {} : { looked_at: lookedAt }),
      tables: tables.map(({ range, score }) => ({ range, score: roundedScore(score) })),
    })),
    notes: notes.map((note) => (note.startsWith(`${file}: `) ? note.slice(file.length + 2) : note)),
  };
}

function health({ mode, device, threshold }: TableDetector, { requests }: State): object {
  return { status: "ok", mode, device, score_threshold: threshold, requests };
}

/** The address that a client asks for. @throws {HttpProblem} If the header Host makes none of it. */
function addressOf(request: Request): URL {
  const url = URL.parse(request.url);
  if (url !== null) return url;
  throw new HttpProblem(400, "No server is named", "the request has no header Host, or a broken one");
}

/**
 * Refuses pages of other servers, in whose name a browser may send requests to this machine, and other names
 * for this machine, which such a page may have made up.
 */
function checkOrigin(request: Request, url: URL, host: string): void {
  const isLocal = isLoopback(host);
  if (isLocal && !isLoopback(url.hostname.replace(/^\[|\]$/g, ""))) {
    throw new HttpProblem(
      403,
      "Another name is expected",
      "this server answers to 127.0.0.1, ::1 and localhost",
    );
  }
  const origin = request.headers.get("origin");
  if (origin === null || origin === url.origin) return;
  throw new HttpProblem(403, "Pages of other servers are refused", "the request has the header Origin");
}

/** Whether an address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function busy(detail: string): HttpProblem {
  return new HttpProblem(503, "The server is busy", detail, { "retry-after": "1" });
}

function cannotListen(error: unknown, host: string, port: number): Error {
  const { code = "", message } = error as { code?: string; message: string };
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "another program listens on this port",
    EACCES: "no permission for this port",
    EADDRNOTAVAIL: "this machine has no such address",
  };
  return usageError({
    message: `Cannot listen on ${host}, port ${port}`,
    expected: "an address of this machine and a free port",
    got: reasons[code] ?? message,
    fix: code === "EADDRINUSE" || code === "EACCES" ? "--port 0 takes a free one" : "--host 127.0.0.1",
  });
}
