/** The folder of a run while this process trains in it: locked, and removed again if no training begins. */

import { rmSync } from "node:fs";
import { UserError } from "../base/problem.ts";
import type { ProcessConsole, RunConsole } from "../console/console.ts";
import {
  acquireFolderLock,
  type FolderHeldError,
  type FolderLock,
  waitForFolderLock,
} from "../files/folder-lock.ts";
import { createRunFolder, type RunFolder } from "./run-folder.ts";

/**
 * A run's folder that only this process works in.
 *
 * Life cycle: `claim` takes the folder of a run that is resumed, `make` makes one for a fresh run. `attach`
 * sends the console's lines to the folder's log. `beginTraining` marks the folder as worth keeping.
 * Disposal unlocks it, and removes a fresh folder whose training never began. A second disposal does
 * nothing.
 */
export class ClaimedRunFolder implements Disposable {
  readonly paths: RunFolder;
  readonly #lock: FolderLock;
  #isUnused: boolean;
  #console: ProcessConsole | null = null;

  private constructor(paths: RunFolder, lock: FolderLock, isUnused: boolean) {
    this.paths = paths;
    this.#lock = lock;
    this.#isUnused = isUnused;
  }

  /**
   * Waits for up to a minute if only that can tell whether the process that holds the folder still lives.
   *
   * @param signal Ends the waiting with its reason.
   * @throws {UserError} If another process holds the folder.
   */
  static async claim(paths: RunFolder, console: RunConsole, signal: AbortSignal): Promise<ClaimedRunFolder> {
    const onWait = (held: FolderHeldError) =>
      console.line(`waiting for a sign of life of the process that locked the folder\n${held.message}`);
    return new ClaimedRunFolder(
      paths,
      await waitForFolderLock(paths.path, "train", { onWait, signal }),
      false,
    );
  }

  /**
   * @param runs The folder of all runs.
   * @throws {UserError} If the folder cannot be made; then none is left behind.
   */
  static make(runs: string, name: string, at: Date): ClaimedRunFolder {
    const paths = createRunFolder(runs, name, at);
    try {
      return new ClaimedRunFolder(paths, acquireFolderLock(paths.path), true);
    } catch (error) {
      rmSync(paths.path, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * From now on the console's lines go to the folder's log too, those printed so far first.
   *
   * @throws {UserError} If the log cannot be opened.
   */
  attach(console: ProcessConsole): void {
    const { outputLog } = this.paths;
    try {
      console.attach(outputLog);
    } catch (cause) {
      throw new UserError(
        {
          file: outputLog,
          message: "Cannot keep what the console shows",
          expected: "a file that can be written to",
          got: (cause as Error).message,
          fix: "move it out of the way or change its permissions, then start again",
        },
        { cause },
      );
    }
    this.#console = console;
  }

  /** @throws {UserError} If another process took this one for dead and holds the folder now. */
  checkHeld(): void {
    if (!this.#lock.isLost) return;
    throw new UserError({
      file: this.paths.path,
      message: "Cannot save here any more",
      expected: "the lock that this process put into the folder",
      got: "none: another process took this one for dead, because it was paused for more than a minute",
      fix: "nothing, if the other one trains on; otherwise resume the run",
    });
  }

  beginTraining(): void {
    this.#isUnused = false;
  }

  [Symbol.dispose](): void {
    this.#lock.release();
    if (!this.#isUnused) return;
    this.#isUnused = false;
    this.#console?.detach(); // before the file goes: an open one cannot be removed on Windows
    rmSync(this.paths.path, { recursive: true, force: true });
  }
}
