/** The peak memory of a process. */

import { readFileSync } from "node:fs";

/**
 * Peak resident memory of this process, MB. Linux counts into `ru_maxrss` what the parent had when it forked,
 * so a small child of a large process would look large; its own peak stands in /proc (proc_pid_status(5)).
 */
export function peakMemoryMb(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kilobytes !== undefined) return Math.round(Number(kilobytes) / 1024);
  } catch {
    // Not Linux.
  }
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
