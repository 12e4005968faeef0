/**
 * Whether this process was started to go on when its terminal closes: with nohup, or as a descendant of it.
 */

import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** Where Linux describes processes. */
const PROC = "/proc";
const SIGHUP_BIT = 1n;
/** open(2): for writing only. */
const O_WRONLY = 1;
const ACCESS_MODES = 3;
/** Processes that are asked: this one, a few of `bun run` above it, and what started those. */
const MOST_PROCESSES = 5;

/**
 * True if a SIGHUP was ignored when this process was started. `bun run` handles the signal itself and
 * passes it on to its child, which it starts with the usual reaction; then its own start counts: whether
 * its parent ignores the signal, or nohup has started it. Outside of Linux only nohup by itself is
 * recognised.
 *
 * @param proc The folder of the processes.
 */
export function isHangUpIgnored(
  proc: string = PROC,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (isNohup(env._)) return true;
  let id = "self";
  for (let count = 0; count < MOST_PROCESSES; count++) {
    const status = readStatus(proc, id);
    if (status === null) return false;
    if ((BigInt(`0x${status.ignored}`) & SIGHUP_BIT) !== 0n || wasStartedByNohup(proc, id)) return true;
    // Only bun starts its child otherwise than it was started itself.
    if (id !== "self" && status.name !== "bun") return false;
    id = status.parent;
  }
  return false;
}

interface Status {
  readonly name: string;
  readonly parent: string;
  /** The signals that the process ignores, one bit each, in hexadecimal digits. */
  readonly ignored: string;
}

function readStatus(proc: string, id: string): Status | null {
  try {
    const lines = readFileSync(`${proc}/${id}/status`, "latin1").split("\n");
    const fields = new Map(lines.map((line) => line.split(/:\s*/, 2) as [string, string]));
    const [name, parent, ignored] = [fields.get("Name"), fields.get("PPid"), fields.get("SigIgn")];
    return name && parent && ignored ? { name, parent, ignored } : null;
  } catch {
    return null; // no Linux, or a process that ended
  }
}

/**
 * Whether a process still carries what nohup leaves behind: a shell writes the path of the program into `_`,
 * and nohup replaces a terminal as standard input with a /dev/null that cannot be read.
 */
function wasStartedByNohup(proc: string, id: string): boolean {
  try {
    const environment = readFileSync(`${proc}/${id}/environ`, "latin1").split("\0");
    if (isNohup(environment.find((entry) => entry.startsWith("_="))?.slice(2))) return true;
    if (readlinkSync(`${proc}/${id}/fd/0`) !== "/dev/null") return false;
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`${proc}/${id}/fdinfo/0`, "latin1"))?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & ACCESS_MODES) === O_WRONLY;
  } catch {
    return false; // another user's process
  }
}

function isNohup(program: string | undefined): boolean {
  return program !== undefined && basename(program) === "nohup";
}
