/** Tests the harness for the tests of plugins. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { definePlugin, integer, type Plugin, text, UserError } from "../../core/plugin.ts";
import { tryPlugin } from "../../core/plugin-testing.ts";

/** Counts epochs without a better F1, keeps the count, and stops. */
const patience = definePlugin({
  name: "patience",
  options: {
    epochs: integer({ default: 5, min: 1, help: "Epochs" }),
    token: text({ default: "", env: "PATIENCE_TOKEN", secret: true, help: "Token" }),
  },
  setup(run, { epochs, token }) {
    const kept = run.state as { since: number } | null;
    let since = kept?.since ?? 0;
    if (token !== "") run.console.line(`token of ${token.length} characters`);
    return {
      onGradStep: ({ loss, step }) => run.log({ "patience/loss": loss, "patience/step": step }),
      onEpochEnd({ best, epoch }) {
        since = best ? 0 : since + 1;
        run.progress({ since });
        run.requestCheckpoint("last.pt", ["latest"]);
        if (since === epochs) run.requestStop(`nothing better by epoch ${epoch}`);
      },
      saveState: () => ({ since }),
    };
  },
});

test("tryPlugin() drives a plugin through a run: rows, checkpoints, progress, its stop and its state", async () => {
  using trial = await tryPlugin(patience, { options: { epochs: 2 }, epochs: 9, f1: () => 0.5 });
  expect(trial).toMatchObject({
    status: "stopped",
    reason: "patience: nothing better by epoch 3",
    error: null,
    state: { since: 2 },
    progress: { since: 2 },
    stopRequests: [{ plugin: "patience", after: "epoch" }],
  });
  expect(trial.rows).toHaveLength(12);
  expect(trial.rows[3]).toMatchObject({ epoch: 1, global_step: 4, "patience/step": 4, "val/f1": 0.5 });
  expect(trial.checkpoints).toEqual([4, 8, 12].map((step) => ({ fileName: "last.pt", step })));
  expect(trial.calls.filter((hook) => hook === "onEpochEnd")).toHaveLength(3);
  expect(trial.lines).toEqual(["stop after this epoch, requested by patience: nothing better by epoch 3"]);
});

test("a run that is killed at any step and resumed is the one that was not, row for row", async () => {
  const options = { options: { epochs: 2 }, epochs: 9, f1: (epoch: number) => (epoch === 2 ? 0.7 : 0.5) };
  using whole = await tryPlugin(patience, options);
  for (const killAfterStep of [1, 4, 7, 15]) {
    using resumed = await tryPlugin(patience, { ...options, killAfterStep });
    expect(resumed).toMatchObject({ status: whole.status, reason: whole.reason, state: whole.state });
    expect([resumed.rows, resumed.steps]).toEqual([whole.rows, whole.steps]);
    expect(resumed.calls.filter((hook) => hook === "onGradStep")).toHaveLength(16);
  }
});

test("options are checked as those of a configuration, and secrets come from the environment alone", async () => {
  const wrong = await tryPlugin(patience, { options: { epoch: 1 } }).catch((error) => error);
  expect(wrong).toBeInstanceOf(UserError);
  expect(wrong.message).toContain("plugins.patience.epoch");
  using trial = await tryPlugin(patience, { env: { PATIENCE_TOKEN: "abc" } });
  expect(trial.lines[0]).toBe("token of 3 characters");
});

test("steps show what the plugin changed, and a wrong change ends the run with the plugin's name", async () => {
  const halving: Plugin = {
    name: "halving",
    setup: () => ({
      onBeforeUpdate: ({ step, lr }) =>
        step === 3 ? { lr: lr / 2, skip: true } : { clip: step === 6 ? -1 : 1 },
    }),
  };
  using trial = await tryPlugin(halving, { lr: 0.5 });
  expect(trial.steps.slice(1, 4)).toEqual([
    { lr: 0.5, clip: 1, skip: false },
    { lr: 0.25, clip: 0.1, skip: true },
    { lr: 0.5, clip: 1, skip: false },
  ]);
  expect(trial.rows[2]).toMatchObject({ "control/lr": 0.25, "control/skipped": 1 });
  expect(trial.status).toBe("failed");
  expect(trial.error!.message).toContain('Plugin "halving" failed in onBeforeUpdate at step 6, epoch 2');
});

test("a plugin hears of a signal, and of the failure of the run; its files last until the disposal", async () => {
  const ends: string[] = [];
  const writer: Plugin = {
    name: "writer",
    setup: (run) => ({
      onRunEnd({ status, error, step }) {
        ends.push(`${status} at ${step}: ${error?.message}`);
        writeFileSync(join(run.folder, "mine.txt"), run.name);
      },
    }),
  };
  let folder = "";
  {
    using interrupted = await tryPlugin(writer, { interruptAfterStep: 5 });
    expect(interrupted.status).toBe("interrupted");
    folder = interrupted.folder;
    expect(readFileSync(join(folder, "mine.txt"), "utf8")).not.toBe("");
  }
  expect(existsSync(folder)).toBe(false);
  using failed = await tryPlugin(writer, { failInStep: { step: 2, error: new Error("out of memory") } });
  expect([failed.status, failed.error?.message]).toEqual(["failed", "out of memory"]);
  expect(ends).toEqual(["interrupted at 5: undefined", "failed at 1: out of memory"]);
});

test("a plugin that fails is in the warnings, a setup that throws is thrown, and it ends there", async () => {
  const failing: Plugin = {
    name: "failing",
    setup: () => ({
      onEpochEnd() {
        throw new Error("no ink");
      },
    }),
  };
  using trial = await tryPlugin(failing, { f1: null });
  expect(trial.warnings).toHaveLength(1);
  expect(trial.warnings[0]).toContain('Plugin "failing" failed in onEpochEnd at step 4, epoch 1: no ink');
  expect(trial.rows.some((row) => "val/f1" in row)).toBe(false);
  const broken: Plugin = {
    name: "broken",
    setup() {
      throw new Error("no paper");
    },
  };
  const error = await tryPlugin(broken).catch((thrown) => thrown);
  expect(error.message).toBe('Plugin "broken" failed in setup: no paper');
});
