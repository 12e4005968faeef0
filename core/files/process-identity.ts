import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/** What tells a process from a later one that was given the same number; null where the system does not say. */
export type ProcessStart = string | null;

/**
 * When a process began, in the system's own terms: the machine's boot and ticks since it on Linux, a date elsewhere.
 * A process that ended and waits for its parent to notice counts as ended.
 *
 * @returns undefined if there is no such process.
 */
export function processStart(pid: number): ProcessStart | undefined {
  if (!exists(pid)) return undefined;
  if (process.platform === "linux") return linuxStart(pid);
  if (process.platform === "win32") return null;
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : null;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it is another user's
  }
}

/** See proc(5): field 3 is the state, field 22 the start in clock ticks after boot; field 2 may hold blanks and brackets. */
function linuxStart(pid: number): ProcessStart | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return null; // /proc is hidden from us
  }
}

/** Which numbering of processes this one is in: containers have their own. Null where there is only one. */
export function processNamespace(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
}
