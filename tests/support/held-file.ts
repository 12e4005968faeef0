/**
 * A file whose reader has to wait: it stops a command in the middle of its work, on a machine of any speed.
 */

import { closeSync, constants, openSync } from "node:fs";
import { until } from "./until.ts";

/**
 * A named pipe. Whoever reads it is held from `reached()` until the end of the block that uses it. Not on
 * Windows.
 */
export class HeldFile implements Disposable {
  readonly path: string;
  #handle: number | null = null;

  /** @param path Where nothing is so far, in a folder that is there. */
  constructor(path: string) {
    this.path = path;
    const { success, stderr } = Bun.spawnSync(["mkfifo", path]);
    if (!success) throw new Error(`mkfifo: ${stderr}`);
  }

  /** Waits until the process reads it. */
  async reached(working: Bun.Subprocess): Promise<void> {
    await until(() => this.#open(), working);
  }

  [Symbol.dispose](): void {
    if (this.#handle !== null) closeSync(this.#handle);
  }

  /** Opening a pipe to write without waiting fails as long as nobody reads. */
  #open(): boolean {
    try {
      this.#handle ??= openSync(this.path, constants.O_WRONLY | constants.O_NONBLOCK);
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENXIO") return false;
      throw error;
    }
  }
}
