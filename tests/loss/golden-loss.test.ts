/** Tests matching and losses against the reference's numbers. */

import { describe, expect, test } from "bun:test";
import { Random } from "../../core/base/random.ts";
import { assign } from "../../core/loss/assignment.ts";
import { detectionLoss } from "../../core/loss/detection-loss.ts";
import { focal } from "../../core/loss/focal.ts";
import { addGiouGradient, giou } from "../../core/loss/giou.ts";
import { expectClose, type GoldenCase, readGolden } from "../support/golden.ts";
import { tiny, tinyTargets } from "../support/tiny-model.ts";

const ops = readGolden<Record<string, GoldenCase>>("ops");
const OPTIONS = { lambda_cls: 2, lambda_l1: 5, lambda_iou: 2 };

/** giou of all pairs of N and T boxes (`4 N` and `4 T` numbers): `N * T`, row-major. */
function pairwiseGiou(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const [N, T] = [a.length / 4, b.length / 4];
  return Array.from({ length: N * T }, (_, at) => giou(a, Math.floor(at / T), b, at % T));
}

/** Σ cotangent · giou of all pairs, back to the boxes of one side. */
function giouSlopes(a: number[], b: number[], cotangent: (i: number, j: number) => number): Float64Array {
  const slopes = new Float64Array(a.length);
  for (let i = 0; i < a.length / 4; i++) {
    for (let j = 0; j < b.length / 4; j++) addGiouGradient(a, i, b, j, cotangent(i, j), slopes);
  }
  return slopes;
}

describe("giou() of all pairs", () => {
  const { inputs, output, cotangent, grads } = ops.giou!;
  const [a, b] = [inputs.a!.data, inputs.b!.data];
  const T = b.length / 4;

  test("has the reference's output and gradients to 1e-5", () => {
    expectClose(pairwiseGiou(a, b), output, 1e-5);
    expectClose(
      giouSlopes(a, b, (i, j) => cotangent.data[i * T + j]!),
      grads.a!,
      1e-5,
    );
    expectClose(
      giouSlopes(b, a, (j, i) => cotangent.data[i * T + j]!),
      grads.b!,
      1e-5,
    );
  });

  test("is 1 for a box and itself, and negative for boxes apart", () => {
    const boxes = [0.2, 0.2, 0.2, 0.2, 0.8, 0.8, 0.2, 0.2];
    const [same, apart] = pairwiseGiou(boxes, boxes);
    expect(same).toBeCloseTo(1, 12);
    expect(apart).toBeLessThan(0);
  });
});

test("focal() has the reference's loss and gradient to 1e-5", () => {
  const { inputs, attrs, output, cotangent, grads } = ops.focal_loss!;
  const tables = attrs.num_boxes as number;
  const results = inputs.logits!.data.map((logit, i) => focal(logit, inputs.target!.data[i]!));
  expectClose([results.reduce((sum, { loss }) => sum + loss, 0) / tables], output, 1e-5);
  expectClose(
    results.map(({ slope }) => (slope / tables) * cotangent.data[0]!),
    grads.logits!,
    1e-5,
  );
});

test("focal() stays finite for logits of ±1000", () => {
  for (const logit of [1000, -1000]) {
    for (const target of [0, 1]) {
      const { loss, slope } = focal(logit, target);
      expect(Number.isFinite(loss) && Number.isFinite(slope)).toBe(true);
    }
  }
});

describe("assign()", () => {
  const problems =
    readGolden<{ kind: string; shape: [number, number]; cost: number[]; total: number }[]>("matching");

  for (const { kind, shape, cost: printed, total } of problems) {
    const cost = Float32Array.from(printed); // 9 digits say which float32 it was
    test(`finds the least total of ${shape.join(" x ")} ${kind} costs to 1e-9`, () => {
      const [rows, columns] = shape;
      const pairs = assign(cost, rows, columns);
      expect(pairs.length).toBe(Math.min(rows, columns));
      expect(new Set(pairs.map(([row]) => row)).size).toBe(pairs.length);
      expect(new Set(pairs.map(([, column]) => column)).size).toBe(pairs.length);
      const sum = pairs.reduce((sum, [row, column]) => sum + cost[row * columns + column]!, 0);
      expect(Math.abs(sum - total)).toBeLessThan(1e-9);
    });
  }

  test("is as good as trying every permutation", () => {
    const random = new Random([1, 2, 3, 4]);
    for (let round = 0; round < 200; round++) {
      const [rows, columns] = [random.integer(1, 4), random.integer(1, 5)];
      const cost = Float64Array.from({ length: rows * columns }, () => random.integer(-3, 3));
      const sum = assign(cost, rows, columns).reduce((sum, [r, c]) => sum + cost[r * columns + c]!, 0);
      expect(sum).toBe(leastTotal(cost, rows, columns));
    }
  });

  test("refuses costs that are not finite, naming the place", () => {
    expect(() => assign([0, 1, Number.NaN, 2], 2, 2)).toThrow("row 1, column 0");
    expect(() => assign([0, 1, 2], 2, 2)).toThrow("needs 4 costs, got 3");
  });

  test("has nothing to pair where there is nothing", () => {
    expect(assign([], 0, 3)).toEqual([]);
    expect(assign([], 3, 0)).toEqual([]);
  });
});

/** By trying everything. */
function leastTotal(cost: Float64Array, rows: number, columns: number): number {
  const pairs = Math.min(rows, columns);
  const search = (row: number, used: number, count: number): number => {
    if (count === pairs) return 0;
    if (row === rows) return Number.POSITIVE_INFINITY;
    let best = search(row + 1, used, count);
    for (let column = 0; column < columns; column++) {
      if (used & (1 << column)) continue;
      const rest = search(row + 1, used | (1 << column), count + 1);
      best = Math.min(best, cost[row * columns + column]! + rest);
    }
    return best;
  };
  return search(0, 0, 0);
}

describe("detectionLoss()", () => {
  const layers = tiny.logits.map(({ data }, k) => ({
    logits: Float32Array.from(data),
    boxes: Float32Array.from(tiny.boxes[k]!.data),
  }));

  test("has the reference's total and last parts of the tiny model", () => {
    const { total, cls, l1, iou } = detectionLoss(layers, tinyTargets, 1, OPTIONS);
    for (const [got, want] of [
      [total, tiny.loss.total],
      [cls, tiny.loss.cls],
      [l1, tiny.loss.l1],
      [iou, tiny.loss.iou],
    ] as const) {
      expect(Math.abs(got / want - 1)).toBeLessThan(1e-5);
    }
  });

  test("has gradients that finite differences confirm", () => {
    const { gradients } = detectionLoss(layers, tinyTargets, 1, OPTIONS);
    const step = 1e-3;
    for (const part of ["logits", "boxes"] as const) {
      layers.forEach((layer, k) => {
        for (let i = 0; i < layer[part].length; i++) {
          const at = (change: number) => {
            const moved = layers.map((other) => ({ ...other }));
            moved[k] = {
              ...layer,
              [part]: layer[part].map((value, j) => (j === i ? value + change : value)),
            };
            return detectionLoss(moved, tinyTargets, 1, OPTIONS).total;
          };
          const slope = (at(step) - at(-step)) / (2 * step);
          expect(Math.abs(slope - gradients[k]![part][i]!)).toBeLessThan(0.02 * (1 + Math.abs(slope)));
        }
      });
    }
  });

  test("of sheets without tables is the background's alone, with no slope on boxes", () => {
    const none = tinyTargets.map(() => new Float32Array(0));
    const { total, cls, l1, iou, gradients } = detectionLoss(layers, none, 1, OPTIONS);
    expect([l1, iou]).toEqual([0, 0]);
    expect(cls).toBeGreaterThan(0);
    expect(total).toBeGreaterThan(cls);
    expect(gradients.every(({ boxes }) => boxes.every((slope) => slope === 0))).toBe(true);
  });

  test("handles more tables than queries", () => {
    const boxes = Float32Array.from({ length: 4 * 9 }, (_, i) => [0.5, 0.5, 0.2 + i / 100, 0.3][i % 4]!);
    const { total } = detectionLoss(layers, [boxes, boxes], 1, OPTIONS);
    expect(Number.isFinite(total)).toBe(true);
  });

  test("is NaN, and does not throw, where an output is not finite", () => {
    const broken = layers.map((layer) => ({ ...layer, boxes: layer.boxes.map(() => Number.NaN) }));
    expect(detectionLoss(broken, tinyTargets, 1, OPTIONS).total).toBeNaN();
  });
});
