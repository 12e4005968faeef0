/** Commands of this project as the user can type them, in the form in which this process was started. */

import { shellWords } from "./shell-words.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A command of package.json's scripts for the user to copy, each argument quoted where a shell needs it:
 * `commandLine("train", "--resume", folder)` → `bun run train --resume "runs/mine 2026-11-23 12:00"`.
 */
export function commandLine(...words: readonly string[]): string {
  return `${startOf(process.env)} ${shellWords(words)}`;
}

/**
 * What stands before the name of a script: `bun run`, or `npx --yes bun@1.4.5 run` where npm fetched Bun for this
 * process and no other `bun` can be expected.
 *
 * @param environment Its variables, as npm and Bun set them for scripts.
 * @param version Bun's version.
 */
export function startOf(environment: Environment, version: string = Bun.version): string {
  const {
    npm_config_user_agent: agent = "",
    npm_config_prefer_offline: offline,
    PATH: path = "",
  } = environment;
  // Bun sets the agent of its own scripts only where npm has not set one. npx puts the folder of the programs that
  // it fetched first on the path.
  const isByNpx = agent.startsWith("npm/") && /[\\/]_npx[\\/][^\\/]+[\\/]node_modules[\\/]\.bin/.test(path);
  if (!isByNpx) return "bun run";
  return `npx --yes ${offline === "true" ? "--prefer-offline " : ""}bun@${version} run`;
}
