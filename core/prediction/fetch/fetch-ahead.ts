/** Fetches workbooks by a command of the user, some ahead of those that are read, and removes them. */

import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { UserError, usageError } from "../../base/problem.ts";
import { shellWords } from "../../base/shell-words.ts";
import { systemPath } from "../../base/system-path.ts";
import { scratchFolder } from "../../files/scratch-folder.ts";

export interface FetchOptions {
  /** A command of the shell: `{}` stands for the workbook's name, `{local}` for the file to write. */
  readonly command: string;
  /** The most workbooks that are fetched before they are needed, 1 or more. */
  readonly ahead: number;
  readonly signal: AbortSignal;
  /** The pauses before a command that failed is run again, ms. @default 1 and 5 s */
  readonly pauses?: readonly number[];
}

const PAUSES = [1000, 5000];
/** A file keeps so many of its workbook's name: systems allow 255 bytes, and stores have longer names. */
const MOST_CHARACTERS = 60;
/** The most characters of a command's output that a message quotes. */
const MOST_OUTPUT = 400;

/**
 * The workbooks of a list, fetched in its order. On the disk are at most those fetched ahead and those that
 * are just being taken; each is removed once its bytes are read.
 */
export class FetchAhead implements Disposable {
  readonly #names: readonly string[];
  readonly #options: FetchOptions;
  readonly #folder: string;
  readonly #fetches = new Map<number, Promise<string>>();
  readonly #ended = new AbortController();
  #next = 0;

  /** @throws {UserError} Exit code 2, if the command has no place for the file; 1, if the disk has none. */
  constructor(names: readonly string[], options: FetchOptions) {
    checkFetch(options.command);
    this.#names = names;
    this.#options = options;
    this.#folder = scratchFolder("tablesense2-fetch-"); // once nothing can be refused any more
  }

  /**
   * The bytes of a workbook; each can be taken once.
   *
   * @throws {UserError} With the command's last output, if it failed every time.
   */
  async take(index: number): Promise<Uint8Array> {
    const last = Math.min(this.#names.length - 1, index + this.#options.ahead);
    for (; this.#next <= last; this.#next++) this.#start(this.#next);
    const path = await this.#fetches.get(index)!;
    this.#fetches.delete(index);
    try {
      return readFileSync(path);
    } catch (cause) {
      const got = `the command ended well, but wrote no file: ${(cause as Error).message}`;
      throw this.#failed(index, got, cause);
    } finally {
      rmSync(path, { force: true });
    }
  }

  #start(index: number): void {
    const fetched = this.#fetch(index);
    fetched.catch(() => {}); // `take` throws it
    this.#fetches.set(index, fetched);
  }

  /** @returns The path of the file. */
  async #fetch(index: number): Promise<string> {
    const name = this.#names[index]!;
    const ending = Array.from(basename(name)).slice(-MOST_CHARACTERS).join("");
    const path = join(this.#folder, `${index}-${ending}`);
    const { pauses = PAUSES } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, this.#ended.signal]);
    const command = fetchCommand(this.#options.command, name, path);
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      const problem = await runShell(command, signal);
      if (problem === null) return path;
      rmSync(path, { force: true });
      const pause = pauses[attempt];
      if (pause === undefined) throw this.#failed(index, `${problem}, ${attempt + 1} times`);
      await setTimeout(pause, undefined, { signal });
    }
  }

  #failed(index: number, got: string, cause?: unknown): UserError {
    const message = "Cannot fetch the workbook";
    const fix = `try the command by hand: ${this.#options.command}`;
    return new UserError({ file: this.#names[index]!, message, got, fix }, { cause });
  }

  /** Ends the commands that run, and removes what they wrote. */
  [Symbol.dispose](): void {
    this.#ended.abort();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** @throws {UserError} Exit code 2, if `{}` or `{local}` is missing or stands in quotes. */
export function checkFetch(command: string): void {
  if (hasQuotedPlace(command)) {
    throw usageError({
      where: "--fetch",
      message: "Cannot fetch workbooks: names are quoted already, and the command quotes them again",
      expected: "{} and {local} outside of quotes",
      got: command,
      fix: "--fetch 'aws s3 cp s3://bucket/{} {local}'",
    });
  }
  const missing = ["{}", "{local}"].find((place) => !command.includes(place));
  if (missing === undefined) return;
  throw usageError({
    where: "--fetch",
    message: `Cannot fetch workbooks: the command has no ${missing}`,
    expected: "{} where the workbook's name stands and {local} for the file to write",
    got: command,
    fix: "--fetch 'aws s3 cp {} {local}'",
  });
}

/** Whether a place stands within quotes: names that are quoted for the shell would not be quoted there. */
function hasQuotedPlace(command: string): boolean {
  let quote = "";
  for (const [part] of command.matchAll(/\\.|\{(?:local)?\}|["']/gs)) {
    if (part.startsWith("{")) {
      if (quote !== "") return true;
    } else if (part === quote) quote = "";
    else if (quote === "" && !part.startsWith("\\")) quote = part;
  }
  return false;
}

/** The command for one workbook, with both names quoted for the shell. */
function fetchCommand(command: string, name: string, local: string): string {
  return command.replaceAll(/\{(local)?\}/g, (_, isLocal?: string) =>
    isLocal ? shellWords([local]) : remoteWord(name),
  );
}

/** A name as the shell reads it; arguments are UTF-8, so printf makes those of its bytes that are none. */
function remoteWord(name: string): string {
  const bytes = systemPath(name);
  if (typeof bytes === "string") return shellWords([name]);
  const octal = Array.from(bytes, (byte) => `\\0${byte.toString(8).padStart(3, "0")}`);
  return `"$(printf %b '${octal.join("")}')"`;
}

/** @returns Why it failed; null if it did not. @throws The reason of the signal. */
async function runShell(command: string, signal: AbortSignal): Promise<string | null> {
  const [code, output] = await new Promise<[number | string, string]>((done) => {
    // A group of its own: what the shell starts ends with it.
    const child = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"], detached: true });
    let text = "";
    const gather = (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-MOST_OUTPUT);
    };
    child.stdout.on("data", gather);
    child.stderr.on("data", gather);
    const kill = () => {
      if (child.pid !== undefined) endGroup(child.pid);
    };
    signal.addEventListener("abort", kill, { once: true });
    const end = (outcome: number | string) => {
      signal.removeEventListener("abort", kill);
      done([outcome, text.trim()]);
    };
    child.on("error", (error) => end(error.message));
    child.on("close", (exitCode, by) => end(exitCode ?? `ended by ${by}`));
  });
  signal.throwIfAborted();
  if (code === 0) return null;
  return `${typeof code === "number" ? `exit code ${code}` : code}${output === "" ? "" : `: ${output}`}`;
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
