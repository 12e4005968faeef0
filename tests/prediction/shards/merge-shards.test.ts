/** What is put together of shards, and which mistakes it names. */

import { expect, test } from "bun:test";
import { headerLine, parseHeader, shardHeader } from "../../../core/files/shards/shard-header.ts";
import { shardPath, shardWork } from "../../../core/files/shards/shard-work.ts";
import { mergeShards } from "../../../core/prediction/shards/merge-shards.ts";
import { sharedFolder } from "../../support/temporary-folder.ts";

const folder = sharedFolder("shards");
const NAMES = ["a.xlsx", "b.xlsx", "c.xlsx", "d.xlsx", "e.xlsx"];
const MAKER = { mode: "excel", weights: null, threshold: null };
const shardOf = (number: number, count = 2) => ({ number, count, source: null });

interface Written {
  readonly positions: readonly number[];
  /** The names of its lines; by default one per position. */
  readonly files?: readonly string[];
  readonly maker?: object;
  readonly names?: readonly string[];
}

let made = 0;
function shard(
  number: number,
  { positions, files, maker = MAKER, names = NAMES }: Written,
  end = "",
): string {
  const lines = (files ?? positions.map((position) => names[position]!)).map(
    (file) => `${JSON.stringify({ file, sheets: [], made_with: maker })}\n`,
  );
  return folder.write(
    `${made++}.jsonl`,
    headerLine(shardHeader(shardOf(number), names, positions)) + lines.join("") + end,
  );
}

const text = (paths: string[]) => Buffer.concat(mergeShards(paths).lines).toString();
const files = (lines: string) => [...lines.matchAll(/"file":"(.*?)"/g)].map(([, name]) => name);

test("lines come in the order of the list, whatever the order of the shards and of their lines", () => {
  const one = shard(1, { positions: [0, 3], files: ["d.xlsx", "a.xlsx"] });
  const two = shard(2, { positions: [1, 2, 4] });
  expect(files(text([two, one]))).toEqual(NAMES);
});

test("failed workbooks are merged too, and counted", () => {
  const one = shard(1, { positions: [0, 1, 2, 3] });
  const header = headerLine(shardHeader(shardOf(2), NAMES, [4]));
  const two = folder.write(
    "failed.jsonl",
    `${header}${JSON.stringify({ file: "e.xlsx", error: "no", made_with: MAKER })}\n`,
  );
  const merged = mergeShards([one, two]);
  expect([merged.lines.length, merged.failed]).toEqual([5, 1]);
});

test("a shard that was stopped is named with its missing workbooks, a torn last line counts as missing", () => {
  const one = shard(1, { positions: [0, 3], files: ["a.xlsx"] }, '{"file":"d.xlsx","she');
  const two = shard(2, { positions: [1, 2, 4] });
  expect(() => text([one, two])).toThrow(/missing: d\.xlsx\n.*run shard 1\/2 again/);
});

test("missing shards are named, and of very many the first ones", () => {
  expect(() => text([shard(2, { positions: [1, 2, 4] })])).toThrow(/missing: shard 1\/2\n/);
  const [count, positions] = [10 ** 12, NAMES.keys().toArray()];
  const header = headerLine(shardHeader(shardOf(2, count), NAMES, positions));
  const few = folder.write("few.jsonl", header);
  expect(() => text([few])).toThrow(/missing: shard 1\/10{12}, shard 3\/10{12}, .*, and 999999999899 more\n/);
});

test("a workbook that is there twice is named, within one shard and in two", () => {
  const two = shard(2, { positions: [1, 2, 4] });
  const again = shard(1, { positions: [0, 3], files: ["a.xlsx", "d.xlsx", "a.xlsx"] });
  expect(() => text([again, two])).toThrow(/twice: a\.xlsx/);
  expect(() => text([shard(1, { positions: [0, 3, 4] }), two])).toThrow(/twice: e\.xlsx/);
});

test("a workbook that was dealt to no shard is counted", () => {
  expect(() => text([shard(1, { positions: [0] }), shard(2, { positions: [1, 2, 4] })])).toThrow(
    /1 workbook in no shard/,
  );
});

test("shards of other lists, the same shard twice, other makers and other files are refused", () => {
  const one = shard(1, { positions: [0, 3] });
  const other = shard(2, { positions: [1, 2], names: ["x.xlsx", "y.xlsx", "z.xlsx"] });
  expect(() => text([one, other])).toThrow(/different lists/);
  expect(() => text([one, shard(1, { positions: [0, 3] })])).toThrow(/a shard twice/);
  const otherWay = shard(2, { positions: [1, 2, 4], maker: { ...MAKER, mode: "model" } });
  expect(() => text([one, otherWay])).toThrow(/made in different ways/);
  expect(() => text([one, shard(2, { positions: [1, 2, 4], files: ["q.xlsx"] })])).toThrow(
    /none of the shard's/,
  );
  expect(() => text([folder.write("no.jsonl", '{"file":"a.xlsx"}\n')])).toThrow(/no output of a shard/);
});

test("the parts of a list are every workbook once, and a header is read back as it was written", () => {
  const sizes = [10, 900_000, null, 40_000, 5];
  const parts = [1, 2, 3].map((number) => shardWork(shardOf(number, 3), NAMES, sizes));
  expect(parts.flatMap(({ positions }) => positions).sort()).toEqual([0, 1, 2, 3, 4]);
  expect(parts[0]!.positions).toEqual([1]);
  expect(parseHeader(parts[1]!.header)!.files).toEqual(parts[1]!.positions.map((at) => NAMES[at]!));
  expect(parseHeader('{"file":"a"}')).toBeNull();
  expect(shardPath("out/results.jsonl", shardOf(3, 100))).toBe("out/results.shard-003-of-100.jsonl");
});
