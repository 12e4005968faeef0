/** Folders for tests, outside the project, that are removed with all their content when the test is over. */

import { afterAll } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export class TemporaryFolder implements Disposable {
  /** Absolute. */
  readonly path: string;

  /** @param name The folder's name begins with it. */
  constructor(name: string) {
    this.path = mkdtempSync(join(tmpdir(), `${name}-`));
  }

  /** A path within the folder. */
  join(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Writes a file within the folder, with the folders on the way. @returns its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = this.join(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** Makes an empty folder in it, under a name that nothing has so far. @returns its path. */
  emptyFolder(): string {
    return mkdtempSync(this.join("folder-"));
  }

  /**
   * Removes it, whatever rights its content has; at the end of a `using` block this happens by itself. What
   * cannot be removed is printed and no error: the test may have failed, and its own error is the one to see.
   */
  remove(): void {
    if (!existsSync(this.path)) return; // the test has removed it itself
    try {
      unlock(this.path);
      rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      console.warn(`${this.path} stays behind: ${error}`);
    }
  }

  [Symbol.dispose](): void {
    this.remove();
  }
}

/** For one test: `using folder = temporaryFolder("grids")`. */
export function temporaryFolder(name: string): TemporaryFolder {
  return new TemporaryFolder(name);
}

/** For all tests of a file or of the `describe()` in which it is called; within a test, for that test. */
export function sharedFolder(name: string): TemporaryFolder {
  const folder = new TemporaryFolder(name);
  afterAll(() => folder.remove());
  return folder;
}

/**
 * Lets the owner write into every folder below: a file is removed with the rights of the folder in which it
 * lies.
 */
function unlock(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) unlock(join(folder, entry.name));
  }
}
