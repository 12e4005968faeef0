/** A server that shows one page to this machine alone: the page, its assets, answers to its questions. */

import { UserError } from "../base/problem.ts";
import type { ApiError } from "./api.ts";
import type { PageBundle } from "./page-bundle.ts";
import { RequestError } from "./request-error.ts";
import { cookieName, type Guard, isToken, refusal } from "./request-guard.ts";

/** The only address that the server listens at: other machines do not reach it. */
const LOOPBACK = "127.0.0.1";
/** Seconds without a byte after which a connection is closed; the events send one every 15 seconds. */
const IDLE_SECONDS = 60;
/** No tags, notes and labels are longer. */
const MOST_BODY_BYTES = 2 ** 20;

/** Nothing is loaded from elsewhere, and no text of a run is ever run. */
const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

/** Life cycle: `startPageServer` listens; disposal ends all connections. */
export interface PageServer extends AsyncDisposable {
  readonly port: number;
  /** What a browser is given: it holds the token. */
  readonly address: string;
  readonly token: string;
}

/** What a server shows. */
export interface ServedPage {
  readonly bundle: PageBundle;
  /** The title of the page before its program has set another one. */
  readonly title: string;
  /** What stands on the page until its program runs. */
  readonly loading: string;
  /** Names the server in messages: "the viewer". */
  readonly what: string;
  /** Answers a request below `/api/`. @throws {RequestError} */
  readonly answer: (request: Request, url: URL) => Promise<Response>;
}

/**
 * Starts the server.
 *
 * @param port 0: any that is free.
 * @param instead The port to take if that one is taken. @default none
 * @throws {UserError} Exit code 2, if the port is taken.
 */
export function startPageServer(page: ServedPage, port: number, instead?: number): PageServer {
  const token = crypto.randomUUID().replaceAll("-", "");
  let hasEnded = false;
  const answer = async (request: Request): Promise<Response> => {
    const guard: Guard = { token, port: server.port!, what: page.what };
    const response = await answered(page, guard, request).catch((error) => errorResponse(error, hasEnded));
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
    return response;
  };
  const server =
    instead === undefined
      ? serve(port, page.what, answer)
      : (tryServe(port, page.what, answer) ?? serve(instead, page.what, answer));
  return {
    port: server.port!,
    address: `http://${LOOPBACK}:${server.port}/?token=${token}`,
    token,
    [Symbol.asyncDispose]: () => {
      hasEnded = true;
      return server.stop(true);
    },
  };
}

function serve(
  port: number,
  what: string,
  fetch: (request: Request) => Promise<Response>,
): Bun.Server<undefined> {
  try {
    return Bun.serve({
      hostname: LOOPBACK,
      port,
      idleTimeout: IDLE_SECONDS,
      maxRequestBodySize: MOST_BODY_BYTES,
      fetch,
    });
  } catch (cause) {
    throw new UserError(
      {
        where: "command line",
        message: `Cannot start ${what}`,
        expected: `a free port of ${LOOPBACK}`,
        got: `${port}: ${(cause as Error).message}`,
        fix: "name another one with --port, or 0 for any that is free",
      },
      { exitCode: 2, cause },
    );
  }
}

/** null if the port is taken. */
function tryServe(...given: Parameters<typeof serve>): Bun.Server<undefined> | null {
  try {
    return serve(...given);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

async function answered(served: ServedPage, guard: Guard, request: Request): Promise<Response> {
  const refused = refusal(request, guard);
  // Only then is the address one: its host comes from the request.
  if (refused !== null && refused.status !== 401) throw new RequestError(refused.status, refused.error);
  const url = new URL(request.url);
  const given = url.searchParams.get("token");
  if (refused !== null && request.method === "GET" && isToken(given, guard.token)) {
    return signedIn(url, guard);
  }
  if (refused !== null) throw new RequestError(refused.status, refused.error);
  if (url.pathname.startsWith("/api/")) return await served.answer(request, url);
  if (request.method !== "GET") throw new RequestError(405, "Only the addresses below /api/ take this.");
  if (given !== null) return signedIn(url, guard);
  return asset(served.bundle, url.pathname) ?? frame(served);
}

/** Keeps the token in a cookie and leads to the same address without it: it stands in no history. */
function signedIn(url: URL, { token, port }: Guard): Response {
  url.searchParams.delete("token");
  const cookie = `${cookieName(port)}=${token}; Path=/; HttpOnly; SameSite=Strict`;
  const headers = {
    location: `${url.pathname}${url.search}`,
    "set-cookie": cookie,
    "cache-control": "no-store",
  };
  return new Response(null, { status: 303, headers });
}

function asset({ script, style }: PageBundle, path: string): Response | null {
  if (!path.startsWith("/assets/")) return null;
  const headers = { "cache-control": "no-cache" };
  if (path === "/assets/page.js") {
    return new Response(script, {
      headers: { ...headers, "content-type": "text/javascript; charset=utf-8" },
    });
  }
  if (path === "/assets/page.css") {
    return new Response(style, { headers: { ...headers, "content-type": "text/css; charset=utf-8" } });
  }
  throw new RequestError(404, "There is no such file.");
}

/** The frame that the page's program fills. */
function frame({ title, loading }: ServedPage): Response {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/page.css">
<script type="module" src="/assets/page.js"></script>
</head>
<body><div id="app"><p>${loading}</p></div></body>
</html>
`;
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
  return new Response(html, { headers });
}

/** @param hasEnded Whether the server was stopped, which takes from a request what it works with. */
function errorResponse(error: unknown, hasEnded: boolean): Response {
  const status = error instanceof RequestError ? error.status : error instanceof UserError ? 409 : 500;
  // A defect: its stack belongs on the console of whoever started the server, not on the page.
  if (status === 500 && !hasEnded) process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  const message = error instanceof Error ? error.message : String(error);
  return Response.json({ error: message } satisfies ApiError, { status });
}
