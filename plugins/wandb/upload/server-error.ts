/** The errors of a W&B server and of the way to it, and the messages for them. */

export type ServerErrorKind =
  /** The server's answer is final: asking again would change nothing. */
  | "refused"
  /** No usable answer came in time. */
  | "unreachable"
  /** The upload was ended by the caller. */
  | "aborted";

export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly kind: ServerErrorKind;
  /** The HTTP status; null if there was no answer. */
  readonly status: number | null;

  constructor(kind: ServerErrorKind, message: string, status: number | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.status = status;
  }
}

/** The error for a final status: what the status means and what the user can change. */
export function refusal(status: number, detail: string, baseUrl: string): ServerError {
  const said = detail ? `: ${detail}` : "";
  const text = ((): string => {
    if (status === 401) {
      return `${baseUrl} refuses the API key (401). Set WANDB_API_KEY to a key from ${webUrl(baseUrl)}/authorize`;
    }
    if (status === 403)
      return `${baseUrl} denies access (403)${said}. Is the key's user a member of the entity?`;
    if (status === 404) return `${baseUrl} does not know what was asked for (404)${said}`;
    if (status === 413) return `${baseUrl} finds a request too large (413)`;
    if (status >= 300 && status < 400) {
      return `${baseUrl} sends requests elsewhere (${status})${said}. Set plugins.wandb.base_url to the server itself`;
    }
    return `${baseUrl} refuses a request (${status})${said}`;
  })();
  return new ServerError("refused", text, status);
}

/**
 * The error for an address at which something else than a W&B server answers.
 *
 * @param answer What came: `a web page`, `404`.
 */
export function notAServer(baseUrl: string, answer: string): ServerError {
  const fix = "Set plugins.wandb.base_url to the server itself, https://api.wandb.ai for W&B's own";
  return new ServerError("refused", `${baseUrl} answers with ${answer}: it is not a W&B server. ${fix}`);
}

/**
 * The address of a server's pages: `https://api.wandb.ai` → `https://wandb.ai`, `https://api.x` →
 * `https://app.x`.
 */
export function webUrl(baseUrl: string): string {
  if (baseUrl.includes("://api.wandb.")) return baseUrl.replace("://api.wandb.", "://wandb.");
  return baseUrl.replace("://api.", "://app.");
}

/** Why a request got no answer, in a few words: `connection refused`, `no answer in time`. */
export function unreachableReason(error: unknown): string {
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  if (name === "TimeoutError") return "no answer in time";
  if (code === "ECONNREFUSED" || code === "ConnectionRefused") return "connection refused";
  if (code === "ECONNRESET" || code === "ConnectionClosed") return "connection lost";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "FailedToOpenSocket") return "host not found";
  return code ?? message ?? String(error);
}
