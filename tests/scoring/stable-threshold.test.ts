/** Tests the threshold that few sheets cannot move far. */

import { describe, expect, test } from "bun:test";
import { randomStream } from "../../core/base/random.ts";
import { chooseThreshold, type ScoredTables } from "../../core/scoring/choose-threshold.ts";
import { stableThreshold } from "../../core/scoring/stable-threshold.ts";

const at = (top: number) => ({ top, left: 1, bottom: top + 4, right: 5 });
const right = (score: number): ScoredTables => ({ truth: [at(1)], found: [{ range: at(1), score }] });
const wrong = (score: number): ScoredTables => ({ truth: [at(1)], found: [{ range: at(90), score }] });

/** Sheets of a made-up network: right tables score higher than wrong ones, mostly. */
function drawSheets(seed: number, count: number): ScoredTables[] {
  const random = randomStream(seed, "sheets");
  return Array.from({ length: count }, () => {
    const truth = [1, 11, 21].slice(0, random.integer(1, 3)).map(at);
    const found = [
      ...truth.map((range) => ({ range, score: 0.3 + 0.7 * random.uniform() })),
      ...Array.from({ length: random.integer(0, 2) }, (_, i) => ({
        range: at(60 + 10 * i),
        score: 0.6 * random.uniform(),
      })),
    ];
    return { truth, found: found.sort((a, b) => b.score - a.score) };
  });
}

describe("stableThreshold()", () => {
  test("of one sheet, and of sheets that all say the same, is the best threshold", () => {
    const sheet = { truth: [at(1)], found: [...right(0.8).found, { range: at(50), score: 0.4 }] };
    expect(stableThreshold([sheet], 0)).toBeCloseTo(0.6, 12);
    expect(stableThreshold([sheet, sheet, sheet], 0)).toBeCloseTo(0.6, 12);
    expect(stableThreshold([wrong(0.7), wrong(0.2)], 2)).toBeCloseTo(0.5, 12);
  });

  test("does not hang on a single sheet as the best one does", () => {
    // Only the last two sheets ask for so low a threshold; without it anything above 0.5 would be best.
    const sheets = [...Array.from({ length: 12 }, () => right(0.9)), wrong(0.5), right(0.45), right(0.45)];
    expect(chooseThreshold(sheets, 2)).toBeLessThan(0.45);
    expect(stableThreshold(sheets, 2)).toBeWithin(0.3, 0.6);
  });

  test("is the same for the same sheets, and lies between the lowest and the highest score that was found", () => {
    for (let seed = 0; seed < 20; seed++) {
      const sheets = drawSheets(seed, 25);
      const chosen = stableThreshold(sheets, 2);
      expect(stableThreshold(drawSheets(seed, 25), 2)).toBe(chosen);
      const scores = sheets.flatMap(({ found }) => found.map(({ score }) => score));
      expect(chosen).toBeWithin(Math.min(...scores), Math.max(...scores));
    }
  });
});
