import { expect, test } from "bun:test";
import { chooseThreshold } from "../../core/evaluation/choose-threshold.ts";

const at = (top: number) => ({ top, left: 1, bottom: top + 4, right: 5 });

test("chooseThreshold() takes the middle of the widest run of best thresholds", () => {
  const sheet = {
    truth: [at(1)],
    found: [
      { range: at(1), score: 0.8 },
      { range: at(50), score: 0.4 },
    ],
  };
  expect(chooseThreshold([sheet], 0)).toBeCloseTo((0.425 + 0.8) / 2, 6);
});

test("chooseThreshold() weighs all sheets together: a low score is kept where more tables are right than wrong", () => {
  const right = { truth: [at(1)], found: [{ range: at(1), score: 0.3 }] };
  const wrong = { truth: [at(1)], found: [{ range: at(90), score: 0.35 }] };
  const sure = { truth: [at(1)], found: [{ range: at(1), score: 0.9 }] };
  expect(chooseThreshold([right, right, right, wrong, sure], 2)).toBeLessThanOrEqual(0.3);
  expect(chooseThreshold([wrong, wrong, wrong, sure], 2)).toBeGreaterThan(0.35);
});

test("chooseThreshold() of sheets on which nothing is found is the middle", () => {
  expect(chooseThreshold([{ truth: [], found: [] }], 2)).toBeCloseTo(0.5, 6);
});
