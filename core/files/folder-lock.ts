/** Locks on folders, between processes. */

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import { isAlive, ownIdentity, type ProcessIdentity, processNamespace } from "./process-identity.ts";
import { writeFileAtomic } from "./write-atomic.ts";

/** A folder that this process holds. */
export interface FolderLock extends Disposable {
  /** Releases the folder, as its disposal does; a second call does nothing. */
  release(): void;
}

interface Claim extends ProcessIdentity {
  /** When the claim was made, for the message. */
  readonly since: string;
}

const PREFIX = ".lock-";
/** Two processes that claim a folder at the same moment both withdraw, and try again after a random pause. */
const ATTEMPTS = 8;
const PAUSE_MS = 30;

/**
 * Makes this process the only one that works in a folder. A process that died holds nothing, however it died.
 *
 * Every process writes its claim to a file of its own and then looks for the claims of others. Of two
 * processes that do so at once, at least one sees the other. A process never removes the claim of a living
 * process, so two never hold the folder.
 *
 * @param folder The folder; it has to exist.
 * @param what What this process does there, for the message: "train".
 * @throws {UserError} Naming the process and machine that hold the folder.
 */
export function acquireFolderLock(folder: string, what = "train"): FolderLock {
  const own: Claim = { ...ownIdentity(), since: new Date().toISOString() };
  // A name of its own, even if a dead process had the same number: another process may be
  // removing that claim.
  const name = `${PREFIX}${own.host.replaceAll(/[^A-Za-z0-9.-]/g, "_")}-${own.pid}-${crypto.randomUUID().slice(0, 8)}`;
  for (let attempt = 1; ; attempt++) {
    const before = livingClaims(folder);
    if (before.length > 0) throw held(folder, what, before[0]!);
    writeClaim(folder, name, what, own);
    const others = livingClaims(folder).filter((claim) => claim.name !== name);
    if (others.length === 0) {
      const release = () => rmSync(join(folder, name), { force: true });
      return { release, [Symbol.dispose]: release };
    }
    rmSync(join(folder, name), { force: true });
    if (attempt === ATTEMPTS) throw held(folder, what, others[0]!);
    Bun.sleepSync(PAUSE_MS * (1 + Math.random()));
  }
}

/** Another process holds the folder. */
export class FolderHeldError extends UserError {}

function writeClaim(folder: string, name: string, what: string, claim: Claim): void {
  try {
    writeFileAtomic(join(folder, name), `${JSON.stringify(claim)}\n`);
  } catch (cause) {
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

/** The claims of living processes; the claims of dead ones are removed. */
function livingClaims(folder: string): { name: string; claim: Claim }[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX) && !name.endsWith(".tmp"))
    .flatMap((name) => {
      const claim = readClaim(join(folder, name));
      if (claim === null) return []; // released just now
      if (isAlive(claim)) return [{ name, claim }];
      rmSync(join(folder, name), { force: true });
      return [];
    });
}

function readClaim(path: string): Claim | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return null;
  }
  try {
    return JSON.parse(text) as Claim;
  } catch {
    // A crash of the machine cut the file short: its writer is dead.
    return { host: hostname(), pid: 0, namespace: processNamespace(), start: null, since: "" };
  }
}

function held(
  folder: string,
  what: string,
  { name, claim }: { name: string; claim: Claim },
): FolderHeldError {
  const here = claim.host === hostname() && claim.namespace === processNamespace();
  const mine = here && claim.pid === process.pid;
  return new FolderHeldError({
    file: folder,
    message: `Cannot ${what} here`,
    expected: "a folder that no other process works in",
    got: `process ${claim.pid}${mine ? " (this one)" : ""} on ${claim.host} holds it since ${claim.since}`,
    fix: mine
      ? "end what it does there first"
      : here
        ? `wait for it to end, or end it: kill ${claim.pid}`
        : `if it no longer runs there: delete ${join(folder, name)}`,
  });
}
