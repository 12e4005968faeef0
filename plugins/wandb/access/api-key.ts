/**
 * The API key: where it is found, and a wrapper that keeps it out of everything that is printed or written.
 */

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type { ClientSettings } from "./client-settings.ts";

const HIDDEN = "[W&B API key]";

/** An API key. Only `reveal()` gives it away: as text, as JSON and to an inspector it is a placeholder. */
export class ApiKey {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The key itself. It is meant for the Authorization header and for nothing else. */
  reveal(): string {
    return this.#value;
  }

  /** The text with a placeholder wherever the key stands in it. */
  hideIn(text: string): string {
    return text.replaceAll(this.#value, HIDDEN);
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

export interface FoundKey {
  readonly key: ApiKey;
  /** Where it was found, for messages: `WANDB_API_KEY`, or the path of a file. */
  readonly source: string;
}

/**
 * Looks for the key: in `WANDB_API_KEY`, then in the settings files of W&B's client, then in the netrc file,
 * as the password of the server's host. That file is `$NETRC` or, if this is not set, `~/.netrc` or
 * `~/_netrc`.
 *
 * @param host With its port, if the address has one: `api.wandb.ai`, `127.0.0.1:8080`.
 */
export function findApiKey(
  host: string,
  env: Readonly<Record<string, string | undefined>>,
  home: string = homedir(),
  client: ClientSettings = new Map(),
): FoundKey | null {
  const variable = env.WANDB_API_KEY?.trim();
  if (variable) return { key: new ApiKey(variable), source: "WANDB_API_KEY" };
  const setting = client.get("api_key");
  if (setting) return { key: new ApiKey(setting.value), source: setting.file };
  const files = env.NETRC ? [env.NETRC] : [join(home, ".netrc"), join(home, "_netrc")];
  for (const file of files) {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch {
      continue; // no such file, or one that may not be read
    }
    const password = netrcPassword(text, host);
    if (password) return { key: new ApiKey(password), source: file };
  }
  return null;
}

/**
 * The password of a machine in the text of a netrc file; null if there is none. Macros and comments are
 * ignored.
 */
export function netrcPassword(text: string, host: string): string | null {
  // A macro's body runs to the next empty line.
  const words = text
    .replace(/^\s*macdef[\s\S]*?(\n[ \t\r]*\n|$(?![\s\S]))/gm, "\n")
    .replace(/(^|\s)#.*$/gm, "$1");
  const tokens = words.match(/"(?:[^"\\]|\\.)*"|\S+/g)?.map(unquoted) ?? [];
  let isOurs = false;
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] === "machine") isOurs = tokens[++i] === host;
    else if (tokens[i] === "default") isOurs = false;
    else if (tokens[i] === "login" || tokens[i] === "account") i++;
    else if (tokens[i] === "password" && tokens[++i] !== undefined && isOurs) return tokens[i]!;
  }
  return null;
}

/**
 * Describes what is wrong with the form of a key, without quoting any of it; null if nothing is. A key is a
 * JWT, or at least 40 letters, digits, `-` or `_` after an optional prefix such as `local-`.
 */
export function keyProblem(key: ApiKey): string | null {
  const text = key.reveal();
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return null;
  const secret = text.slice(text.indexOf("-") + 1);
  if (!/^[\w-]*$/.test(secret)) return "characters that no key has";
  return secret.length < 40 ? `${secret.length} characters` : null;
}

function unquoted(token: string): string {
  return /^".*"$/.test(token) ? token.slice(1, -1).replace(/\\(.)/g, "$1") : token;
}
