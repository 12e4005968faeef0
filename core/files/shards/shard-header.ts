/**
 * The first line of a shard's output: which workbooks it has to hold, out of how many. The headers of all
 * shards together are the whole list, by which a merge knows what is missing.
 */

import { isPlainObject } from "../../base/plain-object.ts";
import type { Shard } from "../../base/shard.ts";

export interface ShardHeader {
  /** `3/100`. */
  readonly shard: string;
  /** The hash of the whole list, of names in their order. */
  readonly list: string;
  /** The length of the whole list. */
  readonly workbooks: number;
  /** The shard's workbooks: the place of each in the whole list, from 0, and its name. */
  readonly positions: readonly number[];
  readonly files: readonly string[];
}

/** Enough to tell lists apart. */
const DIGITS = 12;
/** How every header begins. */
const HEADER_START = '{"shard":';

/** @param names The whole list. @param positions Those of the shard in it. */
export function shardHeader(
  shard: Shard,
  names: readonly string[],
  positions: readonly number[],
): ShardHeader {
  const list = new Bun.CryptoHasher("sha256").update(JSON.stringify(names)).digest("hex").slice(0, DIGITS);
  const files = positions.map((position) => names[position]!);
  return { shard: `${shard.number}/${shard.count}`, list, workbooks: names.length, positions, files };
}

/** The line, with its end. */
export function headerLine(header: ShardHeader): string {
  return `${JSON.stringify(header)}\n`;
}

/** The header that a line holds; null if it holds none. */
export function parseHeader(line: string): ShardHeader | null {
  if (!line.startsWith(HEADER_START)) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isHeader(value) ? value : null;
  } catch {
    return null; // cut off
  }
}

function isHeader(value: unknown): value is ShardHeader {
  if (!isPlainObject(value)) return false;
  const { shard, list, workbooks, positions, files } = value;
  const areLists = Array.isArray(positions) && Array.isArray(files) && positions.length === files.length;
  const isShard = typeof shard === "string" && /^[1-9]\d*\/[1-9]\d*$/.test(shard);
  return areLists && isShard && typeof list === "string" && typeof workbooks === "number";
}
