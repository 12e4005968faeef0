/**
 * A W&B server for tests, on the loopback interface: it answers the requests of W&B's clients, keeps all of
 * them, and fails on demand. docs/wandb-online.md describes what it checks.
 */

import { createHash } from "node:crypto";
import { CUT_HEADER, Gate } from "./gate.ts";
import { DEFAULT_ENTITY, GraphQL, operationName } from "./graphql.ts";
import { Store, type StoredRequest } from "./store.ts";

/** What goes wrong with a request. */
export type Fault =
  /** It is not processed; this status is the answer. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string; readonly body?: string }
  /** It is not processed; the connection is reset. */
  | { readonly kind: "reset" }
  /** It is not processed and never answered. */
  | { readonly kind: "hang" }
  /** It is processed and answered, but not before that. */
  | { readonly kind: "late"; readonly after: Promise<unknown> }
  /** It is processed; half of the answer is sent, then the connection is closed. */
  | { readonly kind: "half" }
  /** It is processed; the connection is reset before the answer. */
  | { readonly kind: "lost" };

/**
 * Decides what goes wrong with a request, if anything. `nth` counts the requests of the operation from 1.
 */
export type FaultRule = (operation: string, nth: number, request: StoredRequest) => Fault | null | undefined;

export interface StandIn {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  /** The only key that it accepts. */
  readonly apiKey: string;
  readonly store: Store;
  /** Sets the rule by which requests fail. Null: none fails. */
  fault(rule: FaultRule | null): void;
  /** Refuses connections until `up()`. */
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}

/** A made-up key of 40 characters, like W&B's keys. */
export const API_KEY = "5tand1n0000000000000000000000000000key42";

export interface StandInOptions {
  /** True: addresses of the storage have no host, as those of a server with a storage of its own. */
  readonly ownStorage?: boolean;
  /** True: JSON is sent compressed, to those who accept it. */
  readonly gzip?: boolean;
  /** How many requests the server grants, and after how many seconds it grants as many again. */
  readonly rateLimit?: { readonly requests: number; readonly seconds: number };
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const store = new Store();
  const counts = new Map<string, number>();
  let rule: FaultRule | null = null;
  const graphql = new GraphQL(store, () => (options.ownStorage ? "" : url));
  const limit = options.rateLimit && new RateLimit(options.rateLimit);

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0, // a request may hang: tests ask for it
    async fetch(request) {
      const stored = await receive(request);
      store.requests.push(stored);
      const nth = (counts.get(stored.operation) ?? 0) + 1;
      counts.set(stored.operation, nth);
      const fault = rule?.(stored.operation, nth, stored);
      if (fault?.kind === "hang") return new Promise<Response>(() => {});
      if (fault?.kind === "reset") return new Response(null, { headers: { [CUT_HEADER]: "reset" } });
      if (fault?.kind === "status") {
        const headers: Record<string, string> = fault.retryAfter ? { "Retry-After": fault.retryAfter } : {};
        return new Response(fault.body ?? "", { status: fault.status, headers });
      }
      if (fault?.kind === "late") await fault.after;
      const refused = limit?.take();
      const response = refused ?? (await answer(stored, store, graphql));
      limit?.mark(response);
      if (options.gzip) return zipped(response, stored);
      if (fault && fault.kind !== "late")
        response.headers.set(CUT_HEADER, fault.kind === "half" ? "half" : "reset");
      return response;
    },
  });
  const gate = new Gate(server.port!);
  await gate.open();
  const url = `http://127.0.0.1:${gate.port}`;

  return {
    url,
    apiKey: API_KEY,
    store,
    fault: (next) => {
      rule = next;
      counts.clear();
    },
    down: () => gate.close(),
    up: () => gate.open(),
    async stop() {
      await gate.close();
      await server.stop(true);
    },
  };
}

/** Grants requests, and says in every answer how many are left and for how long. */
class RateLimit {
  readonly #requests: number;
  readonly #ms: number;
  #left: number;
  #resetAt = 0;

  constructor({ requests, seconds }: { requests: number; seconds: number }) {
    this.#requests = requests;
    this.#left = requests;
    this.#ms = seconds * 1000;
  }

  /** @returns The refusal of a request too many; null if it is granted. */
  take(): Response | null {
    const now = performance.now();
    if (now >= this.#resetAt) {
      this.#left = this.#requests;
      this.#resetAt = now + this.#ms;
    }
    if (this.#left === 0) return new Response("rate limit exceeded", { status: 429 });
    this.#left--;
    return null;
  }

  mark({ headers }: Response): void {
    headers.set("RateLimit-Limit", String(this.#requests));
    headers.set("RateLimit-Remaining", String(this.#left));
    headers.set("RateLimit-Reset", String(Math.max(this.#resetAt - performance.now(), 0) / 1000));
  }
}

async function zipped(response: Response, { headers: asked }: StoredRequest): Promise<Response> {
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  if (!isJson || !asked["accept-encoding"]?.includes("gzip")) return response;
  const headers = new Headers(response.headers);
  headers.set("Content-Encoding", "gzip");
  const { status } = response;
  return new Response(Bun.gzipSync(await response.bytes()), { status, headers });
}

async function receive(request: Request): Promise<StoredRequest> {
  const path = new URL(request.url).pathname;
  const raw = new Uint8Array(await request.arrayBuffer());
  const headers = Object.fromEntries(request.headers);
  const body = headers["content-encoding"] === "gzip" ? Bun.gunzipSync(raw) : raw;
  const isJson = headers["content-type"]?.startsWith("application/json") && request.method === "POST";
  const sent = isJson ? JSON.parse(new TextDecoder().decode(body)) : null;
  const operation =
    path === "/graphql"
      ? operationName(sent.query)
      : path.endsWith("/file_stream")
        ? "file_stream"
        : request.method;
  const json = path === "/graphql" ? (sent.variables ?? {}) : sent;
  return { method: request.method, path, headers, raw, body, operation, json, at: performance.now() };
}

async function answer(request: StoredRequest, store: Store, graphql: GraphQL): Promise<Response> {
  const parts = request.path.split("/").slice(1).map(decodeURIComponent);
  if (parts[0] === "storage" && request.method === "PUT") return put(request, parts.slice(1), store);
  const basic = `Basic ${Buffer.from(`api:${API_KEY}`).toString("base64")}`;
  if (request.headers.authorization !== basic) {
    return Response.json({ errors: [{ message: "user is not logged in" }] }, { status: 401 });
  }
  if (parts[0] === "graphql") {
    const { query } = JSON.parse(new TextDecoder().decode(request.body));
    return graphql.answer(query, request.json as Record<string, unknown>);
  }
  if (parts[0] === "files" && request.operation === "file_stream") {
    return stream(request.json as FileStreamBody, parts.slice(1, 4), store);
  }
  return new Response("no such page", { status: 404 });
}

interface FileStreamBody {
  files?: Record<string, { offset: number; content: string[] }>;
  uploaded?: string[];
  complete?: boolean;
  exitcode?: number;
}

function stream(body: FileStreamBody, [entity, project, id]: string[], store: Store): Response {
  const run = store.runs.get(`${entity || DEFAULT_ENTITY}/${project}/${id}`);
  if (!run) return Response.json({ error: "run not found" }, { status: 404 });
  if (Object.keys(body).length === 0) run.heartbeats++;
  for (const [file, { offset, content }] of Object.entries(body.files ?? {})) {
    store.stream(run, file, offset ?? 0, content);
  }
  for (const name of body.uploaded ?? []) {
    if (!run.files.has(name)) store.violations.push(`${name} is announced as uploaded and was not`);
    run.uploaded.add(name);
  }
  if (body.complete) run.exitCodes.push(body.exitcode ?? 0);
  return Response.json({ exitcode: null, limits: {} });
}

/**
 * Receives a file at an address that createRunFiles, createArtifactFiles or createArtifactManifest gave out.
 */
function put(request: StoredRequest, [kind, ...path]: string[], store: Store): Response {
  if (request.headers.authorization) store.violations.push(`the key was sent to storage: ${request.path}`);
  const bytes = request.body;
  if (request.headers["content-length"] !== String(request.raw.length)) {
    store.violations.push(`no Content-Length on ${request.path}`);
  }
  const md5 = request.headers["content-md5"];
  if (md5 && md5 !== createHash("md5").update(bytes).digest("base64")) {
    return new Response("BadDigest", { status: 400 });
  }
  if (kind === "runs") {
    const run = store.runs.get(path.slice(0, 3).join("/"));
    run?.files.set(path.slice(3).join("/"), bytes);
    return new Response(null, { status: run ? 200 : 404 });
  }
  const artifact = store.artifacts.find((one) => one.id === path[0]);
  if (!artifact) return new Response(null, { status: 404 });
  if (kind === "parts") {
    const parts = artifact.parts.get(path.slice(2).join("/"));
    parts?.set(Number(path[1]), bytes);
    return new Response(null, { status: parts ? 200 : 404, headers: { ETag: `"${md5}"` } });
  }
  if (kind === "manifests") artifact.manifest = JSON.parse(new TextDecoder().decode(bytes));
  else artifact.files.set(path.slice(1).join("/"), bytes);
  return new Response(null, { status: 200 });
}
