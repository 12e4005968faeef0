/**
 * What the stand-in server holds: runs with their lines and files, artifacts, and every request as it
 * arrived.
 */

import { StoredSweeps } from "./sweeps.ts";

/** A request as it arrived. `body` is decompressed, `raw` holds the bytes that were sent. */
export interface StoredRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Uint8Array;
  readonly body: Uint8Array;
  /** What was asked for: the name of the GraphQL operation, `file_stream`, or `PUT`. */
  readonly operation: string;
  /** The GraphQL variables or the body of a file_stream request; null for uploads. */
  readonly json: unknown;
  /** When it arrived: `performance.now()`, in ms. */
  readonly at: number;
}

/** The streamed files of a run: name → lines. */
export type Lines = Record<string, string[]>;

export class StoredRun {
  readonly id: string;
  readonly storageId: string;
  readonly entity: string;
  readonly project: string;
  /**
   * All fields of UpsertBucket requests that were not null, the latest value of each; `config` is parsed.
   */
  fields: Record<string, unknown> = {};
  config: Record<string, { value: unknown }> = {};
  readonly lines: Lines = {};
  readonly files = new Map<string, Uint8Array>();
  /** The names that requests announced in `uploaded`. */
  readonly uploaded = new Set<string>();
  /** The exit codes of all requests with `complete`, in order. */
  readonly exitCodes: number[] = [];
  heartbeats = 0;
  /** How many lines arrived again, with the same text at the same place; that is harmless. */
  resent = 0;

  constructor(id: string, entity: string, project: string) {
    this.id = id;
    this.entity = entity;
    this.project = project;
    this.storageId = Buffer.from(`Run:v1:${id}:${project}:${entity}`).toString("base64");
  }

  /** The rows as objects, with strings in place of the bare tokens NaN and Infinity. */
  get history(): Record<string, unknown>[] {
    return (this.lines["wandb-history.jsonl"] ?? []).map(parseExtended);
  }

  get events(): Record<string, unknown>[] {
    return (this.lines["wandb-events.jsonl"] ?? []).map(parseExtended);
  }

  get summary(): Record<string, unknown> {
    return parseExtended(this.lines["wandb-summary.json"]?.at(-1) ?? "{}");
  }

  text(file: string): string | null {
    const bytes = this.files.get(file);
    return bytes ? new TextDecoder().decode(bytes) : null;
  }
}

export interface StoredArtifact {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly digest: string;
  readonly aliases: readonly string[];
  readonly runId: string | null;
  state: "PENDING" | "COMMITTED";
  readonly files: Map<string, Uint8Array>;
  /** The parts that have arrived of files that are uploaded in parts: storage path → number → bytes. */
  readonly parts: Map<string, Map<number, Uint8Array>>;
  manifest: { contents: Record<string, { digest: string; size: number }> } | null;
}

export class Store {
  readonly requests: StoredRequest[] = [];
  readonly runs = new Map<string, StoredRun>();
  readonly artifacts: StoredArtifact[] = [];
  readonly sweeps = new StoredSweeps();
  /**
   * What a correct client never does: lines beyond the end, lines that change, a key that is sent to the
   * storage.
   */
  readonly violations: string[] = [];

  /** The only run there is. */
  get run(): StoredRun {
    if (this.runs.size !== 1) throw new Error(`The server holds ${this.runs.size} runs, not 1`);
    return [...this.runs.values()][0]!;
  }

  /** Writes lines at an offset, counted in lines, as W&B's file_stream does. */
  stream(run: StoredRun, file: string, offset: number, content: readonly string[]): void {
    run.lines[file] ??= [];
    const lines = run.lines[file];
    if (offset > lines.length) {
      this.violations.push(`${file}: offset ${offset} leaves a gap after ${lines.length} lines`);
    }
    const whole = file === "wandb-summary.json"; // replaced at will
    for (const [i, line] of content.entries()) {
      const old = lines[offset + i];
      if (old === line && !whole) run.resent++;
      else if (old !== undefined && old !== line && !whole && file !== "output.log") {
        this.violations.push(`${file}: line ${offset + i} changes from ${old} to ${line}`);
      }
      lines[offset + i] = line;
    }
  }

  /** How many requests asked for an operation. */
  count(operation: string): number {
    return this.requests.filter((request) => request.operation === operation).length;
  }

  /**
   * Where a text appears in what was received: address, headers, bodies on the wire, decompressed and with
   * JSON escapes undone at every depth.
   *
   * @param except Headers that may hold it.
   */
  search(text: string, except: readonly string[] = []): string[] {
    const found: string[] = [];
    for (const request of this.requests) {
      const place = `${request.method} ${request.path} (${request.operation})`;
      if (decodeURIComponent(request.path).includes(text)) found.push(`${place}: address`);
      for (const [name, value] of Object.entries(request.headers)) {
        if (!except.includes(name) && value.includes(text)) found.push(`${place}: header ${name}`);
      }
      const bytes = Buffer.from(text);
      const inBody = [request.raw, request.body].some((body) => Buffer.from(body).includes(bytes));
      if (inBody || stringsIn(request.json).some((string) => string.includes(text))) {
        found.push(`${place}: body`);
      }
    }
    return found;
  }
}

/** All strings in a JSON value, and in the JSON that its strings hold. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") {
    if (!/^\s*[[{"]/.test(value)) return [value];
    try {
      return [value, ...stringsIn(JSON.parse(value))];
    } catch {
      return [value];
    }
  }
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  if (value && typeof value === "object") {
    return Object.entries(value).flatMap(([key, child]) => [key, ...stringsIn(child)]);
  }
  return [];
}

/** Parses JSON in which NaN and Infinity may stand as bare tokens. */
export function parseExtended(text: string): Record<string, unknown> {
  return JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) => (token[0] === '"' ? token : `"${token}"`)),
  );
}
