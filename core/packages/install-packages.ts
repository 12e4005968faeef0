/** Installs the packages of a set with Bun's package manager, one process at a time. */

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../base/project-root.ts";
import { runProgram } from "../base/run-program.ts";
import { acquireFolderLock, FolderHeldError, type FolderLock } from "../files/folder-lock.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";
import { installProblem, sourceProblem } from "./install-problem.ts";
import { LEFT_OUT, largerSet, type PackageSet, SET_MEGABYTES } from "./package-set.ts";
import { isInstalled, packageSource, readStamp, type Stamp, stampPath } from "./stamp.ts";

export interface InstallOptions {
  /** The folder of the project. @default this one */
  readonly root?: string;
  /** True: all packages are fetched and written again. @default false */
  readonly force?: boolean;
  /** Gets a line about what takes the time, if anything does. */
  readonly say: (line: string) => void;
  /** Runs the package manager. @default runProgram */
  readonly run?: typeof runProgram;
}

/** Work that ends sooner needs no line. */
const SILENT_MS = 300;
const LOOK_AGAIN_MS = 100;
const LONGEST_WAIT_MS = 600_000;

/**
 * Brings the packages of a set. What is installed beyond it stays, and is brought up to date with it. If
 * another process is installing, this one waits for it and then looks again.
 *
 * @throws {UserError} With what the package manager printed, and what to do.
 */
export async function installPackages(set: PackageSet, options: InstallOptions): Promise<void> {
  const { root = PROJECT_ROOT, force = false, say, run = runProgram } = options;
  using _lock = await lock(root, say);
  if (!force && (await isInstalled(set, root))) return;
  const source = await packageSource(root);
  if (!source.isReadable) throw sourceProblem(source);
  const before = await installedSet(root);
  const wanted = before === null ? set : largerSet(before, set);
  // Packages of a smaller set stay in their place while others come: it stays usable if that fails.
  if (force && before !== null) writeStamp({ set: before, source: "" }, root);
  const has = before !== null && (await isInstalled(before, root)) ? SET_MEGABYTES[before] : 0;
  const timer = setTimeout(
    () => say(`installing packages (once, about ${SET_MEGABYTES[wanted] - has} MB) …`),
    SILENT_MS,
  );
  const forced = force ? ["--force"] : [];
  const command = [
    process.execPath,
    "install",
    "--frozen-lockfile",
    "--no-progress",
    ...LEFT_OUT[wanted],
    ...forced,
  ];
  const result = await run(command, { cwd: root }).finally(() => clearTimeout(timer));
  if (result.code !== 0) throw installProblem(result, wanted, root);
  writeStamp({ set: wanted, source: source.hash }, root);
}

/** The set that lies in node_modules, perhaps from another lock file; null if nothing does. */
async function installedSet(root: string): Promise<PackageSet | null> {
  const stamp = await readStamp(root);
  if (stamp !== null) return stamp.set;
  // Bun was called by hand, or an installation was cut short.
  const has = (name: string) => existsSync(join(root, "node_modules", name));
  if (has("typescript")) return "all";
  return has("webgpu") || has("@tensorflow/tfjs-node-gpu") ? "devices" : has("citty") ? "small" : null;
}

/**
 * Waits while another process installs.
 *
 * @returns null where nothing can be written: if that stops the package manager too, it says so.
 * @throws {UserError} If the other process does not end: on another machine it may have died unseen.
 */
async function lock(root: string, say: (line: string) => void): Promise<FolderLock | null> {
  const folder = join(root, ".cache", "packages");
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    try {
      mkdirSync(folder, { recursive: true });
      return acquireFolderLock(folder, "install the packages");
    } catch (error) {
      if (!(error instanceof FolderHeldError)) return null;
      if (waited >= LONGEST_WAIT_MS) throw error;
      if (waited === 0) say("another command is installing the packages: waiting for it");
      await Bun.sleep(LOOK_AGAIN_MS);
    }
  }
}

/** Does nothing where nothing can be written: every start then asks the package manager. */
function writeStamp(stamp: Stamp, root: string): void {
  try {
    mkdirSync(join(root, "node_modules"), { recursive: true });
    // In one step: a command that starts just now reads the old stamp or the new one.
    writeFileAtomic(stampPath(root), `${JSON.stringify(stamp)}\n`, { durable: false });
  } catch {}
}
