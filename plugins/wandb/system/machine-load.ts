/** The load of the machine's network and disks. */

import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { parse } from "node:path";
import { type Readings, round } from "./process-load.ts";

const MB = 2 ** 20;
const GB = 2 ** 30;
/**
 * The bytes of a sector in /proc/diskstats, whatever the sectors of the disk are (kernel documentation,
 * iostats).
 */
const SECTOR = 512;

/** Network and disk traffic are counted from the moment at which the object is made. */
export class MachineLoad {
  readonly #mount: string;
  readonly #network = networkBytes();
  readonly #disks = diskBytes();

  /** @param folder The use of the file system at this path's root is measured. */
  constructor(folder: string) {
    this.#mount = parse(folder).root || "/";
  }

  read(): Readings {
    const readings: Readings = {};
    const network = networkBytes();
    if (network && this.#network) {
      readings["network.sent"] = network.sent - this.#network.sent;
      readings["network.recv"] = network.received - this.#network.received;
    }
    const use = diskUse(this.#mount);
    if (use) {
      readings[`disk.${this.#mount}.usagePercent`] = round((100 * use.used) / use.total);
      readings[`disk.${this.#mount}.usageGB`] = round(use.used / GB);
    }
    for (const [name, { read, written }] of diskBytes()) {
      const before = this.#disks.get(name);
      if (!before) continue;
      readings[`disk.${name}.in`] = round((read - before.read) / MB);
      readings[`disk.${name}.out`] = round((written - before.written) / MB);
    }
    return readings;
  }
}

/** The size and the use of the file system that holds `path`, in bytes; null where they are unknown. */
export function diskUse(path: string): { total: number; used: number } | null {
  try {
    const { bsize, blocks, bfree } = statfsSync(path);
    return blocks > 0 ? { total: blocks * bsize, used: (blocks - bfree) * bsize } : null;
  } catch {
    return null;
  }
}

/**
 * Bytes sent and received over all interfaces, from /proc/net/dev (proc(5)): the first field of a line are
 * the bytes received, the ninth those sent. Null where there is no such file.
 */
function networkBytes(): { sent: number; received: number } | null {
  const text = contentOf("/proc/net/dev");
  if (text === null) return null;
  let [sent, received] = [0, 0];
  for (const line of text.split("\n")) {
    const numbers = /^\s*[^:]+:(.*)$/.exec(line)?.[1]?.trim().split(/\s+/).map(Number);
    if (!numbers || numbers.length < 9) continue;
    received += numbers[0]!;
    sent += numbers[8]!;
  }
  return { sent, received };
}

/** Bytes read from and written to each whole disk; partitions, loop devices and RAM disks are left out. */
function diskBytes(): Map<string, { read: number; written: number }> {
  const disks = new Map<string, { read: number; written: number }>();
  const text = contentOf("/proc/diskstats");
  if (text === null) return disks;
  const whole = new Set(namesIn("/sys/block").filter((name) => !/^(loop|ram|zram)/.test(name)));
  for (const line of text.split("\n")) {
    const fields = line.trim().split(/\s+/);
    const name = fields[2];
    if (name === undefined || !whole.has(name)) continue;
    disks.set(name, { read: Number(fields[5]) * SECTOR, written: Number(fields[9]) * SECTOR });
  }
  return disks;
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
