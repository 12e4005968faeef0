/** A folder with a sweep of a program that takes no time, and the real command run in it. */

import { existsSync, readFileSync } from "node:fs";
import { stringify } from "yaml";
import { Journal } from "../../core/sweep/journal.ts";
import type { Trial } from "../../core/sweep/journal-state.ts";
import { type Command, type CommandResult, endOf, startCommand } from "../support/run-command.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";

/**
 * Notes its beginning and its end, and gives one value, `(x - 3)²`. With `hold: 1` it waits before that until
 * the file `go` is there. SIGTERM ends it.
 */
const PROGRAM = `
import { appendFileSync, existsSync } from "node:fs";
const of = (name) => Number(process.argv.find((word) => word.startsWith("--" + name + "="))?.split("=")[1]);
const note = (word) => appendFileSync("log", word + " " + of("x") + "\\n");
process.on("SIGTERM", () => { note("stopped"); process.exit(1); });
note("begin");
while (of("hold") === 1 && !existsSync("go")) await Bun.sleep(5);
if (of("x") === of("broken")) throw new Error("this value is broken");
console.log(JSON.stringify({ loss: (of("x") - 3) ** 2 }));
note("end");
`;

export class SweepProject implements Disposable {
  readonly folder: TemporaryFolder = temporaryFolder("sweep");

  /** @param keys Of the sweep's file; the others make a grid over x of 1 … 6. */
  constructor(keys: Record<string, unknown> = {}) {
    this.folder.write("trial.ts", PROGRAM);
    this.write(keys);
  }

  write(keys: Record<string, unknown>): void {
    const file = {
      name: "s",
      program: "trial.ts",
      method: "grid",
      metric: { name: "loss", goal: "minimize" },
      parameters: { x: { values: [1, 2, 3, 4, 5, 6] } },
      ...keys,
    };
    this.folder.write("sweep.yaml", stringify(file));
  }

  /** Starts the command on the file, with `shared` as the sweep's folder. */
  start(...args: string[]): Command {
    return startCommand("core/commands/sweep.ts", ["sweep.yaml", "--folder", "shared", ...args], {
      cwd: this.folder.path,
    });
  }

  run(...args: string[]): Promise<CommandResult> {
    return endOf(this.start(...args));
  }

  /** Lets the trials end that hold. */
  go(): void {
    this.folder.write("go", "");
  }

  /** The x of the trials that have begun, ended or been stopped, in their order. */
  noted(word: "begin" | "end" | "stopped"): string[] {
    const log = this.folder.join("log");
    const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    return lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  }

  get journal(): string {
    return this.folder.join("shared", "journal.log");
  }

  trials(): readonly Trial[] {
    return new Journal(this.journal, "s", "test").read().trials;
  }

  [Symbol.dispose](): void {
    this.folder.remove();
  }
}
