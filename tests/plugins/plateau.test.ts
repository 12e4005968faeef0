/** Tests when the plugin plateau stops a run. */

import { expect, test } from "bun:test";
import { tryPlugin } from "../../core/plugin-testing.ts";
import plateau from "../../plugins/plateau/plugin.ts";
import { fakeRun } from "../support/fake-run.ts";

/** F1 by epoch; the last one holds for all later epochs. */
const f1 =
  (...values: number[]) =>
  (epoch: number) =>
    values[epoch - 1] ?? values.at(-1)!;

test("plateau stops after `patience` epochs without a better F1, and says which was the best", async () => {
  using trial = await tryPlugin(plateau, { options: { patience: 2 }, epochs: 9, f1: f1(0.5, 0.4, 0.6, 0.6) });
  expect(trial.status).toBe("stopped");
  expect(trial.reason).toBe("plateau: no higher val/f1 than 0.6000 for 2 values");
  expect(trial.rows.at(-1)!.epoch).toBe(5);
});

test("plateau counts on after a kill and a resume", async () => {
  const options = { options: { patience: 3 }, epochs: 9, f1: f1(0.5), stepsPerEpoch: 2 };
  using whole = await tryPlugin(plateau, options);
  for (const killAfterStep of [2, 5, 8]) {
    using resumed = await tryPlugin(plateau, { ...options, killAfterStep });
    expect([resumed.reason, resumed.rows]).toEqual([whole.reason, whole.rows]);
  }
  expect(whole.rows.at(-1)!.epoch).toBe(4);
});

test("plateau begins anew when the resumed run watches another metric, or the same one the other way", async () => {
  const watched = { metric: "val/loss", mode: "min", patience: 5, min_delta: 0 } as const;
  for (const before of [{ metric: "val/f1" }, { metric: "val/loss", mode: "max" }, watched]) {
    using first = await tryPlugin(plateau, { options: before, epochs: 3 });
    const hooks = await plateau.setup(fakeRun({ state: first.state }), watched);
    const anew = { metric: "val/loss", mode: "min", best: null, since: 0 };
    expect(hooks.saveState?.()).toEqual(before === watched ? first.state! : anew);
  }
});

test("plateau watches any metric of the rows, lower ones too, with a least difference", async () => {
  const options = { metric: "train/max_grad_norm", mode: "min", patience: 3, min_delta: 0.05 };
  using trial = await tryPlugin(plateau, { options, epochs: 9, loss: (step) => 2 - Math.min(step, 8) / 50 });
  expect(trial.reason).toStartWith("plateau: no lower train/max_grad_norm than ");
  using never = await tryPlugin(plateau, { options: { patience: 1 }, epochs: 4 });
  expect([never.status, never.warnings]).toEqual(["finished", []]);
});

test("a NaN is never better, and a metric that no row has is named once, with the nearest one", async () => {
  using nan = await tryPlugin(plateau, { options: { patience: 2 }, epochs: 5, f1: f1(Number.NaN) });
  expect(nan.reason).toBe("plateau: no higher val/f1 than – for 2 values");
  using typo = await tryPlugin(plateau, { options: { metric: "val/f2" }, epochs: 3 });
  expect(typo.warnings).toEqual([
    "plateau: no row of the first epoch has val/f2, so this plugin would never stop the run; did you mean val/f1?",
  ]);
});
