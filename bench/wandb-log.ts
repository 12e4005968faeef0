/**
 * Measures how fast the W&B log is written and read, and what logging costs per gradient step.
 *
 * usage: bun bench/wandb-log.ts [records]
 */

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomStream } from "../core/base/random.ts";
import { NO_EARLIER_LOGS } from "../plugins/wandb/log/earlier-logs.ts";
import { histogramOf } from "../plugins/wandb/log/histogram.ts";
import { readRecords } from "../plugins/wandb/log/log-reader.ts";
import { LogWriter } from "../plugins/wandb/log/log-writer.ts";
import { item } from "../plugins/wandb/log/value-json.ts";
import { RunLog } from "../plugins/wandb/run/run-log.ts";
import { argumentNumber, benchArguments } from "./bench-arguments.ts";

const given = benchArguments("wandb-log", {
  records: { type: "positional", default: "100000", description: "History records to write and read" },
});
const RECORDS = argumentNumber("wandb-log", "records", given.records);
const ROUNDS = 5;

const folder = mkdtempSync(join(tmpdir(), "wandb-bench-"));
try {
  // The best round shows what the code can do. The others show what else the machine was doing.
  const written = best(ROUNDS, () => writeRecords(join(folder, "records.wandb")));
  report("history records written", RECORDS / written, "records/s");
  const read = best(ROUNDS, () => readAll(join(folder, "records.wandb")));
  report("records read back", RECORDS / read, "records/s");
  const rows = best(ROUNDS, () => writeRows(join(folder, "rows.wandb")));
  report("steps logged (row and summary)", RECORDS / 10 / rows, "steps/s");
  report("  that is, per step", (rows / (RECORDS / 10)) * 1e6, "µs");

  const random = randomStream(1, "bench");
  const gradient = Float32Array.from({ length: 1_000_000 }, () => random.normal());
  const histogram = best(ROUNDS, () => void histogramOf(gradient));
  report("histogram of a million gradients", histogram * 1e3, "ms");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The values that most gradient steps log. */
function values(step: number): Map<string, number> {
  return new Map([
    ["epoch", 1 + Math.floor(step / 100)],
    ["global_step", step],
    ["train/max_grad_norm", 1.2345678 / step],
    ["train/mean_grad_norm", 0.1234567 / step],
  ]);
}

function writeRecords(path: string): void {
  rmSync(path, { force: true });
  const writer = LogWriter.create(path);
  for (let step = 1; step <= RECORDS; step++) {
    const own = [item("_step", step), item("_runtime", step / 7), item("_timestamp", 1.7e9 + step / 7)];
    const items = [...values(step)].map(([name, value]) => item(name, value));
    writer.append({ case: "history", value: { item: [...items, ...own], step: { num: BigInt(step) } } });
  }
  writer.close();
}

function readAll(path: string): void {
  let last = 0n;
  for (const { record } of readRecords(path)) last = record.num;
  if (last !== BigInt(RECORDS))
    throw new Error(`read ${last} of ${RECORDS} records (${statSync(path).size} bytes)`);
}

function writeRows(path: string): void {
  rmSync(path, { force: true });
  const log = new RunLog(LogWriter.create(path), Date.now(), NO_EARLIER_LOGS);
  for (let step = 1; step <= RECORDS / 10; step++) log.row(step, values(step));
  log.end(0);
}

/** Seconds of the fastest round. */
function best(rounds: number, work: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1000;
  });
  return Math.min(...times);
}

function report(what: string, value: number, unit: string): void {
  const digits = value < 100 ? 1 : 0;
  console.log(
    `${what.padEnd(36)} ${value.toLocaleString("en-US", { maximumFractionDigits: digits })} ${unit}`,
  );
}
