/**
 * Reads spoilt PyTorch files: each ends in a UserError or a correct read, within processor time and memory.
 *
 * usage: bun tests/checkpoint/fuzz.ts [--count 10000] [--seed 1]; a case that fails is kept, its path printed
 */

import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../../core/base/problem.ts";
import { type Random, randomStream } from "../../core/base/random.ts";
import { PtTensor, PtTuple, type PtValue, type PtWritable } from "../../core/checkpoint/pt-value.ts";
import { readPtFile } from "../../core/checkpoint/read-pt.ts";
import { StoredZip } from "../../core/checkpoint/stored-zip-reader.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { bytes, tensor, text, writeArchive, writePickleFile } from "../support/pickle.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Original, pickleOf, randomPickle, spoil, spoilPickle, withPickle } from "./mutations.ts";

export interface FuzzReport {
  readonly cases: number;
  readonly read: number;
  readonly refused: number;
  /** What is wrong with a case, with the path of its file. */
  readonly failures: readonly string[];
  readonly slowestSeconds: number;
  /** The most by which the process grew, bytes, beyond twice the largest file. */
  readonly excessBytes: number;
}

/**
 * Processor time per case, far beyond what any of the small files takes; other processes use up none of it.
 */
const CPU_SECONDS = 5;

export function fuzz(count: number, seed: number): FuzzReport {
  using folder = temporaryFolder("fuzz");
  const originals = makeOriginals(folder.path);
  const values = new Map(originals.map(({ name }) => [name, readPtFile(folder.join(name))]));
  const path = folder.join("case.pt");
  const failures: string[] = [];
  let [read, refused, slowestSeconds, largest] = [0, 0, 0, 0];
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  let peak = before;
  for (let i = 0; i < count; i++) {
    const random = randomStream(seed, "fuzz", i);
    const original = random.pick(originals);
    const intact = writeCase(path, original, random.pick(originals), random);
    largest = Math.max(largest, Bun.file(path).size);
    const start = process.cpuUsage();
    let problem: string | null = null;
    try {
      const value = readPtFile(path);
      read++;
      if (intact && !same(value, values.get(original.name)!)) problem = "read as something else";
    } catch (error) {
      refused++;
      if (!(error instanceof UserError)) problem = String(error instanceof Error ? error.stack : error);
    }
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    slowestSeconds = Math.max(slowestSeconds, seconds);
    if (seconds > CPU_SECONDS) problem = `took ${seconds} s of CPU`;
    peak = Math.max(peak, process.memoryUsage.rss());
    if (i % 50 === 0) Bun.gc(true); // garbage of earlier cases is not this one's
    if (problem === null) continue;
    const kept = join(tmpdir(), `fuzz-${seed}-${i}.pt`);
    writeFileSync(kept, readFileSync(path));
    failures.push(`case ${i} of seed ${seed} (${original.name}): ${problem}\n  ${kept}`);
  }
  return {
    cases: count,
    read,
    refused,
    failures,
    slowestSeconds,
    excessBytes: Math.max(0, peak - before - 2 * largest),
  };
}

/** @returns Whether sums protect all of the original's values: then a read that succeeds has to give them. */
function writeCase(path: string, original: Original, other: Original, random: Random): boolean {
  switch (random.integer(0, 3)) {
    case 0:
      withPickle(original, spoilPickle(pickleOf(original), random, pickleOf(other)), path);
      return false;
    case 1:
      withPickle(original, randomPickle(random), path);
      return false;
    default:
      writeFileSync(path, spoil(original.content, random, other.content));
      return true;
  }
}

function makeOriginals(folder: string): Original[] {
  const data = Float32Array.from({ length: 24 }, (_, i) => i);
  const value: PtWritable = {
    model_state_dict: new Map([
      ["weight", new PtTensor("float32", [2, 3, 4], data)],
      ["tied", new PtTensor("float32", [24], data)],
      ["half", new PtTensor("float16", [2], new Uint16Array([1, 2]))],
      ["long", new PtTensor("int64", [1], new BigInt64Array([5n]))],
      ["empty", new PtTensor("bool", [0], new Uint8Array(0))],
    ]),
    nested: [1, 2.5, null, "é", [true, [2n ** 80n, new PtTuple([1, 2])]], { a: { b: {} } }],
  };
  writePtFile(join(folder, "ours.pt"), value);
  const strided = bytes(
    "}(",
    text("t"),
    tensor({ elements: 24, shape: [4, 2], strides: [1, 12] }),
    text("u"),
    tensor({ elements: 24, offset: 3, shape: [2, 3], strides: [0, 2] }),
    "u",
  );
  writePickleFile(join(folder, "strided.pt"), strided, [new Uint8Array(data.buffer)]);
  writeArchive(
    join(folder, "zip64.pt"),
    [
      { name: "a/data.pkl", bytes: bytes("\x80\x02", strided, ".") },
      { name: "a/data/0", bytes: new Uint8Array(data.buffer) },
    ],
    "always",
  );
  const pytorch = readFileSync(join(import.meta.dir, "../golden/tiny_model.pt"));
  writeFileSync(join(folder, "pytorch.pt"), pytorch);
  return ["ours.pt", "strided.pt", "zip64.pt", "pytorch.pt"].map((name) => {
    const path = join(folder, name);
    const zip = new StoredZip(path);
    const entries = [...zip.names].map((entry) => ({ name: entry, bytes: zip.read(entry) }));
    zip.close();
    return { name, content: readFileSync(path), entries };
  });
}

/** Equal in structure and in every bit. */
function same(a: PtValue, b: PtValue): boolean {
  return Bun.deepEquals(a, b, true);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { count: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
  });
  const report = fuzz(Number(values.count), Number(values.seed));
  console.log(JSON.stringify(report, null, 2));
  process.exit(report.failures.length > 0 || report.excessBytes > 64 << 20 ? 1 : 0);
}
