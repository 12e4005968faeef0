/**
 * Brings a package that a single command needs and no set contains. It is installed when the command is first
 * used, into the project's cache folder, where no installation of a set removes it.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import { cacheFolder, packageFolders } from "../base/project-root.ts";
import { runProgram } from "../base/run-program.ts";
import { DraftFolder } from "../files/draft-folder.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";

export interface BringOptions {
  /** The folder for packages of this kind. @default one in the project's cache folder */
  readonly folder?: string;
  /** Where the package lies if somebody has installed it. @default among the packages of the project */
  readonly places?: readonly string[];
  /** Gets a line about what takes the time, if anything does. */
  readonly say: (line: string) => void;
  /** Runs the package manager. @default runProgram */
  readonly run?: typeof runProgram;
}

/**
 * The folder of a package, which is installed unless it is there already.
 *
 * @param version Exact. What lies among the packages of the project is taken only with this version.
 * @throws {UserError} With what the package manager printed.
 */
export async function bringPackage(
  name: string,
  version: string,
  {
    folder = join(cacheFolder(), "on-demand"),
    places = packageFolders(name),
    say,
    run = runProgram,
  }: BringOptions,
): Promise<string> {
  const own = join(folder, `${name.replaceAll("/", "+")}@${version}`);
  const brought = join(own, "node_modules", ...name.split("/"));
  const found = [...places, brought].find((each) => versionOf(each) === version);
  if (found !== undefined) return found;
  say(`installing ${name} ${version} (once) …`);
  const draft = new DraftFolder(own);
  try {
    const manifest = { private: true, dependencies: { [name]: version } };
    writeFileAtomic(join(draft.path, "package.json"), JSON.stringify(manifest));
    const { code, output } = await run([process.execPath, "install", "--no-progress"], { cwd: draft.path });
    if (code !== 0 || !existsSync(join(draft.path, "node_modules")))
      throw notInstalled(name, version, output);
    // Two programs may start the command at once: what the first one is using stays.
    if (versionOf(brought) !== version) draft.commit();
  } finally {
    draft.discard();
  }
  return brought;
}

/** The version of the package in a folder; null if there is none. */
function versionOf(folder: string): string | null {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      version?: string;
    };
    return version ?? null;
  } catch {
    return null;
  }
}

function notInstalled(name: string, version: string, output: string): UserError {
  return new UserError({
    message: `Cannot install ${name}`,
    expected: "a connection to the package registry; once it is installed, none is needed any more",
    got: output.trim().split("\n").slice(-3).join("\n"),
    fix: `connect and try again, or install it in your project: bun add ${name}@${version}`,
  });
}
