/** The folder of a run while this process trains in it: locked, and removed again if no training begins. */

import { rmSync } from "node:fs";
import type { ProcessConsole } from "../console/console.ts";
import { acquireFolderLock, type FolderLock } from "../files/folder-lock.ts";
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

  /** @throws {UserError} If another process holds the folder. */
  static claim(paths: RunFolder): ClaimedRunFolder {
    return new ClaimedRunFolder(paths, acquireFolderLock(paths.path), false);
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

  /** From now on the console's lines go to the folder's log too, those printed so far first. */
  attach(console: ProcessConsole): void {
    this.#console = console;
    console.attach(this.paths.outputLog);
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
