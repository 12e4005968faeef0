/** Tests how a file of lines is cut back to what a resumed run goes on from. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { cutBack } from "../../../plugins/history/cut-back.ts";
import { stepOfLine } from "../../../plugins/history/metric-line.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const row = (step: number, more = "") => `{"global_step":${step},"a":1${more}}\n`;
const upTo = (last: number) => (line: string) => (stepOfLine(line) ?? Number.POSITIVE_INFINITY) <= last;

test("cutBack() cuts later rows and a torn last line, and returns the last row that is left", () => {
  using folder = temporaryFolder("cut");
  const rows = Array.from({ length: 9 }, (_, index) => row(index + 1));
  for (const torn of ["", '{"global_st', row(10).trimEnd()]) {
    const path = folder.write("metrics.jsonl", rows.join("") + torn);
    expect(cutBack(path, upTo(6))).toBe(rows[5]!.trimEnd());
    expect(readFileSync(path, "utf8")).toBe(rows.slice(0, 6).join(""));
  }
});

test("cutBack() leaves a file alone whose rows are all kept, and empties one whose rows are all later", () => {
  using folder = temporaryFolder("cut");
  const path = folder.write("metrics.jsonl", row(3) + row(4));
  expect(cutBack(path, upTo(4))).toBe(row(4).trimEnd());
  expect(readFileSync(path, "utf8")).toBe(row(3) + row(4));
  expect(cutBack(path, upTo(2))).toBeNull();
  expect(readFileSync(path, "utf8")).toBe("");
  expect(cutBack(path, upTo(2))).toBeNull();
  expect(cutBack(folder.join("nothing.jsonl"), upTo(2))).toBeNull();
});

test("cutBack() takes lines that are longer than what is read at once, and damaged ones", () => {
  using folder = temporaryFolder("cut");
  const long = `,"b":"${"x".repeat(200_000)}"`;
  const kept = row(1, long) + row(2);
  const path = folder.write("metrics.jsonl", `${kept}\u0000\u0000\n${row(3, long)}${row(4)}nothing\n`);
  expect(cutBack(path, upTo(2))).toBe(row(2).trimEnd());
  expect(readFileSync(path, "utf8")).toBe(kept);
});

test("cutBack() finds a line end wherever it lies in what is read at once", () => {
  using folder = temporaryFolder("cut");
  for (let length = 65_530; length <= 65_540; length++) {
    const later = `${row(2)
      .trimEnd()
      .padEnd(length - 1)}\n`;
    const path = folder.write("metrics.jsonl", row(1) + later);
    expect(cutBack(path, upTo(1))).toBe(row(1).trimEnd());
    expect(readFileSync(path, "utf8")).toBe(row(1));
  }
});
