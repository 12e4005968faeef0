/** Tells processes apart, even where the system has given the number of one that ended to another. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** One process among all that ever ran. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Containers on one machine may share its name and number their processes for themselves. */
  readonly namespace: string | null;
  readonly start: ProcessStart;
}

/** What tells a process from a later one with the same number; null where the system does not say. */
export type ProcessStart = string | null;

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return {
    host: hostname(),
    pid: process.pid,
    namespace: processNamespace(),
    start: processStart(process.pid) ?? null,
  };
}

/** The boot of the machine in which a process started; null where the system does not say. */
export function bootOf(start: ProcessStart): string | null {
  return /^([0-9a-f-]{36}) \d+$/.exec(start ?? "")?.[1] ?? null;
}

/**
 * Whether the process still runs. Nothing can be known about a process on another machine or in another
 * container: it counts as alive.
 */
export function isAlive({ host, pid, namespace, start }: ProcessIdentity): boolean {
  if (host !== hostname() || namespace !== processNamespace()) return true;
  return isRunning(pid, (found) => start === null || found === start);
}

/** Digits of a hash in a tag: enough to tell apart the few processes that ever share a number. */
const TAG_DIGITS = 8;
const TAG_PATTERN = /^(\d+)-([0-9a-f]{8})-([0-9a-f]{8})$/;

/** An identity as a part of a file's name: number, machine and container, start. `4711-3f2a9c01-b81d0744`. */
export function processTag({ host, pid, namespace, start }: ProcessIdentity = ownIdentity()): string {
  return `${pid}-${placeHash(host, namespace)}-${startHash(start)}`;
}

/** `isAlive` for the process that a tag stands for. What is no tag stands for no process. */
export function isTagAlive(tag: string): boolean {
  const [, pid, place, start] = TAG_PATTERN.exec(tag) ?? [];
  if (pid === undefined) return false;
  if (place !== placeHash(hostname(), processNamespace())) return true;
  return isRunning(Number(pid), (found) => start === startHash(null) || startHash(found) === start);
}

function placeHash(host: string, namespace: string | null): string {
  return hashed(JSON.stringify([host, namespace]));
}

/** Zeros where the system does not say when processes start. */
function startHash(start: ProcessStart): string {
  return start === null ? "0".repeat(TAG_DIGITS) : hashed(start);
}

function hashed(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, TAG_DIGITS);
}

/**
 * A process of this machine.
 *
 * @param isSame Whether the process with that number started at the right time.
 */
function isRunning(pid: number, isSame: (start: string) => boolean): boolean {
  if (pid <= 0) return false;
  const found = processStart(pid);
  return found !== undefined && (found === null || isSame(found));
}

/**
 * When a process of this machine started, in the system's own terms: on Linux the boot of the machine and
 * the ticks since then, elsewhere a date. A process that ended and whose parent has not noticed yet
 * counts as ended.
 *
 * @returns undefined if there is no such process.
 */
export function processStart(pid: number): ProcessStart | undefined {
  if (!exists(pid)) return undefined;
  if (process.platform === "linux") return linuxStart(pid);
  if (process.platform === "win32") return null;
  // The date must not depend on the language and the time zone of the process that asks.
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : null;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it belongs to another user
  }
}

/**
 * See proc(5): field 3 is the state, field 22 the start in clock ticks after boot; field 2 may hold
 * blanks and brackets.
 */
function linuxStart(pid: number): ProcessStart | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return null; // /proc is hidden from this process
  }
}

/**
 * The numbering of processes that this process belongs to: each container has its own. Null where
 * there is only one.
 */
export function processNamespace(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
}
