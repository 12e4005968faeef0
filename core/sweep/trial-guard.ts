/**
 * The process between an agent and a trial: it locks the trial's folder, starts the trial, and ends it when
 * the agent asks for that or is gone, however the agent ended. So nobody runs a trial again whose process
 * still lives. It is started by `guarded-process.ts`.
 *
 * Arguments: the folder to lock, then the words of the trial. The end of standard input is the sign to stop.
 */

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { acquireFolderLock, type FolderLock, isFolderHeld } from "../files/folder-lock.ts";
import { Journal } from "./journal.ts";
import { endLeftProcesses, GRACE_MS } from "./left-processes.ts";
import { SweepFolder } from "./sweep-folder.ts";
import { attributesOf } from "./trial-attributes.ts";
import { readTrialVariables, type TrialEnvironment } from "./trial-environment.ts";

/** What a shell says of a program that it cannot start. */
const NOT_STARTED = 127;
/** A shell adds the number of a signal to this. */
const BY_SIGNAL = 128;

/** How often a guard looks whether the one before it has ended, ms. */
const LOOK_MS = 50;

if (import.meta.main) await guard(process.argv.slice(2));

async function guard([folder, program, ...args]: readonly string[]): Promise<void> {
  let isOver = false;
  const noteEnd = () => {
    isOver = true;
  };
  process.stdin.on("end", noteEnd).on("error", noteEnd).resume();
  const lock = await lockInTurn(folder!);
  const trial = readTrialVariables(process.env);
  if (isOver || (trial !== null && isSuperseded(trial))) {
    // The agent has gone, before this guard could see it. A newer guard may wait: it must not be ended below.
    lock.release();
    process.exit(BY_SIGNAL + constants.signals.SIGTERM);
  }
  // The guard of an earlier attempt may have been killed too, and its trial lives on.
  if (trial !== null) await endLeftProcesses(trial, (token) => token !== trial.token);
  const end = (code: number) => {
    lock.release();
    process.exit(code);
  };
  // A group of its own, so that the programs which the trial starts end with it.
  const isGroup = process.platform !== "win32";
  const child = spawn(program!, args, { stdio: ["ignore", "inherit", "inherit"], detached: isGroup });
  const send = (signal: NodeJS.Signals) => {
    try {
      if (isGroup) process.kill(-child.pid!, signal);
      else child.kill(signal);
    } catch {
      // It has ended.
    }
  };
  let limit: Timer | null = null;
  const stop = () => {
    if (limit !== null || child.pid === undefined) return;
    send("SIGTERM");
    limit = setTimeout(() => send("SIGKILL"), GRACE_MS);
  };
  process.stdin.on("end", stop).on("error", stop);
  if (isOver) stop();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);
  child.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    end(NOT_STARTED);
  });
  child.on("exit", (code, signal) => {
    send("SIGKILL"); // what the trial started and left behind
    end(code ?? BY_SIGNAL + (constants.signals[signal!] ?? 0));
  });
}

/**
 * Whether another agent has claimed the trial since. None does so as long as this process holds the lock.
 */
function isSuperseded({ folder, sweep, number, token }: TrialEnvironment): boolean {
  const journal = new Journal(new SweepFolder(folder).journal, sweep, token);
  const trial = journal.read().trials[number];
  return trial !== undefined && attributesOf(trial).agent !== token;
}

/**
 * Waits for the guard of an agent that is gone: it may have locked the folder after the next agent has
 * claimed the trial. It ends its own trial within `GRACE_MS`.
 *
 * @throws {UserError} If the folder cannot be locked for another reason.
 */
async function lockInTurn(folder: string): Promise<FolderLock> {
  for (;;) {
    try {
      return acquireFolderLock(folder, "run this trial");
    } catch (error) {
      if (!isFolderHeld(folder)) throw error;
      await Bun.sleep(LOOK_MS);
    }
  }
}
