/** Tests the metrics of a run in columns. */

import { expect, test } from "bun:test";
import { appendFileSync, truncateSync } from "node:fs";
import { MetricColumns } from "../../core/runs/metric-columns.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const row = (step: number, more: object = {}) =>
  `${JSON.stringify({ epoch: Math.ceil(step / 2), global_step: step, loss: 1 / step, ...more, _time: step / 10 })}\n`;

test("MetricColumns keep every number bit for bit, and the rows that have it", async () => {
  using folder = temporaryFolder("columns");
  const path = folder.write("metrics.jsonl", row(1) + row(2, { "val/f1": 0.1 }) + row(3));
  const columns = new MetricColumns(path);
  await columns.update();
  expect(columns.rows).toBe(3);
  expect(columns.names).toEqual(["loss", "val/f1"]);
  expect([...columns.column("loss")!.values]).toEqual([1, 1 / 2, 1 / 3]);
  expect([...columns.column("val/f1")!.rows]).toEqual([1]);
  expect([...columns.steps, ...columns.epochs, ...columns.seconds]).toEqual([
    1, 2, 3, 1, 1, 2, 0.1, 0.2, 0.3,
  ]);
  expect(columns.rowAt(1)).toEqual({ loss: 0.5, "val/f1": 0.1 });
  expect(columns.column("nothing")).toBeNull();

  appendFileSync(path, row(4, { "val/f1": "NaN", low: "-Infinity" }));
  await columns.update();
  expect([...columns.column("val/f1")!.values]).toEqual([0.1, Number.NaN]);
  expect([...columns.column("low")!.values]).toEqual([Number.NEGATIVE_INFINITY]);
  expect(columns.facts()).toEqual([
    { name: "loss", rows: 4, first: 1, last: 4 },
    { name: "val/f1", rows: 2, first: 2, last: 4 },
    { name: "low", rows: 1, first: 4, last: 4 },
  ]);
});

test("MetricColumns pass over damaged and hostile lines, and count them", async () => {
  using folder = temporaryFolder("columns");
  const hostile = [
    "nothing",
    "[1]",
    "null",
    '{"a":1}',
    '{"global_step":"2"}',
    '{"global_step":-1}',
    "\u0000\u0000",
    "",
  ];
  const strange = '{"global_step":2,"__proto__":5,"<script>":6,"list":[1],"text":"x","epoch":"y"}';
  const path = folder.write(
    "metrics.jsonl",
    `${row(1)}${hostile.join("\n")}\n${strange}\n${row(2)}${row(3)}`,
  );
  const columns = new MetricColumns(path);
  await columns.update();
  // The second row with step 2 is none: steps ascend.
  expect(columns.damaged).toBe(hostile.length + 1);
  expect([...columns.steps]).toEqual([1, 2, 3]);
  expect(columns.names).toEqual(["loss", "__proto__", "<script>"]);
  expect([...columns.epochs]).toEqual([1, 1, 2]);
});

test("MetricColumns follow a run that is cut back and goes on", async () => {
  using folder = temporaryFolder("columns");
  const path = folder.write("metrics.jsonl", row(1) + row(2) + row(3));
  const columns = new MetricColumns(path);
  await Promise.all([columns.update(), columns.update()]);
  expect(columns.rows).toBe(3);
  const { version } = columns;
  truncateSync(path, row(1).length);
  appendFileSync(path, row(2, { loss: 7 }));
  await columns.update();
  expect([...columns.column("loss")!.values]).toEqual([1, 7]);
  expect(columns.version).not.toBe(version);
});

test("MetricColumns of a missing file are empty", async () => {
  using folder = temporaryFolder("columns");
  const columns = new MetricColumns(folder.join("metrics.jsonl"));
  await columns.update();
  expect([columns.rows, columns.names, columns.facts()]).toEqual([0, [], []]);
});
