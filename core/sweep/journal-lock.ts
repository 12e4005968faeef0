/**
 * The lock of Optuna's journal files, honoured and taken as `JournalFileSymlinkLock` does: whoever creates
 * the name `{journal}.lock` may write. Optuna's programs and ours exclude each other by it, also on a shared
 * disk.
 */

import { closeSync, openSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";

/** A lock that nobody has released for so long belonged to a process that was killed. As in Optuna, ms. */
const GRACE_MS = 30_000;
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 50;

/**
 * Waits until this process holds the lock.
 *
 * @param journal The journal's path, absolute.
 * @returns Releases the lock.
 * @throws The system's error if the name cannot be created.
 */
export async function acquireJournalLock(journal: string): Promise<Disposable> {
  const lock = `${journal}.lock`;
  let modified: number | null = null;
  let since = performance.now();
  let pause = FIRST_PAUSE_MS;
  while (!create(journal, lock)) {
    // The time is that of the journal, to which the name points: every writer who had the lock renews it.
    const now = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? null;
    if (now !== modified) {
      modified = now;
      since = performance.now();
    }
    if (performance.now() - since > GRACE_MS) {
      remove(lock);
      pause = FIRST_PAUSE_MS;
    }
    await Bun.sleep(pause * (1 + Math.random()));
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }
  return { [Symbol.dispose]: () => remove(lock) };
}

function create(journal: string, lock: string): boolean {
  try {
    // Windows lets few users make links. A file under the same name is Optuna's other lock.
    if (process.platform === "win32") closeSync(openSync(lock, "wx"));
    else symlinkSync(journal, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Under another name first: of two processes that remove the same lock, only one does. */
function remove(lock: string): void {
  const gone = `${lock}${crypto.randomUUID()}.rename`;
  try {
    renameSync(lock, gone);
    rmSync(gone, { force: true });
  } catch {
    // Another process has taken this one for dead and removed it.
  }
}
