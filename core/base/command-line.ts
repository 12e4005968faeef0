/** Commands of this project as the user can type them, in the form in which this process was started. */

import { isInstalledPackage } from "./project-root.ts";
import { shellWords } from "./shell-words.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Writes a command of package.json's scripts for the user to copy, with quotes where a shell needs them:
 * `commandLine("train", "--resume", folder)` → `bun run train --resume "runs/mine 2026-11-23 12:00"`.
 */
export function commandLine(...words: readonly string[]): string {
  return `${startOf(process.env)} ${shellWords(words)}`;
}

/** Writes a command of Bun's package manager for the user: `managerLine("install")` → `bun install`. */
export function managerLine(...words: readonly string[]): string {
  const start = startOf(process.env, Bun.version, false).replace(/ run$/, "");
  return `${start} ${shellWords(words)}`;
}

/**
 * Gives the words before the name of a script. In a clone: `bun run`, or
 * `npx --yes --prefer-offline bun@1.4.5 run` if npm fetched Bun for this process. Without
 * `--prefer-offline`, npm tries for over a minute to reach its registry where there is no network, although
 * it has that version of Bun. For an installed package: `bunx tablesense2`, or `npx tablesense2` if npm
 * started it.
 *
 * @param environment Its variables, as npm and Bun set them for scripts.
 * @param version Bun's version.
 * @param isPackage Whether the project is installed as a package.
 */
export function startOf(
  environment: Environment,
  version: string = Bun.version,
  isPackage: boolean = isInstalledPackage(),
): string {
  const { npm_config_user_agent: agent = "", PATH: path = "" } = environment;
  if (isPackage) return `${agent.startsWith("npm/") ? "npx" : "bunx"} tablesense2`;
  // Bun sets the agent for its scripts unless npm has set one. npx puts the folder with the programs that it
  // fetched on the path.
  const isByNpx = agent.startsWith("npm/") && /[\\/]_npx[\\/][^\\/]+[\\/]node_modules[\\/]\.bin/.test(path);
  return isByNpx ? `npx --yes --prefer-offline bun@${version} run` : "bun run";
}
