/** Describes the content of a checkpoint file as data. */

import { statSync } from "node:fs";
import type { Json } from "../base/json.ts";
import { isRecord } from "../base/plain-object.ts";
import { countNonFinite } from "./finite-weights.ts";
import { jsonOf } from "./json-value.ts";
import { DTYPES, type DType, elementCount, PtTensor, type PtValue } from "./pt-value.ts";
import { readPtFile } from "./read-pt.ts";
import { isSafetensorsName, readSafetensors } from "./safetensors.ts";

interface TensorFacts {
  /** The keys below that of the group, joined by dots. */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** The tensors below one key of the file. */
export interface TensorGroup {
  /** `model_state_dict`, for example; "" for tensors at the top. */
  readonly key: string;
  /** The elements of all tensors. */
  readonly elements: number;
  readonly bytes: number;
  /** How many elements are NaN or infinite; weights with such elements are refused. */
  readonly nonFinite: number;
  readonly tensors: readonly TensorFacts[];
}

export interface Inspection {
  readonly file: string;
  /** The size of the file. */
  readonly bytes: number;
  /** The bytes of all tensors; a storage that several share counts once. */
  readonly tensorBytes: number;
  readonly groups: readonly TensorGroup[];
  /** All values that are not tensors, by key. */
  readonly values: { readonly [key: string]: Json };
}

/**
 * Reads the whole file, so that all checksums are verified too.
 *
 * @param path A `.pt` file of this project or of PyTorch, or a `.safetensors` file.
 * @throws {UserError} If it cannot be read.
 */
export function inspectCheckpoint(path: string): Inspection {
  if (isSafetensorsName(path)) {
    const { tensors, metadata } = readSafetensors(path);
    const values = Object.fromEntries([...metadata].map(([key, text]) => [key, jsonOrText(text)]));
    return inspection(path, new Map([["tensors", new Map(tensors)]]), values);
  }
  return inspection(path, readPtFile(path), {});
}

function inspection(
  path: string,
  content: PtValue,
  moreValues: { readonly [key: string]: Json },
): Inspection {
  const groups = new Map<string, TensorFacts[]>();
  const nonFinite = new Map<string, number>();
  const storages = new Map<string, number>();
  const buffers = new Map<ArrayBufferLike, number>();
  const collect = (value: PtValue, keys: readonly string[]): Json | undefined => {
    if (value instanceof PtTensor) {
      const [group, name] = keys.length > 1 ? [keys[0]!, keys.slice(1).join(".")] : ["", keys[0] ?? ""];
      const facts = groups.get(group) ?? [];
      groups.set(group, facts);
      facts.push({ name, dtype: value.dtype, shape: value.shape });
      nonFinite.set(group, (nonFinite.get(group) ?? 0) + nonFiniteElements(value));
      const { buffer, byteOffset, byteLength } = value.data;
      const number = buffers.get(buffer) ?? buffers.size;
      buffers.set(buffer, number);
      storages.set(`${number} ${byteOffset} ${byteLength}`, byteLength);
      return undefined;
    }
    if (Array.isArray(value)) {
      const items = value.map((item, i) => collect(item, [...keys, String(i)]));
      return items.filter((item) => item !== undefined);
    }
    if (!(value instanceof Map)) return jsonOf(value);
    const entries = [...value].map(
      ([key, item]) => [String(key), collect(item, [...keys, String(key)])] as const,
    );
    const plain = entries.filter((entry): entry is [string, Json] => entry[1] !== undefined);
    return plain.length === 0 && value.size > 0 ? undefined : Object.fromEntries(plain);
  };
  const values = collect(content, []);
  return {
    file: path,
    bytes: statSync(path).size,
    tensorBytes: [...storages.values()].reduce((sum, bytes) => sum + bytes, 0),
    groups: [...groups].map(([key, tensors]) => ({
      key,
      ...sizeOf(tensors),
      nonFinite: nonFinite.get(key)!,
      tensors,
    })),
    values: {
      ...moreValues,
      ...(isRecord(values) ? values : values === undefined ? {} : { "": values }),
    },
  };
}

/** Metadata is text. This project writes JSON there. */
function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function nonFiniteElements(tensor: PtTensor): number {
  if (!/float/.test(tensor.dtype)) return 0;
  return countNonFinite(tensor.data instanceof Float64Array ? tensor.data : tensor.asFloat32());
}

function sizeOf(tensors: readonly TensorFacts[]): { elements: number; bytes: number } {
  let [elements, bytes] = [0, 0];
  for (const { dtype, shape } of tensors) {
    elements += elementCount(shape);
    bytes += elementCount(shape) * DTYPES[dtype].bytes;
  }
  return { elements, bytes };
}
