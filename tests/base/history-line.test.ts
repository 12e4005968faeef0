/** Tests the packed lines of a run's history. */

import { expect, test } from "bun:test";
import { historyHead, historyLine, historyRecord } from "../../core/base/history-line.ts";

const RECORD = { predicted: [[["A1:B2", 0.9] as const], []] };

test("historyRecord() gives back what historyLine() took, and the head needs only the beginning", () => {
  const line = historyLine("predictions", { step: 20, epoch: 2 }, RECORD);
  expect(line.endsWith('"}\n')).toBe(true);
  expect(historyHead(line.slice(0, 120))).toEqual({ kind: "predictions", step: 20, epoch: 2 });
  expect(historyRecord("predictions", line.trimEnd())).toEqual(RECORD);
});

test("historyHead() knows no other lines, and historyRecord() throws at damaged ones", () => {
  for (const line of [
    "",
    "{}",
    '{"kind":"others","step":1,"epoch":1,"data":""}',
    '{"kind":"sheets","step":-1',
  ]) {
    expect(historyHead(line)).toBeNull();
  }
  const line = historyLine("predictions", { step: 1, epoch: 1 }, RECORD);
  expect(() => historyRecord("predictions", line.slice(0, -10))).toThrow();
  expect(() => historyRecord("predictions", line.replace(/"data":".{6}/, '"data":"AAAAAA'))).toThrow();
});
