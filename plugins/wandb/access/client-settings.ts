/**
 * The settings files of W&B's own client, which its commands write: `wandb offline`, `wandb disabled` and
 * `wandb init` in the folder, `wandb login --host` for the user.
 */

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** A setting and the file that has it. */
interface ClientSetting {
  readonly value: string;
  readonly file: string;
}

/** From the names of settings (`mode`, `base_url`, `entity`, `project`, `api_key`) to their values. */
export type ClientSettings = ReadonlyMap<string, ClientSetting>;

/**
 * Reads `$WANDB_CONFIG_DIR/settings` or `~/.config/wandb/settings`, and over it the settings of the folder:
 * `wandb/settings`, or `.wandb/settings` if there is such a folder, in `$WANDB_DIR` or the current folder.
 * Files that are not there, or cannot be read, have no settings.
 */
export function readClientSettings(
  env: Readonly<Record<string, string | undefined>>,
  { cwd = process.cwd(), home = homedir() }: { readonly cwd?: string; readonly home?: string } = {},
): ClientSettings {
  const root = resolve(cwd, withHome(env.WANDB_DIR || ".", home));
  const folder = join(root, existsSync(join(root, ".wandb")) ? ".wandb" : "wandb");
  const ofUser = env.WANDB_CONFIG_DIR ? resolve(cwd, withHome(env.WANDB_CONFIG_DIR, home)) : null;
  const files = [join(ofUser ?? join(home, ".config", "wandb"), "settings"), join(folder, "settings")];
  return new Map(
    files.flatMap((file) => [...parseSettings(textOf(file))].map(([key, value]) => [key, { value, file }])),
  );
}

/** The section `[default]` of a settings file. Keys are in lower case; empty values count as not set. */
export function parseSettings(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  let isOurs = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (section !== undefined) isOurs = section.trim() === "default";
    const [, key = "", value = ""] = /^\s*([^\s#;[=:][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (isOurs && key !== "" && value !== "") settings.set(key.toLowerCase(), value);
  }
  return settings;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function withHome(path: string, home: string): string {
  return /^~(?=$|[/\\])/.test(path) ? join(home, path.slice(1)) : path;
}
