/** What `bun run setup` does with its arguments when there may be something to install. */

import { commandLine } from "../base/command-line.ts";
import { nearest } from "../base/nearest.ts";
import { type ExitCode, UserError, usageError } from "../base/problem.ts";
import { installPackages } from "./install-packages.ts";
import { PACKAGE_SETS, type PackageSet } from "./package-set.ts";

const FORCE = "--force";

/**
 * Installs a set of packages, and prints what went wrong on standard error.
 *
 * @param given The name of a set, `all` if there is none, and perhaps `--force`.
 */
export async function setUpPackages(given: readonly string[]): Promise<ExitCode> {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  try {
    const { set, force } = parse(given);
    await installPackages(set, { force, say });
    return 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(error.message);
    return error.exitCode;
  }
}

/** @throws {UserError} For anything but the name of a set and `--force`. */
function parse(given: readonly string[]): { set: PackageSet; force: boolean } {
  const [name = "all", ...more] = given.filter((argument) => argument !== FORCE);
  const set = PACKAGE_SETS.find((known) => known === name);
  if (set !== undefined && more.length === 0) return { set, force: given.includes(FORCE) };
  throw usageError({
    where: "command line",
    message: `Cannot start ${commandLine("setup")} with these arguments`,
    expected: `one of ${PACKAGE_SETS.join(", ")} (all without a name), and ${FORCE} to write all packages again`,
    got: given.join(" "),
    fix: commandLine("setup", nearest(name, PACKAGE_SETS) ?? "all"),
  });
}
