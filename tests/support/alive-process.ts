/** Tells whether a process still runs. */

import { readFileSync } from "node:fs";

/** False for a process that is gone or only waits to be collected. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
