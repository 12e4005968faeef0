/** Tests the loss of the dense head by hand and by differences. */

import { describe, expect, test } from "bun:test";
import { randomStream } from "../../core/base/random.ts";
import { denseLoss, denseTargets } from "../../core/loss/dense-loss.ts";

/** Columns x1 … x2 − 1 and rows y1 … y2 − 1 as cxcywh of a sheet. */
function box([x1, y1, x2, y2]: [number, number, number, number], rows: number, columns: number): number[] {
  return [(x1 + x2) / 2 / columns, (y1 + y2) / 2 / rows, (x2 - x1) / columns, (y2 - y1) / rows];
}

const channel = (values: ArrayLike<number>, map: number) =>
  Array.from({ length: values.length / 5 }, (_, cell) => values[cell * 5 + map]!);

describe("denseTargets()", () => {
  // Of 4 rows and 7 columns; the table is rows 1–2 and columns 3–5.
  const { targets, weights } = denseTargets({
    rows: 4,
    columns: 7,
    boxes: Float32Array.from(box([3, 1, 6, 3], 4, 7)),
  });

  test("marks the inside and the four edges of a table", () => {
    const rows = (map: number) => channel(targets, map).join("").match(/.{7}/g);
    expect(rows(0)).toEqual(["0000000", "0001110", "0001110", "0000000"]);
    expect(rows(1)).toEqual(["0000000", "0001000", "0001000", "0000000"]);
    expect(rows(2)).toEqual(["0000000", "0001110", "0000000", "0000000"]);
    expect(rows(3)).toEqual(["0000000", "0000010", "0000010", "0000000"]);
    expect(rows(4)).toEqual(["0000000", "0000000", "0001110", "0000000"]);
  });

  test("counts the inside of a small table up to 4 times, two cells around it twice, the rest once", () => {
    // √(120 / 6 cells) is above 4
    expect(channel(weights, 0)).toEqual([
      ...[1, 2, 2, 2, 2, 2, 2],
      ...[1, 2, 2, 4, 4, 4, 2],
      ...[1, 2, 2, 4, 4, 4, 2],
      ...[1, 2, 2, 2, 2, 2, 2],
    ]);
  });

  test("counts edges three times, and short ones √(12 / length) times that", () => {
    const left = channel(weights, 1);
    expect(left[1 * 7 + 3]).toBeCloseTo(3 * Math.sqrt(12 / 2), 5);
    expect(left[1 * 7 + 4]).toBe(2);
    expect(channel(weights, 2)[1 * 7 + 4]).toBeCloseTo(3 * Math.sqrt(12 / 3), 5);
  });
});

describe("denseLoss()", () => {
  const random = randomStream(5, "dense loss");
  const [rows, columns] = [6, 7];
  const sheets = [
    {
      rows: 6,
      columns: 5,
      boxes: Float32Array.from([box([0, 0, 3, 2], 6, 5), box([1, 3, 5, 6], 6, 5)].flat()),
    },
    { rows: 4, columns: 7, boxes: Float32Array.from(box([3, 1, 6, 3], 4, 7)) },
    { rows: 3, columns: 3, boxes: new Float32Array(0) },
  ];
  const logits = Float32Array.from({ length: 3 * rows * columns * 5 }, () => 6 * random.uniform() - 3);

  test("of logits of zero is log 2 times the shares of the five maps, whatever the tables", () => {
    const { total } = denseLoss(new Float32Array(logits.length), sheets, rows, columns);
    expect(total).toBeCloseTo((1 + 4 + 4 + 4 + 4) * Math.log(2), 5);
  });

  test("is the mean of the sheets' own losses, and takes no notice of padding", () => {
    const { total, gradient } = denseLoss(logits, sheets, rows, columns);
    const own = sheets.map((sheet, b) => {
      const cells = Array.from({ length: sheet.rows }, (_, row) => {
        const from = (b * rows + row) * columns * 5;
        return [...logits.subarray(from, from + sheet.columns * 5)];
      });
      return denseLoss(Float32Array.from(cells.flat()), [sheet], sheet.rows, sheet.columns).total;
    });
    expect(total).toBeCloseTo(own.reduce((a, b) => a + b) / 3, 6);
    // Row 4 of the second sheet, column 3 of the third.
    const outside = [(1 * rows + 4) * columns * 5, ((2 * rows + 1) * columns + 3) * 5];
    for (const place of outside) expect([...gradient.subarray(place, place + 5)]).toEqual([0, 0, 0, 0, 0]);
  });

  test("has the slopes of central differences to 1e-3 of the largest", () => {
    const step = 2 ** -7; // exact in float32
    const changed = logits.map((x) => Math.round(x * 1024) / 1024);
    const { gradient } = denseLoss(changed, sheets, rows, columns);
    const largest = gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    for (let i = 0; i < changed.length; i += 11) {
      const middle = changed[i]!;
      changed[i] = middle + step;
      const above = denseLoss(changed, sheets, rows, columns).total;
      changed[i] = middle - step;
      const below = denseLoss(changed, sheets, rows, columns).total;
      changed[i] = middle;
      expect(Math.abs((above - below) / (2 * step) - gradient[i]!)).toBeLessThan(1e-3 * largest);
    }
  });

  test("of very large logits is finite", () => {
    const { total, gradient } = denseLoss(
      logits.map((x) => Math.sign(x) * 1e4),
      sheets,
      rows,
      columns,
    );
    expect(Number.isFinite(total)).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});
