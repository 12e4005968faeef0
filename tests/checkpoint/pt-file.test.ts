/** Tests that PyTorch files are read as they were written, value by value and bit for bit. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { type Entry, fromBuffer } from "yauzl";
import { UserError } from "../../core/base/problem.ts";
import { checkpointValue } from "../../core/checkpoint/detector-state.ts";
import { PtFloat, type PtMap, PtTensor, PtTuple, type PtWritable } from "../../core/checkpoint/pt-value.ts";
import { readPtFile } from "../../core/checkpoint/read-pt.ts";
import { schedulerState } from "../../core/checkpoint/scheduler-state.ts";
import { writePtFile } from "../../core/checkpoint/write-pt.ts";
import { DEFAULT_DETECTOR } from "../../core/model/detector-config.ts";
import { layOutParameters } from "../../core/model/parameters.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const folder = sharedFolder("pt-file").path;
const file = join(folder, "model.pt");

function roundTrip(value: PtWritable) {
  writePtFile(file, value);
  return readPtFile(file);
}

const bits = (tensor: PtTensor) =>
  Buffer.from(tensor.data.buffer as ArrayBuffer, tensor.data.byteOffset, tensor.data.byteLength).toString(
    "hex",
  );

/** The archive's entries as an independent reader sees them. */
async function entriesOf(path: string): Promise<{ content: Buffer; entries: Entry[] }> {
  const content = readFileSync(path);
  const { promise, resolve, reject } = Promise.withResolvers<Entry[]>();
  fromBuffer(content, { lazyEntries: false, strictFileNames: true }, (error, zip) => {
    if (error) return reject(error);
    const entries: Entry[] = [];
    zip.on("entry", (entry: Entry) => entries.push(entry));
    zip.on("error", reject);
    zip.on("end", () => resolve(entries));
  });
  return { content, entries: await promise };
}

test("writePtFile() stores every tensor uncompressed at a multiple of 64 bytes, beside the entries that PyTorch has", async () => {
  const data = Float32Array.from({ length: 100_000 }, (_, i) => i);
  writePtFile(file, {
    large: new PtTensor("float32", [1000, 100], data),
    byte: new PtTensor("uint8", [1], new Uint8Array([7])),
    double: new PtTensor("float64", [2], new Float64Array([1, 2])),
  });
  const { content, entries } = await entriesOf(file);
  expect(entries.map(({ fileName }) => fileName)).toEqual([
    "model/data.pkl",
    "model/.format_version",
    "model/.storage_alignment",
    "model/byteorder",
    "model/data/0",
    "model/data/1",
    "model/data/2",
    "model/version",
    "model/.data/serialization_id",
  ]);
  for (const entry of entries) {
    const header = entry.relativeOffsetOfLocalHeader;
    const start = header + 30 + content.readUInt16LE(header + 26) + content.readUInt16LE(header + 28);
    expect(entry.compressionMethod).toBe(0);
    expect(start % 64).toBe(0);
    if (entry.fileName !== "model/data/0") continue;
    expect(content.subarray(start, start + entry.uncompressedSize)).toEqual(Buffer.from(data.buffer));
  }
});

test("readPtFile() gives back any nesting of what writePtFile() takes", () => {
  const leaf = fc.oneof(
    fc.constantFrom(null, true, false),
    fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
    fc.maxSafeInteger(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
    fc.float32Array({ maxLength: 20 }).map((data) => new PtTensor("float32", [data.length], data)),
    fc.bigInt64Array({ maxLength: 4 }).map((data) => new PtTensor("int64", [data.length, 1], data)),
  );
  const key = fc.oneof(fc.string(), fc.maxSafeInteger());
  const { value } = fc.letrec<{ value: PtWritable }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fc.array(tie("value"), { maxLength: 5 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 5 }).map((entries) => new Map(entries)),
    ),
  }));
  const small = (item: unknown): unknown => {
    if (typeof item === "bigint" && Number.isSafeInteger(Number(item))) return Number(item);
    if (Array.isArray(item)) return item.map(small);
    if (item instanceof Map) return new Map([...item].map(([name, child]) => [name, small(child)]));
    return item instanceof PtTensor ? { ...item, hex: bits(item) } : item;
  };
  fc.assert(
    fc.property(value, (written) => {
      expect(small(roundTrip(written))).toEqual(small(written));
    }),
    { seed: 11, numRuns: 200 },
  );
});

test("float32 and 16-bit values keep every bit, payloads of NaN too", () => {
  const words = new Uint32Array([0x7fc00001, 0x7f800001, 0xff812345, 0x80000000, 1, 0x7f7fffff]);
  const halves = new Uint16Array([0x7e01, 0x7c01, 0x8000, 1]);
  const written = {
    single: new PtTensor("float32", [6], new Float32Array(words.buffer)),
    half: new PtTensor("float16", [4], halves),
    brain: new PtTensor("bfloat16", [4], halves),
  };
  const read = roundTrip(written) as PtMap;
  for (const [name, tensor] of Object.entries(written))
    expect(bits(read.get(name) as PtTensor)).toBe(bits(tensor));
});

test("toFloat32() converts every element type", () => {
  const cases: [PtTensor, number[]][] = [
    [
      new PtTensor("float16", [5], new Uint16Array([0x3e00, 0xc000, 1, 0x7c00, 0x7bff])),
      [1.5, -2, 2 ** -24, Number.POSITIVE_INFINITY, 65504],
    ],
    [new PtTensor("bfloat16", [2], new Uint16Array([0x3fc0, 0xff80])), [1.5, Number.NEGATIVE_INFINITY]],
    [new PtTensor("float64", [1], new Float64Array([0.1])), [Math.fround(0.1)]],
    [new PtTensor("int64", [1], new BigInt64Array([-3n])), [-3]],
    [new PtTensor("bool", [2], new Uint8Array([1, 0])), [1, 0]],
    [new PtTensor("int8", [1], new Int8Array([-3])), [-3]],
  ];
  for (const [tensor, want] of cases) expect([...tensor.toFloat32()]).toEqual(want);
  const payload = new PtTensor("bfloat16", [1], new Uint16Array([0x7f81])).toFloat32();
  expect(new Uint32Array(payload.buffer)[0]).toBe(0x7f810000);
});

test("a PtTensor of the wrong length or array is refused", () => {
  expect(() => new PtTensor("float32", [2, 2], new Float32Array(3))).toThrow(
    "needs 4 elements in a Float32Array, got 3",
  );
  expect(() => new PtTensor("int32", [2], new Float32Array(2))).toThrow("Int32Array");
});

test("tensors over the same memory are stored once", () => {
  const data = new Float32Array(10_000);
  writePtFile(file, {
    a: new PtTensor("float32", [10_000], data),
    b: new PtTensor("float32", [100, 100], data),
  });
  expect(statSync(file).size).toBeLessThan(1.1 * data.byteLength);
  const read = readPtFile(file) as PtMap;
  expect((read.get("a") as PtTensor).data.buffer).toBe((read.get("b") as PtTensor).data.buffer);
});

test("a dictionary of many keys, longer than any buffer, comes back in its order", () => {
  const many = new Map(Array.from({ length: 5000 }, (_, i) => [`a rather long key ${i}`, i] as const));
  const twice = { first: many, second: many };
  expect(roundTrip(twice)).toEqual(
    new Map([
      ["first", many],
      ["second", many],
    ]),
  );
});

test("what the format cannot hold is refused with its place, and no file is left", () => {
  const write = (value: unknown) => () => writePtFile(join(folder, "never.pt"), value as PtWritable);
  const cycle: unknown[] = [];
  cycle.push(cycle);
  expect(write({ a: [1, { b: () => 1 }] })).toThrow("a.1.b is function");
  expect(write({ a: new Date() })).toThrow("a is a Date");
  expect(write({ a: cycle })).toThrow("a.0 contains itself");
  expect(readdirSync(folder).filter((name) => name.startsWith("never"))).toEqual([]);
});

test("keys that are undefined are left out, as in JSON; PtFloat and PtTuple read as number and list", () => {
  const read = roundTrip({ a: undefined as never, b: new PtFloat(1), c: new PtTuple([1, 2]) });
  expect(read).toEqual(
    new Map<string, unknown>([
      ["b", 1],
      ["c", [1, 2]],
    ]) as never,
  );
});

test("a checkpoint is at most 1 % larger than its tensors", () => {
  const parameters = layOutParameters(DEFAULT_DETECTOR);
  const moments = () => new Float32Array(parameters.flat.length);
  const checkpoint = checkpointValue({
    parameters,
    average: null,
    optimizer: { step: 5, expAvg: moments(), expAvgSq: moments(), lr: 1e-4, weightDecay: 1e-4 },
    scheduler: schedulerState(5, { lr: 1e-4, warmupSteps: 10, totalSteps: 30 }),
    epoch: 1,
    trainMetrics: { loss: 1 },
    valMetrics: { f1: 0.5 },
    bestValF1: 0.5,
    extra: { run_id: "abcdefgh" },
  });
  writePtFile(file, checkpoint);
  expect(statSync(file).size / (3 * parameters.flat.byteLength)).toBeLessThan(1.01);
});

test("writePtFile() replaces what was there, under names with blanks and other letters too", () => {
  const path = join(folder, "größe (2) 漢.pt");
  writeFileSync(path, "old");
  writePtFile(path, { a: 1 });
  expect(readPtFile(path)).toEqual(new Map([["a", 1]]));
});

test("writePtFile() into a folder that is not there says so", () => {
  const write = () => writePtFile(join(folder, "absent", "model.pt"), {});
  expect(write).toThrow(UserError);
  expect(write).toThrow("the folder does not exist (ENOENT)");
});

test("readPtFile() reads a file that PyTorch wrote", () => {
  const read = readPtFile(join(import.meta.dir, "../golden/tiny_model.pt")) as PtMap;
  const weights = read.get("model_state_dict") as PtMap;
  expect((read.get("config") as PtMap).get("hidden_dim")).toBe(16);
  expect(weights.size).toBe(146);
  const conv = weights.get("backbone.stem.conv.weight") as PtTensor;
  expect([conv.dtype, conv.shape]).toEqual(["float32", [8, 43, 2, 2]]);
  // a bias that is −4.595 (a sigmoid of 0.01) but for noise of 0.05
  expect((weights.get("class_embed.0.bias") as PtTensor).item()).toBeCloseTo(-4.595, 0);
});
