/** Holds early termination to W&B's rule of Hyperband. */

import { describe, expect, test } from "bun:test";
import { randomStream } from "../../core/base/random.ts";
import { bandsBelow, bandsFrom, termination } from "../../core/sweep/hyperband.ts";
import { OPTUNA_PYTHON, runInPython } from "../support/optuna-python.ts";
import { sweepOf } from "./sweep-of.ts";

/** Trials that run one after the other: the values that each would have if nobody ended it. */
type Curves = readonly (readonly number[])[];

const RULES = [
  { early_terminate: { type: "hyperband", min_iter: 1, eta: 2 }, goal: "minimize" },
  { early_terminate: { type: "hyperband", min_iter: 3, eta: 3, strict: false }, goal: "minimize" },
  { early_terminate: { type: "hyperband", max_iter: 27, s: 2, eta: 3 }, goal: "maximize" },
  { early_terminate: { type: "hyperband", max_iter: 20, s: 10, eta: 1.7, strict: false }, goal: "maximize" },
] as const;

/** The decisions of W&B's package after every value of every trial: how many values each trial has. */
const THEIRS = `
from sweeps import SweepRun, RunState
from sweeps.hyperband_stopping import hyperband_stop_runs
answer = []
for rule in given["rules"]:
    config = dict(method="random", parameters=dict(a=dict(values=[1])),
        metric=dict(name="loss", goal=rule["goal"]), early_terminate=rule["early_terminate"])
    runs = []
    for number, curve in enumerate(given["curves"]):
        run = SweepRun(name=str(number), state=RunState.running, history=[])
        runs.append(run)
        for value in curve:
            run.history.append(dict(loss=value))
            if run in hyperband_stop_runs(runs, config): break
        run.state = RunState.finished
    answer.append([len(run.history) for run in runs])
`;

function curves(): Curves {
  const random = randomStream(5, "curves");
  return Array.from({ length: 40 }, () => {
    const [level, slope] = [random.uniform(), random.uniform() / 20];
    return Array.from({ length: 24 }, (_, i) => level - i * slope + random.normal() / 20);
  });
}

function lengths(all: Curves, { early_terminate, goal }: (typeof RULES)[number]): number[] {
  const { hyperband, metric } = sweepOf({
    parameters: { a: { values: [1] } },
    metric: { name: "loss", goal },
    early_terminate,
  });
  const histories: number[][] = [];
  for (const curve of all) {
    const own: number[] = [];
    histories.push(own);
    for (const value of curve) {
      own.push(value);
      if (termination(hyperband!, metric, own, histories) !== null) break;
    }
  }
  return histories.map(({ length }) => length);
}

describe("Hyperband", () => {
  test("bands are those of the definition, downwards from max_iter and upwards from min_iter", () => {
    expect(bandsBelow(27, 2, 3)).toEqual([3, 9]);
    expect(bandsBelow(27, 10, 3)).toEqual([1, 3, 9]);
    expect(bandsBelow(20, 3, 1.7)).toEqual([4, 6, 11]);
    expect(bandsBelow(2, 3, 3)).toEqual([]);
    expect(bandsFrom(2, 3).slice(0, 5)).toEqual([2, 6, 18, 54, 162]);
    expect(bandsFrom(1, 1.5).slice(0, 6)).toEqual([1, 1, 2, 3, 5, 7]);
  });

  test("a trial ends at the first band that finds it outside of the best part, and not before", () => {
    const rule = { bands: [2, 4], eta: 2, strict: true };
    const metric = { goal: "minimize" } as const;
    const others = [
      [5, 4, 3, 2],
      [5, 3, 2, 1],
    ];
    expect(termination(rule, metric, [9], [[9], ...others])).toBeNull();
    expect(termination(rule, metric, [9, 9], [[9, 9], ...others])).toEqual({
      band: 2,
      value: 9,
      threshold: 4,
    });
    expect(termination(rule, metric, [9, 3.5], [[9, 3.5], ...others])).toBeNull();
    expect(termination(rule, metric, [9, 3.5, 3, 3], [[9, 3.5, 3, 3], ...others])).toEqual({
      band: 4,
      value: 3,
      threshold: 2,
    });
  });

  test("trials count in any order, and only those that have reached the band", () => {
    const own = [9, 9];
    const rule = { bands: [2], eta: 2, strict: true };
    const decided = { band: 2, value: 9, threshold: 4 };
    const [low, high, short] = [[5, 3], [7, 4], [1]];
    for (const all of [
      [short, own, low, high],
      [high, low, own, short],
    ]) {
      expect(termination(rule, { goal: "minimize" }, own, all)).toEqual(decided);
    }
    // The best so far of a metric that is maximised is the highest.
    const rising = [0.1, 0.7, 0.2];
    const others = [rising, [0.1, 0.6, 0.6], [0.1, 0.5, 0.5]];
    const loose = { bands: [3], eta: 2, strict: false };
    expect(termination(loose, { goal: "maximize" }, rising, others)).toBeNull();
    expect(termination({ ...loose, strict: true }, { goal: "maximize" }, rising, others)).toEqual({
      band: 3,
      value: 0.2,
      threshold: 0.5,
    });
  });

  test("without strict, the best value so far counts instead of the value at the band", () => {
    const own = [1, 9];
    const all = [own, [5, 4], [5, 3]];
    const rule = { bands: [2], eta: 2 };
    const metric = { goal: "minimize" } as const;
    expect(termination({ ...rule, strict: false }, metric, own, all)).toBeNull();
    expect(termination({ ...rule, strict: true }, metric, own, all)).not.toBeNull();
  });

  test("a metric that is maximised is compared the other way round", () => {
    const own = [0.1];
    const rule = { bands: [1], eta: 2, strict: true };
    const all = [own, [0.5], [0.9]];
    expect(termination(rule, { goal: "maximize" }, own, all)).toEqual({
      band: 1,
      value: 0.1,
      threshold: 0.5,
    });
    expect(termination(rule, { goal: "minimize" }, own, all)).toBeNull();
  });

  test.skipIf(OPTUNA_PYTHON === null)(
    "ends 40 trials at the same epochs as W&B's package, by four rules",
    () => {
      const all = curves();
      const theirs = runInPython(THEIRS, { rules: RULES, curves: all }) as number[][];
      const ours = RULES.map((rule) => lengths(all, rule));
      expect(ours).toEqual(theirs);
      // Some end early and some go on, or the comparison says nothing.
      for (const each of ours) {
        expect(each.some((length) => length < 24)).toBe(true);
        expect(each).toContain(24);
      }
    },
  );
});
