/**
 * Requests to one W&B server, sent again until they are answered: every attempt has a time limit, and once `endWithin`
 * is called, so has the whole. A client serves one lane of requests, sent one after the other.
 */

import { BACKOFF, type Backoff, isRetryable, waitBefore } from "./retry.ts";
import { notAServer, refusal, ServerError, unreachableReason } from "./server-error.ts";

export interface HttpClientOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly backoff?: Backoff;
  /** Called when the first attempt of a request fails for a reason that may pass. */
  readonly onTrouble?: (reason: string) => void;
  /** Called when an attempt succeeds after one that failed. */
  readonly onRecovery?: () => void;
}

export interface RequestOptions {
  /** ms for one attempt, the whole answer included. */
  readonly timeLimit: number;
  /** Attempts in all; unlimited by default. */
  readonly attempts?: number;
  /** Statuses to try again although the rule says not to. */
  readonly alsoRetry?: readonly number[];
  /**
   * True for the first request: a web page, or an address that is not there, says that this is no W&B server. Later a page
   * comes from something in between, and goes away.
   */
  readonly isFirst?: boolean;
}

export type RequestBody = string | Uint8Array<ArrayBuffer> | Blob;

export class HttpClient {
  readonly baseUrl: string;
  readonly #authorization: string;
  readonly #options: HttpClientOptions;
  readonly #abort = new AbortController();
  #troubled = false;
  /** Set by `endWithin`: ms that may pass without a success. */
  #patience: { ms: number; firstContact: number } | null = null;
  #hasSucceeded = false;
  #lastProgress = 0;
  #wake: (() => void) | null = null;
  /** The POST that waits for its answer. */
  #underWay: AbortController | null = null;

  constructor(options: HttpClientOptions) {
    this.baseUrl = options.baseUrl;
    this.#options = options;
    // The key is in this one header and in nothing that is printed or stored.
    this.#authorization = `Basic ${Buffer.from(`api:${options.apiKey}`).toString("base64")}`;
  }

  /**
   * From now on gives up when `ms` pass without a success, or `firstContact` ms if there has never been one. A wait that
   * the client chose itself is cut short.
   */
  endWithin(ms: number, firstContact = ms): void {
    this.#patience = { ms, firstContact };
    this.#lastProgress = performance.now();
    this.#wake?.();
    // What is under way began with a time limit for a run that goes on.
    const underWay = this.#underWay;
    if (underWay)
      setTimeout(() => underWay.abort(new DOMException("", "TimeoutError")), this.#left()).unref();
  }

  /** Ends everything at once: what is under way fails with `aborted`. */
  abort(): void {
    this.#abort.abort();
    this.#wake?.();
  }

  /**
   * Sends JSON to a path of the server with the key.
   *
   * @returns The answer's JSON.
   * @throws {ServerError} `refused`, `unreachable` or `aborted`.
   */
  post(path: string, json: unknown, options: RequestOptions): Promise<unknown> {
    const headers = {
      Authorization: this.#authorization,
      "Content-Type": "application/json",
      "User-Agent": "tablesense2",
    };
    const body = JSON.stringify(json);
    return this.#send("POST", this.baseUrl + path, headers, () => body, options, JSON.parse);
  }

  /** Puts bytes at an address that the server gave out, without the key: it belongs to a storage provider. */
  async put(
    url: string,
    body: () => RequestBody,
    size: number,
    headers: Record<string, string>,
    options: RequestOptions,
  ): Promise<void> {
    const all = { ...headers, "Content-Length": String(size) };
    await this.#send("PUT", url, all, body, options, () => null);
  }

  async #send<T>(
    method: string,
    url: string,
    headers: Record<string, string>,
    body: () => RequestBody,
    { timeLimit, attempts = Number.POSITIVE_INFINITY, alsoRetry = [], isFirst }: RequestOptions,
    read: (text: string) => T,
  ): Promise<T> {
    // Time in which nothing was to be sent does not count against the server.
    if (!this.#troubled) this.#lastProgress = performance.now();
    for (let attempt = 0; ; attempt++) {
      let reason: string;
      let status: number | null = null;
      let retryAfter: string | null = null;
      try {
        // At the end an attempt may take no longer than is left, except for files: their limit goes with their size.
        const left = method === "POST" ? Math.max(this.#left(), 1_000) : timeLimit;
        const limit = AbortSignal.timeout(Math.min(timeLimit, left));
        const own = new AbortController();
        if (method === "POST") this.#underWay = own;
        const signal = AbortSignal.any([this.#abort.signal, own.signal, limit]);
        const response = await fetch(url, { method, headers, body: body(), signal, redirect: "manual" });
        const text = await response.text(); // inside the try: an answer can break off half-way
        status = response.status;
        retryAfter = response.headers.get("Retry-After");
        if (status >= 200 && status < 300) {
          if (isFirst && /^\s*</.test(text)) throw notAServer(new URL(url).origin, "a web page");
          const result = read(text);
          this.#succeeded();
          return result;
        }
        const detail = this.#withoutKey(describeAnswer(text, response.headers.get("Location")));
        if (isFirst && (status === 404 || status === 405)) {
          throw notAServer(new URL(url).origin, String(status));
        }
        if (!isRetryable(status) && !alsoRetry.includes(status)) {
          throw refusal(status, detail, new URL(url).origin);
        }
        reason = `answer ${status}${detail ? `: ${detail}` : ""}`;
      } catch (error) {
        if (error instanceof ServerError) throw error;
        if (this.#abort.signal.aborted) throw new ServerError("aborted", "the upload was ended");
        reason = error instanceof SyntaxError ? "an answer that is not JSON" : unreachableReason(error);
      } finally {
        this.#underWay = null;
      }
      if (!this.#troubled) {
        this.#troubled = true;
        this.#options.onTrouble?.(`${new URL(url).origin}: ${reason}`);
      }
      const wait = waitBefore(attempt, this.#options.backoff ?? BACKOFF, retryAfter);
      if (attempt + 1 >= attempts || this.#left() <= 0) {
        throw new ServerError("unreachable", `${new URL(url).origin} cannot be reached: ${reason}`, status);
      }
      await this.#sleep(Math.min(wait, this.#left()), retryAfter === null);
    }
  }

  /** A server may repeat in its answer what it was sent. */
  #withoutKey(text: string): string {
    const { apiKey } = this.#options;
    return text.replaceAll(apiKey, "…").replaceAll(this.#authorization.slice("Basic ".length), "…");
  }

  #left(): number {
    if (!this.#patience) return Number.POSITIVE_INFINITY;
    const { ms, firstContact } = this.#patience;
    return this.#lastProgress + (this.#hasSucceeded ? ms : firstContact) - performance.now();
  }

  #succeeded(): void {
    this.#hasSucceeded = true;
    this.#lastProgress = performance.now();
    if (!this.#troubled) return;
    this.#troubled = false;
    this.#options.onRecovery?.();
  }

  /** @param canBeCut False where the server asked for the wait. */
  async #sleep(ms: number, canBeCut: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    if (canBeCut) this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    this.#wake = null;
  }
}

/** What an error's answer says, shortened: GraphQL's messages, else the text, else where it points. */
function describeAnswer(text: string, location: string | null): string {
  if (location) return location;
  try {
    const { errors, error } = JSON.parse(text) as { errors?: { message?: string }[]; error?: unknown };
    if (Array.isArray(errors)) return errors.map(({ message }) => message ?? "").join("; ");
    if (typeof error === "string") return error;
  } catch {
    // Not JSON: a proxy's page.
  }
  return text.trim().startsWith("<") ? "" : text.trim().slice(0, 200);
}
