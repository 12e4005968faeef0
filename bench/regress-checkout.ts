/** The commit that `regress.ts` compares with, in a folder of its own that can run. */

import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine, managerLine } from "../core/base/command-line.ts";
import { UserError, usageError } from "../core/base/problem.ts";
import { type ProgramResult, runProgram } from "../core/base/run-program.ts";

/** Branches from which a change may have begun, in the order in which they are looked for. */
const MAIN_BRANCHES = ["main", "origin/main", "master", "origin/master"];

/** A commit, or the files of this folder. */
export interface Side {
  /** The full hash; of the files of this folder, that of the commit that they were taken from. */
  readonly commit: string;
  readonly subject: string;
}

export interface Comparison {
  readonly before: Side;
  /** This folder as it is, uncommitted changes included. */
  readonly after: Side;
  /** The files with changes that are in no commit. */
  readonly uncommitted: readonly string[];
  /** Why `before` is what it is. */
  readonly why: string;
}

/**
 * Chooses the commit to compare with: `against`, or the commit where this branch left main, or on main
 * itself the last commit if there are changes that are not committed, otherwise the parent of the last one.
 *
 * @param root A folder of a git repository.
 * @throws {UserError} If it is none, or there is no such commit.
 */
export async function chooseComparison(root: string, against: string | undefined): Promise<Comparison> {
  const status = await git(root, "status", "--porcelain", "--untracked-files=all");
  if (status.code !== 0) {
    throw usageError({
      file: root,
      message: "Cannot compare two commits",
      expected: "a clone of the repository, and git",
      got: status.output.trim(),
    });
  }
  const uncommitted = status.output.split("\n").flatMap((line) => (line === "" ? [] : [line.slice(3)]));
  const after = await sideOf(root, "HEAD");
  if (after === null) throw noCommit("HEAD", "the repository has no commit yet");
  const { name, why } =
    against === undefined
      ? await defaultBase(root, after.commit, uncommitted.length > 0)
      : { name: against, why: "--against" };
  const before = await sideOf(root, name);
  if (before === null) throw noCommit(name, why === "--against" ? "no such commit" : "it has no parent");
  return { before, after, uncommitted, why };
}

async function defaultBase(
  root: string,
  head: string,
  isChanged: boolean,
): Promise<{ name: string; why: string }> {
  for (const branch of MAIN_BRANCHES) {
    const { code, output } = await git(root, "merge-base", "HEAD", branch);
    if (code !== 0) continue;
    if (output.trim() !== head) return { name: output.trim(), why: `where this branch left ${branch}` };
    break;
  }
  if (isChanged) return { name: "HEAD", why: "the last commit, since there are changes after it" };
  return { name: "HEAD^", why: "the parent of the last commit" };
}

async function sideOf(root: string, name: string): Promise<Side | null> {
  const { code, output } = await git(root, "log", "-1", "--format=%H %s", "--end-of-options", name, "--");
  if (code !== 0) return null;
  const [, commit, subject] = /^(\w+) (.*)/.exec(output.trim()) ?? [];
  return commit === undefined ? null : { commit, subject: subject! };
}

function noCommit(name: string, got: string): UserError {
  return usageError({
    where: "command line",
    message: `Cannot compare with ${name}`,
    expected: "a commit, branch or tag of this repository",
    got,
    fix: commandLine("bench", "regress", "--against", "<commit>"),
  });
}

/**
 * A commit in a temporary folder, as a work tree of git, with packages. Both folders share the packages if
 * their locks are equal, so that only the code of the project differs.
 *
 * Life cycle: disposal removes the work tree. If the process is killed, git forgets the work tree once its
 * folder is gone (`git worktree prune`).
 */
export class Checkout implements AsyncDisposable {
  readonly path: string;
  /** Whether both sides have the same packages. */
  readonly sharesPackages: boolean;
  readonly #root: string;
  readonly #parent: string;

  private constructor(root: string, parent: string, path: string, sharesPackages: boolean) {
    this.#root = root;
    this.#parent = parent;
    this.path = path;
    this.sharesPackages = sharesPackages;
  }

  /** @throws {UserError} If git or the installation of packages fails; then nothing is left behind. */
  static async open(root: string, commit: string, say: (text: string) => void): Promise<Checkout> {
    const parent = mkdtempSync(join(tmpdir(), "bench-regress-"));
    const path = join(parent, commit.slice(0, 12));
    const sharesPackages = await hasSameLock(root, commit);
    const checkout = new Checkout(root, parent, path, sharesPackages);
    try {
      const added = await git(root, "worktree", "add", "--detach", path, commit);
      if (added.code !== 0) throw failed(path, "Cannot check out the other commit", added.output);
      if (sharesPackages) {
        symlinkSync(join(root, "node_modules"), join(path, "node_modules"), "junction");
      } else {
        say("installing the packages of the other commit, whose bun.lock differs");
        await installPackages(path);
      }
      return checkout;
    } catch (error) {
      await checkout[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // First the link: nothing that removes the folder may follow it to the packages of this one.
    if (this.sharesPackages) rmSync(join(this.path, "node_modules"), { force: true });
    await git(this.#root, "worktree", "remove", "--force", this.path);
    rmSync(this.#parent, { recursive: true, force: true });
    await git(this.#root, "worktree", "prune");
  }
}

async function hasSameLock(root: string, commit: string): Promise<boolean> {
  const { code, output } = await git(root, "diff", "--quiet", commit, "--", "bun.lock");
  if (code !== 0 && code !== 1) throw failed(root, "Cannot compare the packages of both commits", output);
  return code === 0 && existsSync(join(root, "node_modules"));
}

/** Installs the packages that a folder's lock names, as its own commands would. */
export async function installPackages(folder: string, ...options: string[]): Promise<void> {
  const command = [process.execPath, "install", "--frozen-lockfile", ...options];
  const { code, output } = await runProgram(command, { cwd: folder });
  if (code !== 0) throw failed(folder, `Cannot install packages with ${managerLine("install")}`, output);
}

/** The last line of a bench or tool that says why it failed. */
export function lastLines(output: string, count = 6): string {
  return output.trim().split("\n").slice(-count).join("\n");
}

function failed(file: string, message: string, output: string): UserError {
  return new UserError({ file, message, got: lastLines(output) });
}

function git(root: string, ...args: string[]): Promise<ProgramResult> {
  return runProgram(["git", "-C", root, ...args]);
}
