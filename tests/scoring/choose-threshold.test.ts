/** Tests which threshold of the scores is chosen. */

import { expect, test } from "bun:test";
import { randomStream } from "../../core/base/random.ts";
import { bestThreshold, chooseThreshold, type ScoredTables } from "../../core/scoring/choose-threshold.ts";
import { addCounts, countSheet, detectionMetrics, NO_COUNTS } from "../../core/scoring/detection-metrics.ts";

const at = (top: number) => ({ top, left: 1, bottom: top + 4, right: 5 });
const right = (score: number) => ({ truth: [at(1)], found: [{ range: at(1), score }] });
const wrong = (score: number) => ({ truth: [at(1)], found: [{ range: at(90), score }] });

test("chooseThreshold() takes the middle between the right table's score and the wrong one's", () => {
  const sheet = {
    truth: [at(1)],
    found: [
      { range: at(1), score: 0.8 },
      { range: at(50), score: 0.4 },
    ],
  };
  expect(chooseThreshold([sheet], 0)).toBeCloseTo(0.6, 12);
});

test("chooseThreshold() weighs all sheets together: a low score is kept where more tables are right than wrong", () => {
  // Kept at 0.9: 1 of 5 tables, F1 2/6; at 0.35 one wrong more, 2/7; at 0.3 three right more, 8/10.
  expect(chooseThreshold([right(0.3), right(0.3), right(0.3), wrong(0.35), right(0.9)], 2)).toBeCloseTo(0.15);
  // Here the wrong ones outweigh: above 0.35 and up to 0.9 it is 2/5.
  expect(chooseThreshold([wrong(0.35), wrong(0.35), wrong(0.35), right(0.9)], 2)).toBeCloseTo(0.625, 12);
});

test("chooseThreshold() of two best intervals takes the wider, and joins neighbours of the same F1", () => {
  const table = (top: number, score: number) => ({ range: at(top), score });
  // Two to find. Kept: 1 right, 2/3; and a wrong one, 2/4; both right, 4/5; a wrong more, 4/6 = 2/3.
  const sheet = {
    truth: [at(1), at(11)],
    found: [table(1, 0.9), table(50, 0.8), table(11, 0.7), table(60, 0.1)],
  };
  expect(chooseThreshold([sheet], 0)).toBeCloseTo(0.4, 12);
  // Best is 2/3 twice: above 0.85 and up to 0.9, above 0.1 and up to 0.5.
  const again = {
    truth: [at(1), at(11)],
    found: [table(1, 0.9), table(50, 0.85), table(60, 0.84), table(11, 0.5), table(70, 0.1)],
  };
  expect(chooseThreshold([again], 0)).toBeCloseTo(0.3, 12);
  // Best is 2/3 twice: above 0.5 and up to 1, above 0.2 and up to 0.4.
  const higher = {
    truth: [at(1), at(11)],
    found: [table(1, 1), table(50, 0.5), table(60, 0.45), table(11, 0.4), table(70, 0.2)],
  };
  expect(chooseThreshold([higher], 0)).toBeCloseTo(0.75, 12);
});

test("chooseThreshold() of sheets on which nothing is found, or nothing right, is the middle", () => {
  expect(chooseThreshold([{ truth: [], found: [] }], 2)).toBe(0.5);
  expect(chooseThreshold([wrong(0.7), wrong(0.2)], 2)).toBe(0.5);
});

test("chooseThreshold() lies above all scores on sheets without tables", () => {
  expect(chooseThreshold([{ truth: [], found: [{ range: at(1), score: 0.6 }] }], 2)).toBeCloseTo(0.8, 12);
});

test("chooseThreshold() is the middle where the best threshold would lie above 1 or below 0", () => {
  expect(chooseThreshold([{ truth: [], found: [{ range: at(1), score: 1 }] }], 2)).toBe(0.5);
  expect(chooseThreshold([right(0)], 2)).toBe(0.5);
});

test("bestThreshold() of more scores than a function takes arguments", () => {
  const count = 1_500_000;
  const found = { truth: 0, predicted: 1, matched: 1, eobSum: 0 };
  const steps = Array.from({ length: count }, (_, i) => {
    return { score: 1 - (i + 1) / (2 * count), changes: new Map([[0, found]]) };
  });
  // Every prediction is right, so F1 is best below all of their scores.
  const without = [{ truth: count, predicted: 0, matched: 0, eobSum: 0 }];
  expect(bestThreshold({ without, steps })).toBe(0.25);
});

test("no threshold has a better F1 than the one of chooseThreshold(), on random sheets", () => {
  const random = randomStream(1, "choose-threshold");
  const f1 = (sheets: readonly ScoredTables[], least: number) =>
    detectionMetrics(
      sheets
        .map(({ truth, found }) => {
          const kept = found.filter(({ score }) => score >= least).map(({ range }) => range);
          return countSheet(truth, kept, 2);
        })
        .reduce(addCounts, NO_COUNTS),
    ).f1;
  for (let trial = 0; trial < 50; trial++) {
    const sheets = Array.from({ length: 5 }, (): ScoredTables => {
      const found = Array.from({ length: 6 }, () => ({
        range: at(1 + Math.floor(random.uniform() * 4) * 10),
        score: Math.round(random.uniform() * 20) / 20,
      }));
      return {
        truth: [at(1), at(11)].slice(0, Math.floor(random.uniform() * 3)),
        found: found.sort((a, b) => b.score - a.score),
      };
    });
    const chosen = f1(sheets, chooseThreshold(sheets, 2));
    const best = Math.max(...Array.from({ length: 200 }, (_, i) => f1(sheets, (i + 1) / 200)));
    expect(chosen).toBe(best);
  }
});
