/** Reads and writes safetensors files: a JSON header with names, types, shapes and places, then all bytes. */

import { isRecord } from "../base/plain-object.ts";
import { AtomicOutput } from "../files/atomic-output.ts";
import { CheckpointFile } from "./checkpoint-file.ts";
import { DTYPES, type DType, elementCount, PtTensor } from "./pt-value.ts";
import { DAMAGED, unreadable } from "./read-error.ts";
import type { StateDict } from "./state-dict.ts";
import { checkpointWriteError } from "./write-error.ts";

/** The names of element types in the format. */
const NAMES: Record<DType, string> = {
  float32: "F32",
  float64: "F64",
  float16: "F16",
  bfloat16: "BF16",
  int64: "I64",
  int32: "I32",
  int16: "I16",
  int8: "I8",
  uint8: "U8",
  bool: "BOOL",
};

/** The limit of the format, in bytes. */
const MAX_HEADER_BYTES = 100_000_000;

export interface SafetensorsContent {
  readonly tensors: StateDict;
  /** Texts by name, as the writer of the file chose them. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** True for a name with the ending of the format, in any case. */
export function isSafetensorsName(path: string): boolean {
  return path.toLowerCase().endsWith(".safetensors");
}

/**
 * Writes tensors for other tools. Tensors of larger elements come first, so that all are aligned. An older
 * file under `path` stays whole until the new one is complete.
 *
 * @throws {UserError} If the file cannot be written.
 */
export function writeSafetensors(path: string, { tensors, metadata }: SafetensorsContent): void {
  const sorted = [...tensors].sort(([, a], [, b]) => DTYPES[b.dtype].bytes - DTYPES[a.dtype].bytes);
  let end = 0;
  const places = sorted.map(([name, { dtype, shape, data }]) => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: NAMES[dtype], shape, data_offsets: [start, end] }];
  });
  const header = Object.fromEntries([["__metadata__", Object.fromEntries(metadata)], ...places]);
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20); // blanks
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - 8), true);
  padded.set(json, 8);
  let output: AtomicOutput | null = null;
  try {
    output = new AtomicOutput(path);
    output.write(padded);
    for (const [, { data }] of sorted) {
      output.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    output.commit();
  } catch (error) {
    output?.abort();
    throw checkpointWriteError(path, padded.length + end, error);
  }
}

/**
 * Reads a whole file. Each tensor has memory of its own.
 *
 * @throws {UserError} If the file is missing, damaged or of another kind, or holds types that are not in
 *   `DTYPES`.
 */
export function readSafetensors(path: string): SafetensorsContent {
  const file = new CheckpointFile(path);
  try {
    const { header, dataStart } = readHeader(file);
    const { __metadata__: metadata, ...places } = header;
    const tensors = new Map<string, PtTensor>();
    // The places fill the data without gaps, so a file cannot claim more than it has.
    let end = 0;
    for (const place of Object.entries(places)
      .map(checkedPlace(file))
      .sort((a, b) => a.start - b.start)) {
      if (place.start !== end)
        throw damaged(file, place.name, `data from byte ${end} on`, `byte ${place.start}`);
      end = place.end;
      const bytes = new Uint8Array(place.end - place.start);
      if (dataStart + end > file.size)
        throw damaged(file, place.name, `${end} bytes of data`, `${file.size - dataStart}`);
      file.readInto(dataStart + place.start, bytes, `tensor ${place.name}`);
      tensors.set(
        place.name,
        new PtTensor(place.dtype, place.shape, new DTYPES[place.dtype].array(bytes.buffer)),
      );
    }
    if (dataStart + end !== file.size)
      throw damaged(file, "at the end", `${end} bytes of data`, `${file.size - dataStart}`);
    return { tensors, metadata: textByName(metadata) };
  } finally {
    file.close();
  }
}

interface Place {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function readHeader(file: CheckpointFile): { header: Record<string, unknown>; dataStart: number } {
  const expected = "a safetensors file: a length, then a JSON header";
  const foreign = (got: string) =>
    unreadable(file.path, {
      expected,
      got,
      fix: "name a .safetensors file, or a .pt file with that extension",
    });
  if (file.size < 10) throw foreign(`${file.size} bytes`);
  const length = file.view(0, 8, "header").getBigUint64(0, true);
  if (length > BigInt(Math.min(MAX_HEADER_BYTES, file.size - 8)))
    throw foreign(`a header of ${length} bytes`);
  const dataStart = 8 + Number(length);
  const bytes = new Uint8Array(file.view(8, Number(length), "header").buffer);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw foreign("no JSON");
  }
  if (!isRecord(header)) throw foreign("JSON that is no object");
  return { header, dataStart };
}

function checkedPlace(file: CheckpointFile) {
  return ([name, value]: [string, unknown]): Place => {
    const { dtype: label, shape, data_offsets: offsets } = isRecord(value) ? value : {};
    const dtype = (Object.keys(NAMES) as DType[]).find((key) => NAMES[key] === label);
    if (!dtype) throw damaged(file, name, `one of ${Object.values(NAMES).join(", ")}`, String(label));
    if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
      throw damaged(file, name, "a shape and two offsets, whole numbers", "something else");
    }
    const [start, end] = offsets as [number, number];
    const bytes = elementCount(shape) * DTYPES[dtype].bytes;
    if (end - start !== bytes) throw damaged(file, name, `${bytes} bytes for [${shape}]`, `${end - start}`);
    return { name, dtype, shape, start, end };
  };
}

function textByName(metadata: unknown): Map<string, string> {
  if (!isRecord(metadata)) return new Map();
  return new Map(
    Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function damaged(file: CheckpointFile, name: string, expected: string, got: string) {
  return unreadable(file.path, { where: `tensor ${name}`, expected, got, fix: DAMAGED });
}
