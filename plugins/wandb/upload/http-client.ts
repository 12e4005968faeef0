/**
 * Sends requests to a W&B server again and again until they are answered. Each attempt has a time limit;
 * once `endWithin` was called, all attempts together have one too.
 */

import { certificateProblem, certificateRemedy, trustedCertificates } from "./certificates.ts";
import { Pause } from "./pause.ts";
import { BACKOFF, type Backoff, isRetryable, waitBefore } from "./retry.ts";
import { notAServer, refusal, ServerError, unreachableReason } from "./server-error.ts";

export interface HttpClientOptions {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly backoff?: Backoff;
  /** Called when an attempt fails for a reason that may pass, and not again before one succeeds. */
  readonly onTrouble?: (reason: string) => void;
  /** Called when an attempt succeeds after `onTrouble` was called. */
  readonly onRecovery?: () => void;
}

export interface RequestOptions {
  /** How long one attempt may take, to the end of the answer, in ms. */
  readonly timeLimit: number;
  /** How many attempts to make. Left out: as many as it takes. */
  readonly attempts?: number;
  /** Statuses after which to try again, beside those of `isRetryable`. */
  readonly alsoRetry?: readonly number[];
  /**
   * True for the first request to a server. If a web page or a 404 answers it, the address is not that of a
   * W&B server. Later, such an answer comes from a proxy and may pass.
   */
  readonly isFirst?: boolean;
}

export type RequestBody = string | Uint8Array<ArrayBuffer> | Blob;

/** The slowest connection for which the time limits of large requests are enough. */
export const BYTES_PER_MS = 50;

/** A request that is sent until it is answered. */
interface Request<T> {
  readonly method: "POST" | "PUT";
  readonly url: string;
  /** Of the body, in bytes. */
  readonly size: number;
  readonly headers: Record<string, string>;
  /** Called for every attempt: a file is read anew. */
  readonly body: () => RequestBody;
  readonly options: RequestOptions;
  /** From the text of a successful answer to what the caller wants. It throws for what is not JSON. */
  readonly read: (text: string) => T;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** The headers of these names. */
  readonly location: string | null;
  readonly retryAfter: string | null;
  /** How long the server wants to be left alone, in ms: it has no requests left for this key. */
  readonly rest: number;
}

/** Why an attempt has to be made again. `status` is null where no answer came. */
interface FailedAttempt extends Pick<Answer, "retryAfter"> {
  readonly reason: string;
  readonly status: number | null;
}

/**
 * A client sends its requests one after the other: call `post` or `put` again only once the last call has
 * ended. `endWithin` and `abort` may be called at any time. There is nothing to release.
 */
export class HttpClient {
  readonly baseUrl: string;
  readonly #authorization: string;
  readonly #options: HttpClientOptions;
  readonly #abort = new AbortController();
  #troubled = false;
  /** Set by `endWithin`: how many ms may pass without a success, and how many before the first success. */
  #patience: { ms: number; firstContact: number } | null = null;
  #hasSucceeded = false;
  #lastProgress = 0;
  readonly #pause = new Pause();
  /** When the server will take requests again: `performance.now()`, in ms. */
  #restUntil = 0;
  /** Certificates to trust beside Bun's own; null until a server's is not accepted. */
  #trusted: string[] | null = null;
  /** The POST that waits for its answer, and the size of its body in bytes. */
  #underWay: { readonly abort: AbortController; readonly size: number } | null = null;

  constructor(options: HttpClientOptions) {
    this.baseUrl = options.baseUrl;
    this.#options = options;
    // The key is in this header alone, and in nothing that is printed or stored.
    this.#authorization = `Basic ${Buffer.from(`api:${options.apiKey}`).toString("base64")}`;
  }

  /**
   * From now on, requests fail as `unreachable` once `ms` pass without a success; `firstContact` is the
   * limit for a server that has never answered. A large request has more time, or a slow connection could
   * never end it. A wait under way is cut short, unless the server asked for it.
   */
  endWithin(ms: number, firstContact = ms): void {
    this.#patience = { ms, firstContact };
    this.#lastProgress = performance.now();
    this.#pause.cutShort();
    // The request under way was sent with the longer time limit of a run that is still going on.
    if (this.#underWay === null) return;
    const { abort, size } = this.#underWay;
    const limit = Math.ceil(this.#left() + size / BYTES_PER_MS);
    setTimeout(() => abort.abort(new DOMException("", "TimeoutError")), limit).unref();
  }

  /** Ends everything at once: the request under way fails as `aborted`. */
  abort(): void {
    this.#abort.abort();
    this.#pause.cutShort();
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
    const url = this.baseUrl + path;
    const size = Buffer.byteLength(body);
    return this.#send({ method: "POST", url, size, headers, body: () => body, options, read: JSON.parse });
  }

  /**
   * Puts bytes at an address that the server gave out. The key is not sent: the address belongs to a storage
   * provider.
   *
   * @throws {ServerError} `refused`, `unreachable` or `aborted`.
   */
  async put(
    url: string,
    body: () => RequestBody,
    size: number,
    headers: Record<string, string>,
    options: RequestOptions,
  ): Promise<void> {
    const all = { ...headers, "Content-Length": String(size) };
    await this.#send({ method: "PUT", url, size, headers: all, body, options, read: () => null });
  }

  /**
   * Makes attempts until one succeeds, one shows that no further one would help, or no attempt or time is
   * left.
   */
  async #send<T>(request: Request<T>): Promise<T> {
    const { attempts = Number.POSITIVE_INFINITY } = request.options;
    const { origin } = new URL(request.url);
    // Time in which there was nothing to send is no time without a success.
    if (!this.#troubled) this.#lastProgress = performance.now();
    for (let attempt = 0; ; attempt++) {
      const rest = this.#restUntil - performance.now();
      if (rest > 0) await this.#pause.wait(Math.min(rest, Math.max(this.#left(), 0)), false);
      const outcome = await this.#attempt(request);
      if ("result" in outcome) {
        this.#succeeded();
        return outcome.result;
      }
      const { reason, status, retryAfter } = outcome;
      this.#failed(`${origin}: ${reason}`);
      if (attempt + 1 >= attempts || this.#left() <= 0) {
        throw new ServerError("unreachable", `${origin} cannot be reached: ${reason}`, status);
      }
      const wait = waitBefore(attempt, this.#options.backoff ?? BACKOFF, retryAfter);
      // A wait that the server asked for is not cut short.
      await this.#pause.wait(Math.min(wait, this.#left()), retryAfter === null);
    }
  }

  /** @throws {ServerError} `refused` or `aborted`: trying again would change nothing. */
  async #attempt<T>(request: Request<T>): Promise<{ readonly result: T } | FailedAttempt> {
    let answer: Answer;
    try {
      answer = await this.#exchange(request);
    } catch (error) {
      if (this.#abort.signal.aborted) throw new ServerError("aborted", "the upload was ended");
      const certificate = certificateProblem(error);
      if (certificate !== null) {
        if (this.#trusted !== null) throw untrusted(new URL(request.url).origin, certificate);
        this.#trusted = trustedCertificates();
        return this.#attempt(request);
      }
      return { reason: unreachableReason(error), status: null, retryAfter: null };
    }
    const { status, text, retryAfter } = answer;
    this.#restUntil = performance.now() + answer.rest;
    if (status < 200 || status >= 300) return this.#refused(answer, request);
    if (request.options.isFirst && /^\s*</.test(text)) {
      throw notAServer(new URL(request.url).origin, "a web page");
    }
    try {
      return { result: request.read(text) };
    } catch {
      return { reason: "an answer that is not JSON", status, retryAfter };
    }
  }

  /**
   * Sends the request once and takes the whole answer. @throws What `fetch` throws: no connection, no answer
   * in time.
   */
  async #exchange({ method, url, size, headers, body, options }: Request<unknown>): Promise<Answer> {
    // At the end an attempt may take no longer than is left and what its size needs. The limit of a file
    // has its size in it.
    const least = Math.max(this.#left(), 1_000) + size / BYTES_PER_MS;
    const left = method === "POST" ? least : options.timeLimit;
    const limit = AbortSignal.timeout(Math.min(options.timeLimit, left));
    const own = new AbortController();
    if (method === "POST") this.#underWay = { abort: own, size };
    const signal = AbortSignal.any([this.#abort.signal, own.signal, limit]);
    try {
      const trust = this.#trusted && { tls: { ca: this.#trusted } };
      const response = await fetch(url, {
        method,
        headers,
        body: body(),
        signal,
        redirect: "manual",
        ...trust,
      });
      const text = await response.text(); // an answer can break off half-way
      return {
        status: response.status,
        text,
        location: response.headers.get("Location"),
        retryAfter: response.headers.get("Retry-After"),
        rest: restOf(response.headers),
      };
    } finally {
      this.#underWay = null;
    }
  }

  /**
   * What to make of an answer whose status is no success.
   *
   * @throws {ServerError} `refused`, unless the status may pass.
   */
  #refused(answer: Answer, { url, options }: Request<unknown>): FailedAttempt {
    const { status, text, location, retryAfter } = answer;
    const { origin } = new URL(url);
    if (options.isFirst && (status === 404 || status === 405)) throw notAServer(origin, String(status));
    const detail = this.#withoutKey(describeAnswer(text, location));
    if (!isRetryable(status) && !options.alsoRetry?.includes(status)) throw refusal(status, detail, origin);
    return { reason: `answer ${status}${detail ? `: ${detail}` : ""}`, status, retryAfter };
  }

  /** The text without the key, which a server may repeat in its answer. */
  #withoutKey(text: string): string {
    const { apiKey } = this.#options;
    return text.replaceAll(apiKey, "…").replaceAll(this.#authorization.slice("Basic ".length), "…");
  }

  /** How many ms are left for a success; infinitely many before `endWithin`. */
  #left(): number {
    if (!this.#patience) return Number.POSITIVE_INFINITY;
    const { ms, firstContact } = this.#patience;
    return this.#lastProgress + (this.#hasSucceeded ? ms : firstContact) - performance.now();
  }

  #failed(reason: string): void {
    if (this.#troubled) return;
    this.#troubled = true;
    this.#options.onTrouble?.(reason);
  }

  #succeeded(): void {
    this.#hasSucceeded = true;
    this.#lastProgress = performance.now();
    if (!this.#troubled) return;
    this.#troubled = false;
    this.#options.onRecovery?.();
  }
}

/** The longest rest that a server can ask for with its rate limit, in ms. */
const MAX_REST = 60_000;

/** What `RateLimit-Remaining` and `RateLimit-Reset` (in seconds) ask for, in ms: 0 while requests remain. */
function restOf(headers: Headers): number {
  const remaining = headers.get("RateLimit-Remaining");
  const reset = Number(headers.get("RateLimit-Reset") ?? Number.NaN);
  if (remaining === null || Number(remaining) > 0 || !Number.isFinite(reset)) return 0;
  return Math.min(Math.max(reset, 0) * 1000, MAX_REST);
}

/** The error for a certificate that nobody on this machine trusts. */
function untrusted(origin: string, code: string): ServerError {
  return new ServerError(
    "refused",
    `the certificate of ${origin} is not accepted (${code}). ${certificateRemedy(code)}`,
  );
}

/**
 * What the answer to a failed request says: where it redirects to, or the messages of GraphQL, or its
 * shortened text.
 */
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
