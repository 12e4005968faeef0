/** The states of plugins as a checkpoint keeps them. */

import type { Json } from "../base/json.ts";
import { isRecord } from "../base/plain-object.ts";

/** A state of more values than this, or of more levels, is kept as one text. */
const MAX_VALUES = 1000;
const MAX_DEPTH = 20;

/** The key under which such a text stands; it is the only one. */
const PACKED = "$json";

/**
 * Makes states of any size readable again: what reading a checkpoint may cost in memory goes with the length
 * of the file, and a hundred thousand small lists cost far more than their bytes. As one text they do not.
 */
export function packStates(states: Readonly<Record<string, Json>>): Record<string, Json> {
  const entries = Object.entries(states).map(([plugin, state]) => {
    const isPacked = isRecord(state) && PACKED in state;
    const isSmall = countUpTo(state, MAX_VALUES + 1, MAX_DEPTH) <= MAX_VALUES;
    return [plugin, isSmall && !isPacked ? state : pack(state)] as const;
  });
  return Object.fromEntries(entries);
}

/** The states as the plugins gave them. A checkpoint from before there were texts holds them as they are. */
export function unpackStates(states: Readonly<Record<string, Json>>): Record<string, Json> {
  const entries = Object.entries(states).map(([plugin, state]) => {
    const text = isRecord(state) && Object.keys(state).length === 1 ? state[PACKED] : undefined;
    return [plugin, typeof text === "string" ? (JSON.parse(text) as Json) : state] as const;
  });
  return Object.fromEntries(entries);
}

function pack(state: Json): Json {
  return { [PACKED]: JSON.stringify(state) };
}

/**
 * The number of values in a state, those inside of lists and objects with it. It is `limit` if there are
 * more, or more levels than `depth`.
 */
function countUpTo(state: Json, limit: number, depth: number): number {
  if (typeof state !== "object" || state === null) return 1;
  if (depth === 0) return limit;
  let count = 1;
  for (const value of Object.values(state)) {
    if (count >= limit) break;
    count += countUpTo(value, limit - count, depth - 1);
  }
  return count;
}
