/**
 * A workbook whose reader has to wait: it stops a command in the middle of its work, on a machine of any
 * speed.
 */

import { chmodSync, writeFileSync } from "node:fs";
import { compoundFile } from "./build-encrypted.ts";
import { HeldFile } from "./held-file.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary-folder.ts";

/** An old workbook without contents, which LibreOffice converts, whatever its name ends in. */
const OLD_WORKBOOK = compoundFile({ Workbook: new Uint8Array(1024) });

/**
 * An old workbook, and a program in LibreOffice's place that never ends. Whoever reads the workbook is held
 * from `reached()` until the end of the block that uses it. Not on Windows.
 */
export class HeldWorkbook implements Disposable {
  readonly path: string;
  /** The variables with which a command finds the program. */
  readonly env: { readonly PATH: string; readonly TMPDIR: string };
  readonly #folder: TemporaryFolder = temporaryFolder("held-workbook");
  readonly #held: HeldFile;

  /** @param path Where nothing is so far, in a folder that is there. */
  constructor(path: string) {
    this.path = path;
    writeFileSync(path, OLD_WORKBOOK);
    this.#held = new HeldFile(this.#folder.join("held"));
    const program = this.#folder.write("bin/soffice", `#!/bin/sh\ncat '${this.#held.path}'\n`);
    chmodSync(program, 0o755);
    this.#folder.write("temporary/readme", "");
    const TMPDIR = this.#folder.join("temporary");
    this.env = { PATH: `${this.#folder.join("bin")}:${process.env.PATH}`, TMPDIR };
  }

  /** Waits until the process converts it. */
  reached(working: Bun.Subprocess): Promise<void> {
    return this.#held.reached(working);
  }

  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
    this.#folder.remove();
  }
}
