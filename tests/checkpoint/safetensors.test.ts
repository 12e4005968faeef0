/** Tests safetensors files: round trips, alignment, and files that are refused. */

import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { PtTensor } from "../../core/checkpoint/pt-value.ts";
import { readSafetensors, writeSafetensors } from "../../core/checkpoint/safetensors.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const folder = sharedFolder("safetensors").path;
const file = join(folder, "model.safetensors");

const float32 = new Float32Array(new Uint32Array([0x7f800001, 0x3fc00000]).buffer);
const TENSORS = new Map<string, PtTensor>([
  ["flag", new PtTensor("bool", [3], new Uint8Array([1, 0, 1]))],
  ["half", new PtTensor("float16", [1, 1], new Uint16Array([0x3e00]))],
  ["brain", new PtTensor("bfloat16", [1], new Uint16Array([0x3fc0]))],
  ["single", new PtTensor("float32", [2, 1], float32)],
  ["scalar", new PtTensor("float64", [], new Float64Array([0.1]))],
  ["long", new PtTensor("int64", [1], new BigInt64Array([-(2n ** 62n)]))],
  ["int", new PtTensor("int32", [1], new Int32Array([-5]))],
  ["short", new PtTensor("int16", [1], new Int16Array([-5]))],
  ["char", new PtTensor("int8", [1], new Int8Array([-5]))],
  ["byte", new PtTensor("uint8", [1], new Uint8Array([5]))],
  ["empty é", new PtTensor("float32", [0, 4], new Float32Array(0))],
]);

const bits = ({ data }: PtTensor) =>
  Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength).toString("hex");

/** A file with a header of our own and `data` zero bytes. */
function write(header: unknown, data: number, length?: bigint): void {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(length ?? BigInt(json.length));
  writeFileSync(file, Buffer.concat([start, json, Buffer.alloc(data)]));
}

function refusal(path = file): string {
  try {
    readSafetensors(path);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  throw new Error("The file was read");
}

test("readSafetensors() gives back every type bit for bit, and the metadata", () => {
  writeSafetensors(file, { tensors: TENSORS, metadata: new Map([["format", "pt"]]) });
  const { tensors, metadata } = readSafetensors(file);
  expect(metadata).toEqual(new Map([["format", "pt"]]));
  expect(new Set(tensors.keys())).toEqual(new Set(TENSORS.keys()));
  for (const [name, tensor] of TENSORS) {
    const read = tensors.get(name)!;
    expect([read.dtype, read.shape, bits(read)]).toEqual([tensor.dtype, tensor.shape, bits(tensor)]);
  }
});

test("writeSafetensors() lays tensors end to end, each aligned to its elements, after a header of whole words", () => {
  writeSafetensors(file, { tensors: TENSORS, metadata: new Map() });
  const content = readFileSync(file);
  const length = Number(content.readBigUInt64LE(0));
  expect(length % 8).toBe(0);
  const header = JSON.parse(content.subarray(8, 8 + length).toString()) as Record<
    string,
    { dtype: string; data_offsets: [number, number] }
  >;
  const bytes: Record<string, number> = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, I16: 2 };
  let end = 0;
  for (const [name, { dtype, data_offsets: offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    expect(offsets[0]).toBe(end);
    expect(offsets[0] % (bytes[dtype] ?? 1)).toBe(0);
    end = offsets[1];
  }
  expect(content.length).toBe(8 + length + end);
});

const f32 = (offsets: unknown, shape: unknown = [2], dtype = "F32") => ({
  w: { dtype, shape, data_offsets: offsets },
});
const bad: [string, unknown, number, RegExp][] = [
  ["whose data is cut off", f32([0, 8]), 7, /8 bytes of data\n {2}got {7}7/],
  ["with bytes left over", f32([0, 8]), 9, /8 bytes of data/],
  ["with a hole", { ...f32([0, 8]), v: { dtype: "U8", shape: [1], data_offsets: [9, 10] } }, 10, /byte 8/],
  [
    "with tensors that overlap",
    { ...f32([0, 8]), v: { dtype: "U8", shape: [8], data_offsets: [0, 8] } },
    8,
    /byte 8 on/,
  ],
  ["with a shape that does not fit its bytes", f32([0, 8], [3]), 8, /12 bytes/],
  ["with a negative size", f32([0, 8], [-2]), 8, /whole numbers/],
  ["with a size that is no number", f32([0, 8], ["2"]), 8, /whole numbers/],
  ["with a type that is not known", f32([0, 8], [2], "F8_E4M3"), 8, /F8_E4M3/],
  ["with a tensor that is no object", { w: 3 }, 0, /undefined/],
  ["whose header is no JSON", "{ w: 1 }", 0, /no JSON/],
  ["whose header is a list", [], 0, /no object/],
];
for (const [what, header, data, reason] of bad) {
  test(`a file ${what} is refused`, () => {
    write(header, data);
    expect(refusal()).toMatch(reason);
  });
}

test("a file cut off at any byte is refused", () => {
  writeSafetensors(file, { tensors: TENSORS, metadata: new Map() });
  const whole = readFileSync(file);
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length));
    refusal();
  }
});

test("a file of another kind, or none, is refused", () => {
  write({}, 0, 2n ** 60n);
  expect(refusal()).toContain("a header of");
  writeFileSync(file, "tiny");
  expect(refusal()).toContain("4 bytes");
  expect(refusal(join(folder, "absent.safetensors"))).toContain("no such file");
});
