/** Resident memory of this process and of everything it started. */

import { readdirSync, readFileSync } from "node:fs";

const MB = 1024 * 1024;

/** Resident memory in MB (2^20 bytes) of this process and its descendants; where /proc is absent, of this process alone. */
export function processTreeMemoryMb(): number {
  const own = process.memoryUsage.rss();
  const others = descendants(process.pid).reduce((sum, pid) => sum + residentBytes(pid), 0);
  return (own + others) / MB;
}

/** Process ids below `pid`, from the kernel's own list of each thread's children (proc(5)); empty where there is none. */
function descendants(pid: number): number[] {
  const found: number[] = [];
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim();
      for (const child of children === "" ? [] : children.split(" ").map(Number)) {
        found.push(child, ...descendants(child));
      }
    }
  } catch {
    // Not Linux, or the process ended while we looked.
  }
  return found;
}

function residentBytes(pid: number): number {
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return match ? Number(match[1]) * 1024 : 0;
  } catch {
    return 0;
  }
}
