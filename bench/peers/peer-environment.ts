/** Installs a peer once, with pinned versions, and says how its program is started. */

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { runProgram } from "../../core/base/run-program.ts";
import { type Peer, XLSX2MD } from "./peers.ts";

/** A command with the variables that it needs. */
export interface PeerCommand {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes the environment of a peer if it is not there: a virtual environment of Python, or a clone.
 *
 * @param folder The folder of all environments.
 * @throws {UserError} If a program to install it with is missing, or the installation fails.
 */
export async function peerCommand(peer: Peer, setting: string, folder: string): Promise<PeerCommand> {
  const program = join(import.meta.dir, peer.program);
  const settings = setting === "" ? [] : setting.split(" ");
  mkdirSync(folder, { recursive: true });
  if (peer.packages === null) {
    const source = await sourceOfXlsx2md(join(folder, "xlsx2md"));
    const env = { XLSX2MD: source, XLSX2MD_VERSION: XLSX2MD.commit.slice(0, 7) };
    return { command: ["node", program, ...settings], env };
  }
  const environment = await pythonEnvironment(peer.packages, folder);
  const env = { PYTHONDONTWRITEBYTECODE: "1", PYTHONHASHSEED: "0" };
  return { command: [join(environment, "bin", "python"), program, ...settings], env };
}

/** A virtual environment that is named for what it has; a half-made one is made anew. */
async function pythonEnvironment(packages: readonly string[], folder: string): Promise<string> {
  const environment = join(folder, packages.join(" ").replaceAll(/[^\w.=-]/g, "_"));
  const done = join(environment, "installed");
  if (existsSync(done)) return environment;
  rmSync(environment, { recursive: true, force: true });
  await step(["python3", "-m", "venv", environment], `install ${packages.join(" ")}`);
  const pip = [join(environment, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check"];
  await step([...pip, ...packages], `install ${packages.join(" ")}`);
  await Bun.write(done, "");
  return environment;
}

async function sourceOfXlsx2md(folder: string): Promise<string> {
  const source = join(folder, "source");
  if (existsSync(join(folder, "node_modules"))) return source;
  rmSync(folder, { recursive: true, force: true });
  const { repository, commit, packages } = XLSX2MD;
  await step(["git", "clone", "--quiet", repository, source], `fetch ${repository}`);
  await step(["git", "-C", source, "checkout", "--quiet", commit], `fetch ${repository} at ${commit}`);
  const npm = ["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, ...packages];
  await step(npm, `install ${packages.join(" ")}`);
  return source;
}

async function step(command: readonly string[], what: string): Promise<void> {
  const { code, output } = await runProgram(command);
  if (code === 0) return;
  throw new UserError({
    message: `Cannot ${what}`,
    expected: `${command[0]} that ends with 0`,
    got: output.trim().split("\n").slice(-3).join("\n") || `exit code ${code}`,
  });
}
