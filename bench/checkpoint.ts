/**
 * Measures speed and size of checkpoints against torch.save and torch.load, on the same disk in the same run.
 *
 * usage: bun bench/checkpoint.ts [--folder DIR] [--rounds 7] [--python python3]; prints one JSON line
 *
 * The value is the checkpoint of configs/full.yaml, about 300 MB: the weights and both moments of AdamW. Our
 * saving always includes fsync. torch.save has none, so it is measured as it is and with fsync. The two take
 * turns in every round, and the medians are printed.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { usageError } from "../core/base/problem.ts";
import { CheckpointWriter } from "../core/checkpoint/checkpoint-writer.ts";
import { checkpointValue } from "../core/checkpoint/detector-state.ts";
import { readPtFile } from "../core/checkpoint/read-pt.ts";
import { schedulerState } from "../core/checkpoint/scheduler-state.ts";
import { writePtFile } from "../core/checkpoint/write-pt.ts";
import { createParameters } from "../core/model/parameters.ts";
import { FULL_DETECTOR } from "../tests/support/full-detector.ts";
import { benchArguments, optionNumber, orEnd } from "./bench-arguments.ts";
import { median } from "./median.ts";

const values = benchArguments("checkpoint", {
  folder: {
    type: "string",
    valueHint: "folder",
    default: tmpdir(),
    description: "Where the checkpoints are written and read",
  },
  rounds: { type: "string", valueHint: "number", default: "7", description: "Rounds; medians are printed" },
  python: { type: "string", valueHint: "program", default: "python3", description: "A Python with PyTorch" },
});
const rounds = optionNumber("rounds", values.rounds);
const folder = orEnd(() => folderIn(values.folder));
const ours = join(folder, "ours.pt");
const theirs = join(folder, "theirs.pt");

/** configs/full.yaml's network. */
const parameters = createParameters(FULL_DETECTOR, 1);
const noise = () => Float32Array.from(parameters.flat, (value) => value * 0.01);
const schedule = { lr: 1e-4, warmupSteps: 100, totalSteps: 1000 };
const checkpoint = checkpointValue({
  parameters,
  average: null,
  optimizer: { step: 500, expAvg: noise(), expAvgSq: noise(), lr: 1e-4, weightDecay: 1e-4 },
  scheduler: schedulerState(500, schedule),
  epoch: 5,
  trainMetrics: { loss: 1 },
  valMetrics: { f1: 0.5 },
  bestValF1: 0.5,
  extra: {},
});

const peer = await startPeer(values.python);
const times: Record<string, number[]> = {};
try {
  writePtFile(ours, checkpoint);
  await peer?.ask(`make ${ours}`);
  const writer = new CheckpointWriter();
  for (let round = 0; round < rounds; round++) {
    await measure("save", () => writePtFile(ours, checkpoint));
    const { written } = await measure("stall", () => writer.begin([ours], checkpoint));
    await written;
    await measure("load", () => void readPtFile(ours));
    if (!peer) continue;
    await measureAtPeer("torch_save", `save ${theirs}`);
    await measureAtPeer("torch_save_fsync", `save+sync ${theirs}`);
    await measureAtPeer("torch_load", `load ${theirs}`);
  }
  await writer.close();
  const tensorBytes = 3 * parameters.flat.byteLength;
  console.log(
    JSON.stringify({
      parameters: parameters.flat.length,
      bytes: statSync(ours).size,
      overhead: statSync(ours).size / tensorBytes - 1,
      torch: peer?.version ?? null,
      ...Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)])),
      copy_seconds: median(Array.from({ length: 5 }, copyOnce)),
    }),
  );
} finally {
  peer?.end();
  rmSync(folder, { recursive: true });
}

/** @throws {UserError} If nothing can be written there. */
function folderIn(parent: string): string {
  try {
    return mkdtempSync(join(parent, "bench-checkpoint-"));
  } catch (error) {
    throw usageError({
      file: parent,
      message: "Cannot measure there",
      expected: "a folder that may be written",
      got: (error as Error).message,
      fix: "--folder=<folder>",
    });
  }
}

/** Seconds to copy all tensors once, into memory that has been written before. */
function copyOnce(): number {
  const { flat } = parameters;
  const target = new Float32Array(flat.length).fill(1);
  const start = performance.now();
  for (let i = 0; i < 3; i++) target.set(flat);
  return (performance.now() - start) / 1000;
}

async function measure<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  settle();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  record(name, [(performance.now() - start) / 1000, (user + system) / 1e6]);
  return result;
}

async function measureAtPeer(name: string, command: string): Promise<void> {
  settle();
  record(name, await peer!.ask(command));
}

/** Seconds on the clock and of the processor; on a busy machine the latter say more. */
function record(name: string, [clock, cpu]: readonly number[]): void {
  for (const [key, seconds] of [
    [`${name}_seconds`, clock],
    [`${name}_cpu_seconds`, cpu],
  ] as const) {
    times[key] = [...(times[key] ?? []), seconds!];
  }
}

/** Writes out earlier files and collects garbage, so that the next measurement does not pay for them. */
function settle(): void {
  Bun.gc(true);
  spawnSync("sync");
}

interface Peer {
  readonly version: string;
  /** Sends a command. @returns The seconds that it took, on the clock and of the processor. */
  ask(command: string): Promise<number[]>;
  end(): void;
}

async function startPeer(python: string): Promise<Peer | null> {
  if (spawnSync(python, ["-c", "import torch"]).status !== 0) {
    console.error(`${python} has no PyTorch: this project is measured alone (--python names another Python)`);
    return null;
  }
  const child = Bun.spawn([python, "-W", "ignore", join(import.meta.dir, "checkpoint_peer.py")], {
    stdin: "pipe",
    stdout: "pipe",
  });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const line = async (): Promise<string> => {
    while (!rest.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("PyTorch ended early");
      rest += value;
    }
    const end = rest.indexOf("\n");
    const first = rest.slice(0, end);
    rest = rest.slice(end + 1);
    return first;
  };
  return {
    version: await line(),
    ask: async (command) => {
      child.stdin.write(`${command}\n`);
      child.stdin.flush();
      return (await line()).split(" ").map(Number);
    },
    end: () => void child.stdin.end(),
  };
}
