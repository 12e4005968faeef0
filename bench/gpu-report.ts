/** The report of `gpu.ts`: one file of JSON that is whole at every moment, and a log beside it. */

import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isRecord } from "../core/base/plain-object.ts";
import { writeFileAtomic } from "../core/files/write-atomic.ts";

/** What `kind` of every report says. */
export const REPORT_KIND = "tablesense2 gpu report";

export type StepState = "ok" | "failed" | "skipped";

export interface StepResult {
  readonly name: string;
  readonly state: StepState;
  readonly seconds: number;
  /** Why it failed or was skipped; null if it is done. */
  readonly reason: string | null;
  /** What it printed as JSON, or found out; null if that is nothing. */
  readonly result: unknown;
}

export interface GpuReport {
  readonly kind: typeof REPORT_KIND;
  readonly format_version: 1;
  /** `running` in a file whose process was killed. */
  readonly status: "running" | "done" | "incomplete" | "interrupted";
  /** ISO 8601. */
  readonly started_at: string;
  readonly seconds: number;
  readonly quick: boolean;
  readonly steps: readonly StepResult[];
  /** Speed of each device divided by that of PyTorch on the same GPU, by configuration. */
  readonly ratios: Readonly<Record<string, Readonly<Record<string, Ratio>>>>;
}

export interface Ratio {
  readonly training: number;
  readonly forward: number;
}

/**
 * Writes the report and its log.
 *
 * Life cycle: the log begins anew and the report is written at once, then again after every step. A killed
 * process leaves a whole report of the steps that it finished.
 */
export class ReportWriter {
  readonly #path: string;
  readonly #log: string;
  readonly #startedAt = new Date();
  readonly #quick: boolean;
  readonly #steps: StepResult[] = [];

  constructor(path: string, quick: boolean) {
    this.#path = path;
    this.#log = logPath(path);
    mkdirSync(dirname(path), { recursive: true });
    this.#quick = quick;
    writeFileSync(this.#log, `${REPORT_KIND}, ${this.#startedAt.toISOString()}\n`);
    this.#write("running");
  }

  get steps(): readonly StepResult[] {
    return this.#steps;
  }

  log(text: string): void {
    appendFileSync(this.#log, text);
  }

  add(step: StepResult): void {
    this.#steps.push(step);
    this.#write("running");
  }

  /** @returns The report as it is written last. */
  end(isInterrupted: boolean): GpuReport {
    const isDone = this.#steps.every(({ state }) => state === "ok");
    return this.#write(isInterrupted ? "interrupted" : isDone ? "done" : "incomplete");
  }

  #write(status: GpuReport["status"]): GpuReport {
    const report: GpuReport = {
      kind: REPORT_KIND,
      format_version: 1,
      status,
      started_at: this.#startedAt.toISOString(),
      seconds: Math.round((Date.now() - this.#startedAt.getTime()) / 100) / 10,
      quick: this.#quick,
      steps: this.#steps,
      ratios: ratiosOf(this.#steps),
    };
    writeFileAtomic(this.#path, `${JSON.stringify(report, null, 2)}\n`);
    return report;
  }
}

/** Beside the report: `gpu.json` → `gpu.log`. */
export function logPath(report: string): string {
  return report.replace(/\.json$/, ".log");
}

/** Whether a file is a report, which may be replaced. */
export function isReport(path: string): boolean {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isRecord(value) && value.kind === REPORT_KIND;
  } catch {
    return false;
  }
}

/** Whether a file is the log of a report. */
export function isLog(path: string): boolean {
  return readFileSync(path, "utf8").startsWith(REPORT_KIND);
}

/** The steps that measure speed have names of this form: "speed minimal cuda, turn 1". */
const SPEED = /^speed (\S+) (\S+), turn \d+$/;

/** Compares the best turn of each device with the best one of PyTorch. */
function ratiosOf(steps: readonly StepResult[]): GpuReport["ratios"] {
  const best: Record<string, Record<string, Ratio>> = {};
  for (const { name, result } of steps) {
    const [, config, engine] = SPEED.exec(name) ?? [];
    if (config === undefined || engine === undefined || !isRecord(result)) continue;
    best[config] ??= {};
    const before = best[config][engine] ?? { training: 0, forward: 0 };
    best[config][engine] = {
      training: Math.max(before.training, Number(result.sheets_per_s)),
      forward: Math.max(before.forward, Number(result.forward_sheets_per_s)),
    };
  }
  const ratios: Record<string, Record<string, Ratio>> = {};
  for (const [config, { pytorch, ...devices }] of Object.entries(best)) {
    if (pytorch === undefined) continue;
    ratios[config] = Object.fromEntries(
      Object.entries(devices).map(([device, { training, forward }]) => [
        device,
        { training: hundredths(training / pytorch.training), forward: hundredths(forward / pytorch.forward) },
      ]),
    );
  }
  return ratios;
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
