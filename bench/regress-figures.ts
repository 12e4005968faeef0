/** What `regress.ts` measures of a folder of the project, each with a short program of its own. */

import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printedObject } from "./printed-object.ts";
import { installPackages, lastLines } from "./regress-checkout.ts";

/** Whether more of a figure is better, or less. */
export type Direction = "more" | "less";

export interface FigureKind {
  readonly name: string;
  readonly unit: string;
  readonly better: Direction;
}

/** The figures of one program, by name. One that the program does not give is missing. */
export type Reading = Readonly<Record<string, number>>;

/** A program that is run for both sides in turns. */
export interface Measurement {
  /** The word of `--only`. */
  readonly name: string;
  readonly figures: readonly FigureKind[];
  /** The same on every run, so that one run is enough. */
  readonly isExact: boolean;
  /** Short enough that the first run, which reads files that are in no cache, would count too much. */
  readonly warmsUp: boolean;
  /** @throws {Error} With what the program printed, if it fails or prints no figures. */
  measure(folder: string, options: MeasureOptions): Promise<Reading>;
}

export interface MeasureOptions {
  /** Sheets of `predict`. */
  readonly files: string;
  readonly rows: string;
  readonly columns: string;
  /** Passes over the workload of the training. */
  readonly passes: string;
  readonly device: string;
  /** A small workbook, the same for both sides. */
  readonly workbook: string;
  readonly signal: AbortSignal;
}

const PREDICT: Measurement = {
  name: "predict",
  isExact: false,
  warmsUp: false,
  figures: [
    { name: "predict, sheets per second of processor time", unit: "1/s", better: "more" },
    { name: "predict, peak memory", unit: "MB", better: "less" },
  ],
  async measure(folder, { files, rows, columns, device, signal }) {
    const options = ["--files", files, "--rows", rows, "--columns", columns, "--device", device];
    const printed = await printedFigures(folder, "bench/predict.ts", options, signal);
    return named(this, printed, ["sheets_per_core_s", "peak_rss_mb"]);
  },
};

const TRAINING: Measurement = {
  name: "training",
  isExact: false,
  warmsUp: false,
  figures: [
    { name: "training, processor time per sheet", unit: "ms", better: "less" },
    { name: "training, peak memory", unit: "MB", better: "less" },
  ],
  async measure(folder, { passes, device, signal }) {
    const options = ["--config", "minimal", "--device", device, "--workers", "2", "--passes", passes];
    const printed = await printedFigures(folder, "bench/model.ts", options, signal);
    return named(this, printed, ["cpu_ms_per_sheet", "peak_rss_mb"]);
  },
};

const START: Measurement = {
  name: "start",
  isExact: false,
  warmsUp: true,
  figures: [
    { name: "predict on one file, processor time", unit: "ms", better: "less" },
    { name: "predict on one file, clock", unit: "ms", better: "less" },
    { name: "predict on one file, peak memory", unit: "MB", better: "less" },
  ],
  async measure(folder, { workbook, device, signal }) {
    const predict = join(folder, "core", "commands", "predict.ts");
    const command = [process.execPath, predict, "pretrained", workbook, "--device", device];
    const { cpuMs, clockMs, peakMb } = await run(command, folder, signal);
    return Object.fromEntries(this.figures.map(({ name }, at) => [name, [cpuMs, clockMs, peakMb][at]!]));
  },
};

const TYPES: Measurement = {
  name: "types",
  isExact: false,
  warmsUp: false,
  figures: [{ name: "type check, processor time", unit: "s", better: "less" }],
  async measure(folder, { signal }) {
    const command = [join(folder, "node_modules", ".bin", "tsc"), "--noEmit"];
    const { cpuMs } = await run(command, folder, signal);
    return { [this.figures[0]!.name]: cpuMs / 1000 };
  },
};

/** Bytes of the archive that `npm install` would fetch, and how much its files take. */
const SIZE: Measurement = {
  name: "size",
  isExact: true,
  warmsUp: false,
  figures: [{ name: "package, packed", unit: "MB", better: "less" }],
  async measure(folder, { signal }) {
    const place = mkdtempSync(join(tmpdir(), "bench-pack-"));
    try {
      await run([process.execPath, "pm", "pack", "--destination", place, "--quiet"], folder, signal);
      const [archive] = readdirSync(place);
      if (archive === undefined) throw new Error("bun pm pack wrote no archive");
      return { [this.figures[0]!.name]: statSync(join(place, archive)).size / 1e6 };
    } finally {
      rmSync(place, { recursive: true });
    }
  },
};

/** What the packages of an installation without those for development take on the disk. */
const PACKAGES: Measurement = {
  name: "packages",
  isExact: true,
  warmsUp: false,
  figures: [{ name: "packages of an installation", unit: "MB", better: "less" }],
  async measure(folder) {
    const place = mkdtempSync(join(tmpdir(), "bench-packages-"));
    try {
      mkdirSync(join(place, "project"));
      for (const file of ["package.json", "bun.lock"]) {
        copyFileSync(join(folder, file), join(place, "project", file));
      }
      await installPackages(join(place, "project"), "--production", "--omit=optional", "--ignore-scripts");
      return { [this.figures[0]!.name]: bytesBelow(join(place, "project", "node_modules")) / 1e6 };
    } finally {
      rmSync(place, { recursive: true });
    }
  },
};

export const MEASUREMENTS: readonly Measurement[] = [PREDICT, TRAINING, START, TYPES, SIZE, PACKAGES];

/** Runs a benchmark of the folder, and reads the line of JSON that it prints. */
async function printedFigures(
  folder: string,
  script: string,
  options: readonly string[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await run([process.execPath, join(folder, script), ...options], folder, signal);
  const printed = printedObject(stdout);
  if (printed === null) throw new Error(`${script} printed no line of JSON`);
  return printed;
}

/** The keys of what a benchmark printed, as the figures of a measurement, in the same order. */
function named(
  { figures }: Measurement,
  printed: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Reading {
  const found = keys.flatMap((key, at) => {
    const value = printed[key];
    return typeof value === "number" ? [[figures[at]!.name, value] as const] : [];
  });
  return Object.fromEntries(found);
}

interface Run {
  readonly stdout: string;
  /** Of all threads, and of the processes that it started and waited for. */
  readonly cpuMs: number;
  readonly clockMs: number;
  readonly peakMb: number;
}

/** Runs a program to its end. */
async function run(command: readonly string[], cwd: string, signal: AbortSignal): Promise<Run> {
  const start = performance.now();
  const child = Bun.spawn([...command], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe", signal });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  const code = await child.exited;
  signal.throwIfAborted();
  if (code !== 0) throw new Error(lastLines(stderr.trim() === "" ? stdout : stderr) || `exit code ${code}`);
  const usage = child.resourceUsage()!;
  return {
    stdout,
    cpuMs: Number(usage.cpuTime.total) / 1000,
    clockMs: performance.now() - start,
    peakMb: usage.maxRSS / 2 ** 20,
  };
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce(
    (sum, entry) => sum + (entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0),
    0,
  );
}
