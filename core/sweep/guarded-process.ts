/** Starts a trial's command so that it never outlives this process. */

import { spawn } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { endLeftProcesses } from "./left-processes.ts";
import { readTrialVariables } from "./trial-environment.ts";

const GUARD = join(import.meta.dir, "trial-guard.ts");

export interface GuardedProcess {
  /** Asks the trial to end: SIGTERM at first, SIGKILL after a minute. */
  stop(): void;
  /** The exit code, when the trial has ended; null if its guard was killed, and the trial with it. */
  readonly exited: Promise<number | null>;
}

export interface GuardOptions {
  /** The folder that is locked as long as the trial's process lives. */
  readonly lock: string;
  /** The file that its output is added to. */
  readonly output: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets every line of standard output. */
  readonly onLine: (line: string) => void;
  /** Gets every line of standard error. */
  readonly onErrorLine: (line: string) => void;
}

export function startGuarded(
  words: readonly string[],
  { lock, output, env, onLine, onErrorLine }: GuardOptions,
): GuardedProcess {
  const child = spawn(process.execPath, [GUARD, lock, ...words], {
    env,
    stdio: ["pipe", "pipe", "pipe"],
    // Ctrl-C reaches this process alone, which then asks each trial once.
    detached: process.platform !== "win32",
  });
  const file = openSync(output, "a");
  const keep = (text: string | Buffer) => {
    try {
      writeSync(file, text as string);
    } catch {
      // A full disk must not end the trial because of its copy.
    }
  };
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    keep(`${line}\n`);
    onLine(line);
  });
  child.stderr.on("data", keep);
  const errorLines = createInterface({ input: child.stderr });
  errorLines.on("line", onErrorLine);
  child.stdin.on("error", () => {}); // it has ended
  const isRead = Promise.all(
    [lines, errorLines].map((each) => new Promise<void>((done) => each.on("close", done))),
  );
  const ended = new Promise<number | null>((done) => {
    child.on("error", () => done(1));
    child.on("close", done);
    child.on("exit", (_, signal) => {
      const trial = readTrialVariables(env);
      if (signal !== null && trial !== null) void endLeftProcesses(trial, (token) => token === trial.token);
    });
  });
  const exited = Promise.all([ended, isRead]).then(([code]) => {
    closeSync(file);
    return code;
  });
  return { stop: () => child.stdin.end(), exited };
}
