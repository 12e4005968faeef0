/** The part of a list of workbooks that is one shard's, and where its output goes. */

import { parse } from "node:path";
import { describeShard, type Shard, shardName } from "../../base/shard.ts";
import { counted } from "../../base/text-layout.ts";
import { positionsOfShard } from "../deal-files.ts";
import { headerLine, shardHeader } from "./shard-header.ts";

export interface ShardWork {
  /** The places of its workbooks in the list, from 0, in the list's order. */
  readonly positions: readonly number[];
  /** The first line of its output. */
  readonly header: string;
  /** Says which shard this is, why, and how many workbooks it has. */
  readonly line: string;
}

/**
 * Deals a list by bytes and takes one shard's part of it.
 *
 * @param names The whole list.
 * @param sizes Of each workbook in bytes, null where it is not known: all shards have to know the same.
 */
export function shardWork(
  shard: Shard,
  names: readonly string[],
  sizes: readonly (number | null)[],
): ShardWork {
  const positions = positionsOfShard(sizes, shard);
  return {
    positions,
    header: headerLine(shardHeader(shard, names, positions)),
    line: `${describeShard(shard)}: ${positions.length} of ${counted(names.length, "workbook")}`,
  };
}

/** `results.jsonl` of shard 3 of 100 is `results.shard-003-of-100.jsonl`. */
export function shardPath(output: string, shard: Shard): string {
  const { ext } = parse(output);
  return `${output.slice(0, output.length - ext.length)}.${shardName(shard)}${ext}`;
}
