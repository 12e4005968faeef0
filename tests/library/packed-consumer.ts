/** A folder that has nothing but the packed package, as a project that uses the library has it. */

import { cpSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { type CommandResult, endOf } from "../support/run-command.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

export interface PackedConsumer extends Disposable {
  readonly folder: string;
  /** The packed package. */
  readonly archive: string;
  /** Bytes of the files in `node_modules`. */
  readonly installedBytes: number;
  /** Runs a program in the folder. */
  run(
    command: readonly string[],
    options?: { env?: Record<string, string>; stdin?: Blob },
  ): Promise<CommandResult>;
  /** Writes a file into it. */
  write(name: string, text: string): string;
  /** Makes an empty folder beside it. @returns its path. */
  outside(name: string): string;
}

/**
 * Packs the project and installs the archive without its optional packages. `budget.xlsx`, the sample, lies
 * in the folder.
 *
 * @returns Null, with a notice, if no package registry is reached.
 */
export async function packedConsumer(what: string): Promise<PackedConsumer | null> {
  const temporary = temporaryFolder("consumer");
  const folder = temporary.join("project");
  const archive = temporary.join("tablesense2.tgz");
  const run: PackedConsumer["run"] = (command, { env, stdin } = {}) =>
    endOf(
      Bun.spawn([...command], {
        cwd: folder,
        env: { ...process.env, NO_COLOR: "1", ...env },
        stdin: stdin ?? "ignore",
        stdout: "pipe",
        stderr: "pipe",
      }),
    );
  temporary.write(
    "project/package.json",
    JSON.stringify({ name: "consumer", private: true, type: "module" }),
  );
  cpSync(join(PROJECT_ROOT, "docs/samples/budget.xlsx"), join(folder, "budget.xlsx"));
  const pack = [process.execPath, "pm", "pack", "--filename", archive, "--quiet"];
  const packed = await endOf(
    Bun.spawn(pack, { cwd: PROJECT_ROOT, stdin: "ignore", stdout: "pipe", stderr: "pipe" }),
  );
  if (packed.code !== 0) throw new Error(`bun pm pack failed:\n${packed.stdout}${packed.stderr}`);
  const installed = await run([process.execPath, "add", archive, "--omit=optional"]);
  if (installed.code !== 0) {
    temporary.remove();
    if (
      !/ConnectionRefused|ConnectionClosed|DNSResolveFailed|FailedToOpenSocket|ENOTFOUND/.test(
        installed.stderr,
      )
    ) {
      throw new Error(`bun add failed:\n${installed.stderr}`);
    }
    skipped(what, "no package registry");
    return null;
  }
  return {
    folder,
    archive,
    installedBytes: bytesIn(join(folder, "node_modules")),
    run,
    write: (name, text) => temporary.write(join("project", name), text),
    outside(name) {
      mkdirSync(temporary.join(name));
      return temporary.join(name);
    },
    [Symbol.dispose]: () => temporary.remove(),
  };
}

/** Gives the consumer the types of Bun, as `bun add -d @types/bun` would. */
export function linkBunTypes({ folder }: PackedConsumer): void {
  symlinkSync(join(PROJECT_ROOT, "node_modules", "bun-types"), join(folder, "node_modules", "bun-types"));
}

function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.reduce((sum, entry) => {
    const stats = lstatSync(join(folder, entry));
    return sum + (stats.isFile() ? stats.size : 0);
  }, 0);
}
