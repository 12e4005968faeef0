/**
 * Locks on folders, between processes: of one machine, of its containers, and of machines that share a
 * disk.
 */

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import { isOpenFileLocked, lockOpenFile } from "./kernel-lock.ts";
import { bootOf, isAlive, ownIdentity, type ProcessIdentity, processNamespace } from "./process-identity.ts";
import { temporaryPath } from "./temporaries.ts";
import { removeQuietly, syncFolder } from "./write-atomic.ts";

/** A folder that this process holds. */
export interface FolderLock extends Disposable {
  /**
   * True if another process took this one for dead, because it gave no sign of life, and holds the folder
   * now.
   */
  readonly isLost: boolean;
  /** Releases the folder, as its disposal does; a second call does nothing. */
  release(): void;
}

interface Claim extends ProcessIdentity {
  /** When the claim was made, for the message. */
  readonly since: string;
  /** True: the file is locked as long as its process lives, see `lockOpenFile`. Older claims lack it. */
  readonly locked?: boolean;
  /** True: the file's time is renewed as long as its process lives. Older claims lack it. */
  readonly renewed?: boolean;
}

const PREFIX = ".lock-";
/** Two processes that claim a folder at the same moment both withdraw, and try again after a random pause. */
const ATTEMPTS = 8;
const PAUSE_MS = 30;
/** How often a claim is renewed. */
const BEAT_MS = 10_000;
/**
 * A claim that was not renewed for so long is void, if nothing else tells whether its process lives: six
 * beats are missed then. A process that is paused for longer finds that it has lost the folder.
 */
const LEASE_MS = 60_000;
/** How often a process that waits looks at the claim. */
const WATCH_MS = 500;

/** The folder is held. */
export class FolderHeldError extends UserError {
  /** When the claim was renewed last, ms, if the claim can become void by waiting; otherwise null. */
  readonly renewedAt: number | null;

  constructor(folder: string, what: string, { name, claim, renewedAt }: LivingClaim) {
    const here = claim.host === hostname() && claim.namespace === processNamespace();
    const mine = here && claim.pid === process.pid;
    const elsewhere = claim.renewed
      ? "wait for it to end, or end it there; its lock is void a minute after it was killed"
      : `if it no longer runs there: delete ${join(folder, name)}`;
    super({
      file: folder,
      message: `Cannot ${what} here`,
      expected: "a folder that no other process works in",
      got: `process ${claim.pid}${mine ? " (this one)" : ""} on ${claim.host} holds it since ${claim.since}`,
      fix: mine
        ? "end what it does there first"
        : here
          ? `wait for it to end, or end it: kill ${claim.pid}`
          : elsewhere,
    });
    this.renewedAt = renewedAt;
  }
}

/**
 * Makes this process the only one that works in a folder. A process that died holds nothing, however it died:
 * on this machine at once, also in another container; on another machine a minute after its death.
 *
 * Every process writes its claim to a file of its own and then looks for the claims of others. Of two
 * processes that do so at once, at least one sees the other. A process never removes the claim of a living
 * process, so two never hold the folder. Whether a process lives is known on its own machine (by its number,
 * or by a lock of the kernel on its claim). Elsewhere the claim's time has to tell, which a living process
 * renews; it is compared with the time of the same file system, so the clocks of the machines may differ.
 *
 * @param folder The folder; it has to exist.
 * @param what What this process does there, for the message: "train".
 * @throws {FolderHeldError} Naming the process and machine that hold the folder.
 * @throws {UserError} If the folder cannot be written to.
 */
export function acquireFolderLock(folder: string, what = "train"): FolderLock {
  const own = { ...ownIdentity(), since: new Date().toISOString() };
  // A name of its own, even if a dead process had the same number: another process may be
  // removing that claim.
  const name = `${PREFIX}${own.host.replaceAll(/[^A-Za-z0-9.-]/g, "_")}-${own.pid}-${crypto.randomUUID().slice(0, 8)}`;
  for (let attempt = 1; ; attempt++) {
    const before = livingClaims(folder);
    if (before.length > 0) throw new FolderHeldError(folder, what, before[0]!);
    const path = join(folder, name);
    const file = writeClaim(folder, path, what, own);
    const others = livingClaims(folder).filter((claim) => claim.name !== name);
    if (others.length === 0) return heldLock(path, file);
    withdraw(path, file);
    if (attempt === ATTEMPTS) throw new FolderHeldError(folder, what, others[0]!);
    Bun.sleepSync(PAUSE_MS * (1 + Math.random()));
  }
}

/**
 * Like `acquireFolderLock`. If only the time can tell whether the holder lives, it waits for a sign of life,
 * up to a minute: a process that is started again on another machine takes the folder over without help.
 *
 * @param onWait Called once, before it waits.
 * @param signal Ends the waiting with its reason.
 */
export async function waitForFolderLock(
  folder: string,
  what: string,
  { onWait, signal }: { readonly onWait: (held: FolderHeldError) => void; readonly signal: AbortSignal },
): Promise<FolderLock> {
  let first: number | null = null;
  for (;;) {
    try {
      return acquireFolderLock(folder, what);
    } catch (error) {
      if (!(error instanceof FolderHeldError) || error.renewedAt === null) throw error;
      if (first === null) onWait(error);
      first ??= error.renewedAt;
      if (error.renewedAt !== first) throw error; // it lives
    }
    await Bun.sleep(WATCH_MS);
    signal.throwIfAborted();
  }
}

/**
 * Whether a living process holds a folder. It changes nothing there: the claims of dead processes stay.
 *
 * @returns False also if the folder is not there or cannot be read.
 */
export function isFolderHeld(folder: string): boolean {
  try {
    const own = ownIdentity();
    return claimNames(folder).some((name) => {
      const read = readClaim(join(folder, name));
      return read !== null && livingClaim(folder, name, read, own) !== null;
    });
  } catch {
    return false;
  }
}

function heldLock(path: string, file: number): FolderLock {
  const timer = setInterval(() => renew(path), BEAT_MS);
  timer.unref();
  let isHeld = true;
  const release = () => {
    if (!isHeld) return;
    isHeld = false;
    clearInterval(timer);
    withdraw(path, file);
  };
  return {
    get isLost() {
      return isHeld && !existsSync(path);
    },
    release,
    [Symbol.dispose]: release,
  };
}

function withdraw(path: string, file: number): void {
  rmSync(path, { force: true });
  closeSync(file);
}

/**
 * Writes the last byte of the claim once more: the file system then sets the file's time by its own clock,
 * and a reader never sees another content.
 */
function renew(path: string): void {
  try {
    const file = openSync(path, "r+");
    try {
      writeSync(file, "\n", fstatSync(file).size - 1);
    } finally {
      closeSync(file);
    }
  } catch {
    // A disk that does not answer for a moment costs one beat of several; a claim that is gone is lost.
  }
}

/**
 * Writes a claim, which is locked from its first moment on where the system can do that.
 *
 * @returns The open file.
 */
function writeClaim(folder: string, path: string, what: string, claim: Claim): number {
  const temporary = temporaryPath(path);
  let file: number | null = null;
  try {
    file = openSync(temporary, "wx");
    const complete: Claim = { ...claim, locked: lockOpenFile(file), renewed: true };
    writeSync(file, `${JSON.stringify(complete)}\n`);
    fsyncSync(file);
    renameSync(temporary, path);
    syncFolder(folder);
    return file;
  } catch (cause) {
    if (file !== null) closeSync(file);
    removeQuietly(temporary);
    throw new UserError(
      {
        file: folder,
        message: `Cannot ${what} here`,
        expected: "a folder that can be written to",
        got: (cause as Error).message,
        fix: "make it writable, or choose another folder",
      },
      { cause },
    );
  }
}

interface LivingClaim {
  readonly name: string;
  readonly claim: Claim;
  readonly renewedAt: number | null;
}

/** The claims of living processes; the claims of dead ones are removed. */
function livingClaims(folder: string): LivingClaim[] {
  const own = ownIdentity();
  return claimNames(folder).flatMap((name) => {
    const read = readClaim(join(folder, name));
    if (read === null) return []; // released just now
    const living = livingClaim(folder, name, read, own);
    if (living !== null) return [living];
    rmSync(join(folder, name), { force: true });
    return [];
  });
}

function claimNames(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith(PREFIX) && !name.endsWith(".tmp"));
}

/** @returns null for the claim of a process that is dead, or taken for dead. */
function livingClaim(
  folder: string,
  name: string,
  { claim, isLocked, renewedAt }: ReadClaim,
  own: ProcessIdentity,
): LivingClaim | null {
  const isAlive = isHolderAlive(claim, isLocked, own);
  if (isAlive === false) return null;
  if (isAlive === true || !claim.renewed) return { name, claim, renewedAt: null };
  return fileSystemTime(folder) - renewedAt < LEASE_MS ? { name, claim, renewedAt } : null;
}

/** @param isLocked Whether the claim's file is locked, if that can be told. */
function isHolderAlive(claim: Claim, isLocked: boolean | null, own: ProcessIdentity): boolean | "unknown" {
  const boots = [bootOf(claim.start), bootOf(own.start)];
  const isOtherBoot = !boots.includes(null) && boots[0] !== boots[1];
  const isHere = claim.host === own.host && claim.namespace === own.namespace;
  // Machines may share their name. One that was started again is another one too.
  if (isHere && !(isOtherBoot && claim.renewed)) return isAlive(claim);
  if (claim.locked && isLocked !== null && !boots.includes(null) && !isOtherBoot) return isLocked;
  return "unknown";
}

interface ReadClaim {
  readonly claim: Claim;
  readonly isLocked: boolean | null;
  /** By the clock of the file system, ms. */
  readonly renewedAt: number;
}

function readClaim(path: string): ReadClaim | null {
  let file: number;
  try {
    file = openSync(path, "r"); // network file systems ask the server for the file's time when it is opened
  } catch {
    return null;
  }
  try {
    const renewedAt = fstatSync(file).mtimeMs;
    return { claim: parsedClaim(readFileSync(file, "utf8")), isLocked: isOpenFileLocked(file), renewedAt };
  } finally {
    closeSync(file);
  }
}

function parsedClaim(text: string): Claim {
  try {
    return JSON.parse(text) as Claim;
  } catch {
    // A crash of the machine cut the file short: its writer is dead.
    return { host: hostname(), pid: 0, namespace: processNamespace(), start: null, since: "" };
  }
}

/** The time by the clock that also dates the files of a folder, ms; 0 if nothing can be written there. */
function fileSystemTime(folder: string): number {
  const path = temporaryPath(join(folder, `${PREFIX}time`));
  try {
    const file = openSync(path, "wx");
    try {
      writeSync(file, "\n");
      return fstatSync(file).mtimeMs;
    } finally {
      closeSync(file);
    }
  } catch {
    return 0;
  } finally {
    removeQuietly(path);
  }
}
