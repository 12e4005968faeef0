/** The resident memory of this process and of all processes that it started. */

import { readdirSync, readFileSync } from "node:fs";

const MB = 1024 * 1024;

/** In MB (2^20 bytes). Where there is no /proc, only this process counts. */
export function processTreeMemoryMb(): number {
  const own = process.memoryUsage.rss();
  const others = descendants(process.pid).reduce((sum, pid) => sum + residentBytes(pid), 0);
  return (own + others) / MB;
}

/**
 * The ids of all processes below `pid`, from the kernel's lists of children (proc(5)); none where there is
 * no /proc.
 */
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
    // There is no /proc, or the process has just ended.
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
