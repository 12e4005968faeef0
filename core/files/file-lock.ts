/** Locks on single files, between processes. */

import { mkdirSync, rmdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../base/problem.ts";
import { acquireFolderLock, FolderHeldError, type FolderLock } from "./folder-lock.ts";
import { nameStart } from "./temporaries.ts";

/** A file that this process holds. */
export interface FileLock extends Disposable {
  /** Releases the file, as its disposal does; a second call does nothing. */
  release(): void;
}

/** How often the lock's folder is made again, where another process removes it at the same moment. */
const ATTEMPTS = 5;

/**
 * Makes this process the only one that writes a file, until the lock is released. Claims lie in a hidden
 * folder beside the file, which is removed with the last of them.
 *
 * @param path The file, which may be missing; its folder has to exist.
 * @param message What cannot be done if another process holds the file, and `fix` what to do then.
 * @throws {UserError} Naming the process that holds the file, or why no lock can be made.
 */
export function acquireFileLock(path: string, message: string, fix: string): FileLock {
  const folder = join(dirname(path), `.${lockName(basename(path))}.lock`);
  const lock = claim(folder, path, message, fix);
  const release = () => {
    lock.release();
    removeIfEmpty(folder);
  };
  return { release, [Symbol.dispose]: release };
}

/** The name of a file; of one that leaves no room for more, the start and what tells it from others. */
function lockName(name: string): string {
  const start = nameStart(name);
  return start === name ? name : `${start}-${new Bun.CryptoHasher("md5").update(name).digest("hex")}`;
}

function claim(folder: string, file: string, message: string, fix: string): FolderLock {
  for (let attempt = 1; ; attempt++) {
    try {
      mkdirSync(folder, { recursive: true });
      return acquireFolderLock(folder, "write");
    } catch (cause) {
      const isGone = (cause instanceof UserError ? cause.cause : cause) as NodeJS.ErrnoException | undefined;
      if (isGone?.code === "ENOENT" && attempt < ATTEMPTS) continue;
      if (cause instanceof FolderHeldError) {
        throw new UserError({ ...cause.problems[0]!, file, message, fix }, { cause });
      }
      const { got = (cause as Error).message } = cause instanceof UserError ? cause.problems[0]! : {};
      throw new UserError(
        {
          file,
          message: "Cannot claim the file: its lock, a hidden folder beside it, cannot be made",
          got,
          fix: "make its folder writable, free space there, or name a file in another folder",
        },
        { cause },
      );
    }
  }
}

/** Another process may have claimed it meanwhile: then it stays. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is in use, or gone.
  }
}
