/** Values of a checkpoint as JSON. */

import type { Json } from "../base/json.ts";
import { PtTensor, type PtValue } from "./pt-value.ts";

/**
 * A value of a file as JSON. Maps become objects with keys of text; a tensor with one element becomes its
 * number.
 *
 * @returns undefined if it holds a larger tensor.
 */
export function jsonOf(value: PtValue): Json | undefined {
  if (value instanceof PtTensor) return value.data.length === 1 ? value.item() : undefined;
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) {
    const items = value.map(jsonOf);
    return items.includes(undefined) ? undefined : (items as Json[]);
  }
  if (!(value instanceof Map)) return value;
  const entries = [...value].map(([key, item]) => [String(key), jsonOf(item)] as const);
  // fromEntries defines properties, so a key such as __proto__ stays a key.
  return entries.some(([, item]) => item === undefined)
    ? undefined
    : (Object.fromEntries(entries) as { [key: string]: Json });
}
