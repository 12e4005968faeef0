/** What the driver's tool `nvidia-smi` tells of NVIDIA GPUs: which there are, and how busy they are. */

import type { Readings } from "./process-load.ts";

export interface Gpu {
  readonly name: string;
  /** Bytes. */
  readonly memoryTotal: number;
  readonly uuid: string;
}

const MB = 2 ** 20;
const LOAD_FIELDS = [
  "index",
  "utilization.gpu",
  "utilization.memory",
  "memory.used",
  "memory.total",
  "temperature.gpu",
  "power.draw",
  "enforced.power.limit",
  "clocks.sm",
  "clocks.mem",
];

/** The GPUs of this machine; empty if there is no tool, or if it fails. */
export async function listGpus(): Promise<Gpu[]> {
  return parseGpus(await query(["name", "memory.total", "uuid"]));
}

/** @param rows Lines of the form `name, MB, uuid`. */
export function parseGpus(rows: string): Gpu[] {
  return cells(rows).flatMap(([name = "", memory, uuid = ""]) => {
    const megabytes = Number(memory);
    return name === "" ? [] : [{ name, uuid, memoryTotal: Number.isFinite(megabytes) ? megabytes * MB : 0 }];
  });
}

/** The load of all GPUs under W&B's names; empty if there is no tool, or if it fails. */
export async function gpuLoad(): Promise<Readings> {
  return parseGpuLoad(await query(LOAD_FIELDS));
}

/**
 * @param rows Lines with the values of `LOAD_FIELDS`. A value that a GPU does not have (`[N/A]`) is left
 *   out.
 */
export function parseGpuLoad(rows: string): Readings {
  const readings: Readings = {};
  for (const [index, ...texts] of cells(rows)) {
    const [load, bandwidth, used, total, temperature, power, limit, smClock, memoryClock] = texts.map(
      (text) => (text === "" ? Number.NaN : Number(text)),
    ) as [number, number, number, number, number, number, number, number, number];
    const values: Readings = {
      gpu: load,
      memory: bandwidth,
      memoryAllocated: (100 * used) / total,
      memoryAllocatedBytes: used * MB,
      temp: temperature,
      powerWatts: power,
      powerPercent: (100 * power) / limit,
      enforcedPowerLimitWatts: limit,
      smClock,
      memoryClock,
    };
    for (const [name, value] of Object.entries(values)) {
      if (Number.isFinite(value)) readings[`gpu.${index}.${name}`] = value;
    }
  }
  return readings;
}

/** Lines of CSV with the values of the fields, without units; empty if there is no tool, or if it fails. */
async function query(fields: readonly string[]): Promise<string> {
  const tool = Bun.which("nvidia-smi");
  if (tool === null) return "";
  try {
    const format = "--format=csv,noheader,nounits";
    const process = Bun.spawn([tool, `--query-gpu=${fields.join(",")}`, format], {
      stdout: "pipe",
      stderr: "ignore",
      stdin: "ignore",
      timeout: 5000,
    });
    const text = await new Response(process.stdout).text();
    return (await process.exited) === 0 ? text : "";
  } catch {
    return "";
  }
}

function cells(rows: string): string[][] {
  const lines = rows.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => line.split(",").map((cell) => cell.trim()));
}
