/** The load of this process (processor, memory, threads) and the memory of the machine. */

import { readFileSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";

const MB = 2 ** 20;

/** Measured values under W&B's names. */
export type Readings = Record<string, number>;

/**
 * Processor time counts from the previous `read`, or from the making of the object: use one object for each
 * purpose.
 */
export class ProcessLoad {
  #cpu = process.cpuUsage();
  #at = performance.now();

  read(): Readings {
    const cpu = process.cpuUsage(this.#cpu);
    const seconds = Math.max(1e-3, (performance.now() - this.#at) / 1000);
    this.#cpu = process.cpuUsage();
    this.#at = performance.now();
    const busy = (cpu.user + cpu.system) / 1e6;
    const rss = process.memoryUsage.rss();
    const total = totalmem();
    const available = meminfoBytes("MemAvailable") ?? freemem();
    const threads = statusNumber("Threads");
    return {
      cpu: round((100 * busy) / seconds / availableParallelism()),
      memory_percent: round((100 * (total - available)) / total),
      "proc.memory.rssMB": round(rss / MB),
      "proc.memory.percent": round((100 * rss) / total),
      "proc.memory.availableMB": round(available / MB),
      ...(threads === null ? {} : { "proc.cpu.threads": threads }),
    };
  }
}

/** The bytes of a line in /proc/meminfo (proc(5)); null where there is no such file or line. */
function meminfoBytes(name: string): number | null {
  const kilobytes = lineNumber("/proc/meminfo", name);
  return kilobytes === null ? null : kilobytes * 1024;
}

function statusNumber(name: string): number | null {
  return lineNumber("/proc/self/status", name);
}

function lineNumber(file: string, name: string): number | null {
  try {
    const match = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(file, "utf8"));
    return match ? Number(match[1]) : null;
  } catch {
    return null;
  }
}

/** Three decimals. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
