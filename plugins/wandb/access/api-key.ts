/** The API key: where it is looked up, and a wrapper that keeps it out of everything that is printed or written. */

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

const HIDDEN = "[W&B API key]";

/** A key that shows itself only through `reveal()`: not as text, not as JSON, not when it is inspected. */
export class ApiKey {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The key itself, for the Authorization header alone. */
  reveal(): string {
    return this.#value;
  }

  /** The text without the key, should it be in it. */
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

/** Where a key was found, for messages: "WANDB_API_KEY", "~/.netrc". */
export interface FoundKey {
  readonly key: ApiKey;
  readonly source: string;
}

/**
 * `WANDB_API_KEY`, else the password of the server's host in `$NETRC`, `~/.netrc` or `~/_netrc`.
 *
 * @param host `api.wandb.ai`, `127.0.0.1:8080`.
 */
export function findApiKey(
  host: string,
  env: Readonly<Record<string, string | undefined>>,
  home: string = homedir(),
): FoundKey | null {
  const variable = env.WANDB_API_KEY?.trim();
  if (variable) return { key: new ApiKey(variable), source: "WANDB_API_KEY" };
  const files = env.NETRC ? [env.NETRC] : [join(home, ".netrc"), join(home, "_netrc")];
  for (const file of files) {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch {
      continue; // no such file, or one that is not ours to read
    }
    const password = netrcPassword(text, host);
    if (password) return { key: new ApiKey(password), source: file };
  }
  return null;
}

/** The password of one machine in a netrc file; macros are passed over. */
export function netrcPassword(text: string, host: string): string | null {
  // A macro's body runs to the next empty line.
  const words = text
    .replace(/^\s*macdef[\s\S]*?(\n[ \t]*\n|$(?![\s\S]))/gm, "\n")
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
 * What is wrong with a key's form, without a word of the key; null if it can be one. A key is a JWT, or, behind an
 * optional `local-`, at least 40 letters, digits, `-` or `_`.
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
