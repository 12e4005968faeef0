/** The machine and the program of a run, for its record. */

import { arch, availableParallelism, cpus, hostname, platform, release, totalmem } from "node:os";
import { join } from "node:path";

/** Short texts by name. */
export function environment(): Record<string, string> {
  return {
    bun: Bun.version,
    system: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: String(availableParallelism()),
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    host: hostname(),
    command: process.argv.slice(1).join(" "),
    folder: process.cwd(),
  };
}

/** The git commit of the project, with `+` if files differ from it; null outside of a repository or git. */
export function gitCommit(): string | null {
  const commit = git("rev-parse", "HEAD");
  if (commit === null || commit === "") return null;
  return git("status", "--porcelain", "--untracked-files=no") === "" ? commit : `${commit}+`;
}

function git(...words: string[]): string | null {
  try {
    const root = join(import.meta.dir, "../..");
    const options = { stderr: "ignore", timeout: 2000 } as const;
    const { stdout, exitCode } = Bun.spawnSync(["git", "-C", root, ...words], options);
    return exitCode === 0 ? stdout.toString().trim() : null;
  } catch {
    return null; // there is no git
  }
}
