/** Tests the training loop in this process. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { basename } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import type { Config } from "../../core/config/config.ts";
import { ProcessConsole } from "../../core/console/console.ts";
import type { LoadedData } from "../../core/dataset/dataset.ts";
import { loadDatasets } from "../../core/dataset/load-datasets.ts";
import { detectorSettings } from "../../core/detection/detector-settings.ts";
import type { GradientEngine } from "../../core/detection/engine/gradient-engine.ts";
import { openLearning } from "../../core/detection/engine/learning.ts";
import { openEngine } from "../../core/detection/open-engine.ts";
import { HOOK_NAMES } from "../../core/hooks/check-hooks.ts";
import type { HookEvents, RunFacts } from "../../core/hooks/lifecycle.ts";
import { loadConfig } from "../../core/hooks/load-config.ts";
import { AXES, METRIC_NAMES, METRIC_PREFIXES } from "../../core/hooks/metric-names.ts";
import { PluginHost } from "../../core/hooks/plugin-host.ts";
import { withTotal } from "../../core/loss/loss-parts.ts";
import { createParameters } from "../../core/model/parameters.ts";
import { freshAdamW } from "../../core/optim/adamw.ts";
import { formatDuration, type Plugin, type StepControl } from "../../core/plugin.ts";
import { tryPlugin } from "../../core/plugin-testing.ts";
import { CheckpointKeeper, type SaveGuard } from "../../core/training/checkpoint-keeper.ts";
import { stepsPerEpoch } from "../../core/training/epoch-plan.ts";
import { refuseNonFiniteState } from "../../core/training/non-finite.ts";
import { FRESH_PROGRESS } from "../../core/training/progress-state.ts";
import { planOptions, scheduleOf } from "../../core/training/run-length.ts";
import type { RunOutcome } from "../../core/training/run-outcome.ts";
import { NO_PROFILE, PhaseClock } from "../../core/training/run-profile.ts";
import { trainRun } from "../../core/training/train-run.ts";
import { testProject } from "../support/project.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const project = testProject({ epochs: 3, workbooks: 10 });
const checkpoints = sharedFolder("checkpoints").path;
let config: Config;
let data: LoadedData;

beforeAll(async () => {
  ({ config } = await loadConfig(project.config, [], {}, { cwd: project.folder }));
  data = await loadDatasets(config.data);
});
afterAll(() => project.remove());

/** Runs the loop in this process; `spoil` may put another engine before it. */
async function run(
  plugins: Plugin[],
  {
    device = "wasm",
    spoil = (engine: GradientEngine) => engine,
    settings = config,
    profile = NO_PROFILE,
    guard = undefined as SaveGuard | undefined,
    progress = FRESH_PROGRESS,
    signal = new AbortController().signal,
  } = {},
): Promise<{
  outcome: RunOutcome;
  engine: GradientEngine;
  start: Float32Array;
  end: Float32Array;
  average: Float32Array | null;
}> {
  const detector = detectorSettings(settings.model);
  const parameters = createParameters(detector, settings.experiment.seed);
  const start = parameters.flat.slice();
  const average = settings.training.ema_decay === null ? null : parameters.flat.slice();
  const loss = { ...settings.model.loss, aux_loss: true };
  await using engine = spoil(await openEngine({ device, workers: 1, seed: 3, detector, loss }));
  engine.setParameters(parameters.flat);
  const context = {
    id: "abcd1234",
    name: "test",
    folder: project.folder,
    config: settings,
    startedAt: 0,
    resumed: null,
    console: new ProcessConsole(),
  };
  const host = new PluginHost(context);
  await host.setUp(
    plugins.map((plugin) => ({ plugin, options: {} })),
    {},
  );
  await using keeper = new CheckpointKeeper(checkpoints, host, () => ({}), profile, guard);
  const steps = stepsPerEpoch(planOptions(settings, data.train));
  const { totalSteps } = scheduleOf(settings, steps);
  const learner = { parameters, average, optimizer: freshAdamW(parameters.flat.length) };
  const outcome = await trainRun({
    config: settings,
    facts: { totalSteps, stepsPerEpoch: steps } as RunFacts,
    train: data.train,
    validation: data.validation,
    leftOut: 0,
    engine,
    learning: openLearning(engine, learner),
    ...learner,
    progress,
    host,
    checkpoints: keeper,
    profile,
    takeControl: () => [],
    signal,
  });
  return { outcome, engine, start, end: parameters.flat, average };
}

for (const device of ["wasm", "js"]) {
  test(`trainRun() on ${device} keeps as many tensors alive after epoch 3 as after epoch 1`, async () => {
    let engine: GradientEngine | undefined;
    const alive: { numTensors: number; bytes: number }[] = [];
    const counter: Plugin = {
      name: "counter",
      setup: () => ({ onEpochEnd: () => void alive.push(engine!.memory()) }),
    };
    const spoil = (opened: GradientEngine) => {
      engine = opened;
      return opened;
    };
    const { outcome } = await run([counter], { device, spoil });
    expect(outcome.error).toBeNull();
    expect(alive).toHaveLength(3);
    expect(alive[0]!.numTensors).toBeGreaterThan(0);
    expect(alive[2]).toEqual(alive[0]!);
  }, 60_000); // js is slow: it is the oracle
}

/** An engine whose third step has a loss that is not a number. */
const failingEngine = (engine: GradientEngine): GradientEngine => {
  let steps = 0;
  return {
    device: engine.device,
    workers: engine.workers,
    setParameters: (flat) => engine.setParameters(flat),
    detect: (sheets, options) => engine.detect(sheets, options),
    memory: () => engine.memory(),
    dispose: () => engine.dispose(),
    [Symbol.asyncDispose]: () => engine.dispose(),
    async gradient(step, into) {
      const losses = await engine.gradient(step, into);
      if (++steps === 3) losses[0]!.iou = Number.NaN;
      return losses;
    },
  };
};

test("trainRun() stops at a loss that is not finite: every part, the sheet, and the state of the step before", async () => {
  const seen: string[] = [];
  const witness: Plugin = {
    name: "witness",
    setup: () => ({
      onGradStep: ({ step }) => void seen.push(`step ${step}`),
      onRunEnd: ({ status, step }) => void seen.push(`${status} after step ${step}`),
    }),
  };
  // The same run, ended right after its second step.
  const { end: afterTwo } = await run([
    {
      name: "two",
      setup: () => ({
        onGradStep({ step }) {
          if (step === 2) throw new Error("enough");
        },
      }),
      critical: true,
    },
  ]);
  const { outcome, end } = await run([witness], { spoil: failingEngine });
  expect(outcome.status).toBe("failed");
  expect(outcome.error).toBeInstanceOf(UserError);
  const { message } = outcome.error!;
  expect(message).toContain("step 3, epoch 1");
  expect(message).toMatch(
    /tiny\/book-\d+\.xlsx\/Sheet1: total [\d.]+, det_loss [\d.]+, cls [\d.]+, l1 [\d.]+, iou NaN/,
  );
  expect(seen).toEqual(["step 1", "step 2", "failed after step 2"]);
  expect(end).toEqual(afterTwo);
});

test("trainRun() hands over the row of a step whose hooks a critical plugin's failure cut short", async () => {
  const rows: Readonly<Record<string, number>>[] = [];
  const fails: Plugin = {
    name: "fails",
    critical: true,
    setup: () => ({
      onEpochEnd() {
        throw new Error("no more");
      },
    }),
  };
  const listener: Plugin = { name: "listener", setup: () => ({ onLog: ({ row }) => void rows.push(row) }) };
  const { outcome } = await run([fails, listener]);
  expect(outcome).toMatchObject({ status: "failed", progress: { epoch: 1 } });
  expect(rows.map((row) => row.global_step)).toEqual(rows.map((_, index) => index + 1));
  expect(rows).toHaveLength(outcome.progress.step);
  expect(rows.at(-1)!["val/f1"]).toBeNumber();
  expect(rows.at(-1)!["train/max_grad_norm"]).toBeGreaterThan(0);
});

test("trainRun() goes on in its schedule by epochs, if a resume has made its steps larger", async () => {
  const rates: number[] = [];
  const watching: Plugin = {
    name: "watching",
    setup: () => ({ onGradStep: ({ lr }) => void rates.push(lr) }),
  };
  const { outcome } = await run([watching, stopper("a", 1, "epoch").plugin]);
  expect(outcome.progress).toMatchObject({ epoch: 1, stepInEpoch: 0 });
  const before = rates.splice(0);
  const settings = structuredClone(config);
  Object.assign(settings.training, { gradient_accumulation_steps: 100 });
  const { outcome: end } = await run([watching], { settings, progress: outcome.progress });
  expect(end.progress).toMatchObject({ step: before.length + 2, epoch: 3 });
  // One step per epoch now: after the warm-up of one epoch, two steps of a cosine that ends with the run.
  const { lr } = config.training;
  expect(rates[0]).toBe(lr);
  expect(rates[1]! / lr).toBeCloseTo(0.5, 2);
});

test("trainRun() leaves the row of an epoch's last step, whose hook fails, to the run that is resumed", async () => {
  const rows: Readonly<Record<string, number>>[] = [];
  const listener: Plugin = { name: "listener", setup: () => ({ onLog: ({ row }) => void rows.push(row) }) };
  const steps = stepsPerEpoch(planOptions(config, data.train));
  const fails: Plugin = {
    name: "fails",
    critical: true,
    setup: () => ({
      onGradStep({ step }) {
        if (step === steps) throw new Error("no more");
      },
    }),
  };
  const { outcome } = await run([fails, listener]);
  expect(outcome).toMatchObject({ status: "failed", progress: { epoch: 0, stepInEpoch: steps } });
  expect(rows).toHaveLength(steps - 1);
  await run([listener], { progress: outcome.progress });
  expect(rows.map((row) => row.global_step)).toEqual(rows.map((_, index) => index + 1));
  const row = rows[steps - 1]!;
  for (const name of ["train/max_grad_norm", "train/loss", "val/loss"]) expect(row[name]).toBeNumber();
});

test("trainRun() stops early after the configured epochs without improvement", async () => {
  const settings = structuredClone(config) as {
    training: { early_stopping_patience: number | null };
  } & Config;
  settings.training.early_stopping_patience = 1;
  Object.assign(settings.training, { max_epochs: 30 });
  const blind = (engine: GradientEngine): GradientEngine => ({
    ...failingEngine(engine),
    gradient: (step, into) => engine.gradient(step, into),
    async detect(batches, options) {
      const detections = await engine.detect(batches, options);
      for (const sheet of detections.flat()) {
        sheet.scores.fill(0); // finds nothing: F1 stays 0
        sheet.loss = { ...sheet.loss!, total: losses[Math.floor(validated / data.validation.length)]! };
        validated++;
      }
      return detections;
    },
  });
  // As long as F1 is 0, an epoch with a lower loss is a better one.
  const losses = [3, 2, 1, 1];
  let validated = 0;
  const { outcome } = await run([], { spoil: blind, settings });
  expect(outcome).toMatchObject({ status: "stopped", progress: { epoch: 4, best: { epoch: 3 } } });
  expect(outcome.reason).toBe("no better F1 for 1 epoch, and no lower loss while it is 0");
});

/** Asks for last.pt as the checkpoint plugin does, and keeps what became of it. */
function saver(): Plugin & { readonly saved: string[] } {
  const saved: string[] = [];
  return {
    saved,
    name: "saver",
    setup: (own) => ({
      onEpochEnd: () => own.requestCheckpoint("last.pt"),
      onRunEnd({ status }) {
        if (status === "failed") own.requestCheckpoint("last.pt");
      },
      onCheckpoint: ({ path, step }) => void saved.push(`${basename(path)} of step ${step}`),
    }),
  };
}

test("trainRun() that diverges leaves the last saved state alone, and the error names it", async () => {
  const keeping = saver();
  let steps = 0;
  const late = (engine: GradientEngine): GradientEngine => ({
    ...failingEngine(engine),
    async gradient(step, into) {
      const losses = await engine.gradient(step, into);
      if (++steps === 5) losses[0]!.cls = Number.POSITIVE_INFINITY;
      return losses;
    },
  });
  const { outcome } = await run([keeping], { spoil: late });
  expect(outcome.status).toBe("failed");
  expect(outcome.progress).toMatchObject({ step: 4, epoch: 1 });
  const { step } = outcome.progress;
  expect(keeping.saved).toEqual([`last.pt of step ${step}`]);
  expect(outcome.error!.message).toContain("resume goes on from last.pt, the state after epoch 1");
  expect(outcome.error!.message).toContain("if it fails there again, name an earlier checkpoint");
});

test("trainRun() that diverges before anything is saved saves nothing, and its error alone says so", async () => {
  const keeping = saver();
  const warnings: string[] = [];
  const { outcome } = await run([keeping], {
    spoil: failingEngine,
    guard: { newest: null, check: () => {}, warn: (text) => void warnings.push(text) },
  });
  expect([keeping.saved, warnings]).toEqual([[], []]);
  expect(outcome.error!.message).toContain("start again: nothing is saved yet");
});

test("trainRun() fails at a validation loss that is not finite, by sheet, and saves nothing of that epoch", async () => {
  const keeping = saver();
  let validations = 0;
  const blowing = (engine: GradientEngine): GradientEngine => ({
    ...failingEngine(engine),
    gradient: (step, into) => engine.gradient(step, into),
    async detect(batches, options) {
      const detections = await engine.detect(batches, options);
      if (++validations === 2) detections[0]![0]!.loss!.total = Number.NaN;
      return detections;
    },
  });
  const { outcome } = await run([keeping], { spoil: blowing });
  expect(outcome.status).toBe("failed");
  expect(outcome.error!.message).toMatch(
    /epoch 2 {2}Cannot go on: the validation loss is not finite\n.*\n +got +tiny\/book-\d+\.xlsx\/Sheet1: NaN/,
  );
  expect(keeping.saved).toHaveLength(1);
});

test("trainRun() does not save an exploded loss over a good state, warns once, and saves again after it", async () => {
  const keeping = saver();
  const warnings: string[] = [];
  const epochs: number[] = [];
  const settings = structuredClone(config);
  Object.assign(settings.training, { max_epochs: 4 });
  const exploding = (engine: GradientEngine): GradientEngine => ({
    ...failingEngine(engine),
    gradient: (step, into) => engine.gradient(step, into),
    async detect(batches, options) {
      const detections = await engine.detect(batches, options);
      for (const sheet of detections.flat()) {
        sheet.scores.fill(0);
        sheet.loss!.total = epochs.length === 1 || epochs.length === 2 ? 1e9 : 2;
      }
      epochs.push(epochs.length + 1);
      return detections;
    },
  });
  const { outcome } = await run([keeping], {
    spoil: exploding,
    settings,
    guard: { newest: null, check: () => {}, warn: (text) => void warnings.push(text) },
  });
  expect(outcome.status).toBe("finished");
  const stepsAnEpoch = outcome.progress.step / 4;
  expect(keeping.saved).toEqual([1, 4].map((epoch) => `last.pt of step ${epoch * stepsAnEpoch}`));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("resume goes on from last.pt, the state after epoch 1");
});

test("trainRun() does not save the weights of an update that failed half-way", async () => {
  const keeping = saver();
  let steps = 0;
  const breaking = (engine: GradientEngine): GradientEngine => ({
    ...failingEngine(engine),
    gradient: (step, into) => engine.gradient(step, into),
    setParameters(flat) {
      // The engine is given the first weights, and those of each update and of each validation.
      if (++steps === 3) throw new Error("a worker died");
      engine.setParameters(flat);
    },
  });
  const { outcome } = await run([keeping], { spoil: breaking });
  expect(outcome.status).toBe("failed");
  expect(outcome.error!.message).toMatch(
    /^The update of step 2, epoch 1, failed half-way.*nothing is saved yet: start again: a worker died$/,
  );
  expect(outcome.progress.step).toBe(1);
  expect(keeping.saved).toEqual([]);
});

test("trainRun() fails at weights that are not finite instead of saving them", async () => {
  const keeping = saver();
  const parameters = createParameters(detectorSettings(config.model), 1);
  const optimizer = freshAdamW(parameters.flat.length);
  optimizer.expAvgSq[3] = Number.POSITIVE_INFINITY;
  const ruined = { parameters, average: null, optimizer };
  const { outcome, end } = await run([keeping], {
    guard: {
      newest: null,
      check: () => refuseNonFiniteState(ruined, { step: 4, epoch: 1 }, null),
      warn: () => {},
    },
  });
  expect(end.every(Number.isFinite)).toBe(true);
  expect(keeping.saved).toEqual([]);
  expect(outcome.error!.message).toMatch(
    /step 4, epoch 1, .*Cannot go on: the second moments of the optimiser/,
  );
});

test("trainRun() validates the weights' average where one is kept, and trains the weights", async () => {
  const settings = structuredClone(config) as { training: { ema_decay: number | null } } & Config;
  settings.training.ema_decay = 0.5; // from the eighth step on; before, the start-up correction is stronger
  const average: number[][] = [];
  const trainedWith: Float32Array[] = [];
  const validatedWith: Float32Array[] = [];
  const decays: number[] = [];
  const spy = (engine: GradientEngine): GradientEngine => {
    let current = new Float32Array(0);
    return {
      ...failingEngine(engine),
      setParameters(flat) {
        current = flat.slice();
        engine.setParameters(flat);
      },
      gradient(step, into) {
        trainedWith.push(current);
        return engine.gradient(step, into);
      },
      detect(batches, options) {
        validatedWith.push(current);
        return engine.detect(batches, options);
      },
    };
  };
  const result = await run([], { spoil: spy, settings });
  expect(result.outcome.error).toBeNull();
  const weights = [...trainedWith.slice(1), result.end]; // after each step
  let expected = [...result.start];
  for (const [index, after] of weights.entries()) {
    const step = index + 1;
    const decay = Math.min(0.5, (step + 1) / (step + 10));
    decays.push(decay);
    expected = expected.map((value, i) => Math.fround(value + (1 - decay) * (after[i]! - value)));
    average.push(expected);
  }
  expect(decays[0]).toBeCloseTo(2 / 11, 12);
  expect(decays.at(-1)).toBe(0.5);
  expect([...result.average!]).toEqual(expected);
  const stepsAnEpoch = weights.length / 3;
  expect(validatedWith.map((flat) => [...flat])).toEqual(
    [1, 2, 3].map((epoch) => average[epoch * stepsAnEpoch - 1]!),
  );
  // The weights themselves are those of a run without an average.
  expect(result.end).toEqual((await run([])).end);
});

type Row = Readonly<Record<string, number>>;

function rowKeeper(): Plugin & { readonly rows: Row[]; readonly validations: number[] } {
  const [rows, validations]: [Row[], number[]] = [[], []];
  return {
    rows,
    validations,
    name: "rows",
    setup: () => ({
      onLog: ({ row }) => void rows.push(row),
      onValidationEnd: ({ step }) => void validations.push(step),
    }),
  };
}

const everyThree = (): Config => {
  const settings = structuredClone(config);
  Object.assign(settings.training, { validate_every_n_steps: 3 });
  return settings;
};

test("trainRun() validates every n steps within epochs too, which changes no weight and no value of an epoch", async () => {
  const [plain, often] = [rowKeeper(), rowKeeper()];
  const before = await run([plain]);
  const after = await run([often], { settings: everyThree() });
  expect(after.end).toEqual(before.end);
  const isOfStep = (name: string) => name.startsWith(METRIC_PREFIXES.stepVal);
  const without = (row: Row) => Object.fromEntries(Object.entries(row).filter(([name]) => !isOfStep(name)));
  expect(often.rows.map(without)).toEqual(plain.rows);
  const stepsAnEpoch = after.outcome.progress.step / 3;
  const withSteps = often.rows
    .filter((row) => Object.keys(row).some(isOfStep))
    .map((row) => row.global_step!);
  const due = often.rows.map((row) => row.global_step!).filter((step) => step % 3 === 0);
  expect(withSteps).toEqual(due.filter((step) => step % stepsAnEpoch !== 0));
  expect(often.validations).toEqual([1, 2, 3].map((epoch) => epoch * stepsAnEpoch));
});

test("trainRun() that is stopped in the validation after a step begins it again when it is resumed", async () => {
  const stop = new AbortController();
  const stopping = (engine: GradientEngine): GradientEngine => ({
    ...failingEngine(engine),
    gradient: async (step, into) => {
      const losses = await engine.gradient(step, into);
      if (++steps === 3) stop.abort();
      return losses;
    },
  });
  let steps = 0;
  const first = rowKeeper();
  const settings = everyThree();
  const { outcome } = await run([first], { settings, spoil: stopping, signal: stop.signal });
  expect(outcome).toMatchObject({ status: "interrupted", progress: { step: 3, stepInEpoch: 3 } });
  expect(first.rows.map((row) => row.global_step)).toEqual([1, 2]);
  const resumed = rowKeeper();
  await run([resumed], { settings, progress: outcome.progress });
  expect(resumed.rows[0]).toMatchObject({ ...outcome.progress.pendingRow, epoch: 1, global_step: 3 });
  expect(resumed.rows[0]!["step_val/f1"]).toBeNumber();
  expect(resumed.rows[1]!.global_step).toBe(4);
  expect(resumed.rows[1]!["step_val/f1"]).toBeUndefined();
});

test("every metric of a run's rows is in the list of metric names, and the loop logs all but a plugin's", async () => {
  const names = new Set<string>();
  const listener: Plugin = {
    name: "listener",
    setup: () => ({ onLog: ({ row }) => Object.keys(row).forEach((name) => void names.add(name)) }),
  };
  const settings = structuredClone(config);
  Object.assign(settings.evaluation, { score_threshold: "auto" });
  Object.assign(settings.training, { validate_every_n_steps: 2 });
  const steering: Plugin = {
    name: "steering",
    setup: () => ({
      onBeforeUpdate: ({ step }) => (step === 1 ? { lr: 0, clip: null, skip: true } : undefined),
    }),
  };
  await run([listener, steering], { settings });
  const isOfLoop = (name: string) => !name.startsWith(METRIC_PREFIXES.system) && name !== "train/dense_loss";
  // Whether an untrained network matches anything, and so has a mean EoB, is chance.
  const expected = [...AXES, ...METRIC_NAMES.filter(isOfLoop)].filter(
    (name) => !name.endsWith("val/eob_mean"),
  );
  for (const name of ["val/eob_mean", "step_val/eob_mean"]) names.delete(name);
  expect([...names].sort()).toEqual(expected.sort());
});

test("trainRun() measures its phases: engine, hooks and checkpoints each count for their own", async () => {
  let now = 0; // seconds
  const profile = new PhaseClock(() => now * 1000);
  const parts = withTotal({ det_loss: 1, cls: 1, l1: 0, iou: 0, dense_loss: 0 });
  /** Computes nothing: a gradient takes 100 seconds, a validation sheet 10. */
  const slow = (engine: GradientEngine): GradientEngine => ({
    ...failingEngine(engine),
    async gradient(step, into) {
      now += 100;
      into.fill(1e-3);
      return step.map(() => parts);
    },
    async detect(batches) {
      now += 10 * batches.length;
      return batches.map(() => [{ scores: new Float32Array(0), boxes: new Float32Array(0), loss: parts }]);
    },
  });
  const saver: Plugin = {
    name: "saver",
    setup: (own) => ({
      onEpochEnd() {
        now += 1000;
        own.requestCheckpoint("profile.pt");
      },
      onCheckpoint() {
        now += 2000;
      },
    }),
  };
  const { outcome } = await run([saver], { spoil: slow, profile });
  expect(outcome.error).toBeNull();
  const { step } = outcome.progress;
  const rows = profile.report().split("\n").slice(2);
  const cells = new Map(rows.map((row) => row.split(/ {2,}/)).map(([phase, ...rest]) => [phase!, rest]));
  expect(cells.get("gradients")).toEqual([formatDuration(100 * step), expect.any(String), `${step}`]);
  expect(cells.get("validation")![0]).toBe(formatDuration(3 * 10 * data.validation.length));
  expect(cells.get("hooks")![0]).toBe(formatDuration(3 * 3000));
  expect(cells.get("checkpoints")![0]).toBe(formatDuration(0));
  expect(cells.get("everything else")![0]).toBe(formatDuration(0));
});

/** Asks for the end of the run at a step, and keeps how the run ended. */
function stopper(name: string, at: number, after: "epoch" | "step") {
  const ends: Partial<HookEvents["onRunEnd"]>[] = [];
  const plugin: Plugin = {
    name,
    setup: (own) => ({
      onGradStep({ step }) {
        if (step === at) own.requestStop(`${name}'s reason`, { after });
      },
      onRunEnd: ({ status, reason, stopRequests }) => void ends.push({ status, reason, stopRequests }),
    }),
  };
  return { plugin, ends };
}

test("trainRun() ends after the step for which two plugins ask, and everybody hears both reasons", async () => {
  const [a, b] = [stopper("a", 2, "epoch"), stopper("b", 2, "step")];
  const { outcome } = await run([a.plugin, b.plugin]);
  expect(outcome).toMatchObject({ status: "stopped", error: null, progress: { step: 2, epoch: 0 } });
  expect(outcome.reason).toBe("a: a's reason; b: b's reason");
  const stopRequests = [
    { plugin: "a", reason: "a's reason", after: "epoch" },
    { plugin: "b", reason: "b's reason", after: "step" },
  ] as const;
  expect(a.ends).toEqual([{ status: "stopped", reason: outcome.reason!, stopRequests }]);
});

test("trainRun() ends after the epoch for which a plugin asks, with its validation", async () => {
  const { plugin, ends } = stopper("a", 1, "epoch");
  const validated: number[] = [];
  const counter: Plugin = {
    name: "counter",
    setup: () => ({ onValidationEnd: ({ epoch }) => void validated.push(epoch) }),
  };
  const { outcome } = await run([plugin, counter]);
  expect(outcome).toMatchObject({ status: "stopped", progress: { epoch: 1, stepInEpoch: 0 } });
  expect([validated, ends.map(({ reason }) => reason)]).toEqual([[1], ["a: a's reason"]]);
});

test("trainRun() is finished, not stopped, if a plugin asks in the last epoch", async () => {
  const { outcome } = await run([stopper("a", 1, "epoch").plugin], {
    settings: { ...config, training: { ...config.training, max_epochs: 1 } },
  });
  expect(outcome).toMatchObject({ status: "finished", reason: null, stopRequests: [] });
});

/** The weights at the end of a short run with these plugins. */
async function weightsAfter(plugins: Plugin[], settings: Config = config): Promise<Float32Array> {
  const short = { ...settings, training: { ...settings.training, max_epochs: 1 } };
  const { outcome, end } = await run(plugins, { settings: short });
  expect(outcome.error).toBeNull();
  return end;
}

/** Does the same to every step. */
const steady = (control: StepControl): Plugin => ({
  name: "steady",
  setup: () => ({ onBeforeUpdate: () => control }),
});

test("onBeforeUpdate: skipped steps leave the weights, a rate and a norm are those of the configuration", async () => {
  const plain = await weightsAfter([]);
  expect(await weightsAfter([steady({})])).toEqual(plain);
  const { start, end, outcome } = await run([steady({ skip: true })]);
  expect(end).toEqual(start);
  expect(outcome).toMatchObject({ status: "finished", progress: { epoch: 3 } });
  const training = { ...config.training, max_grad_norm: 0.05 };
  const configured = await weightsAfter([], { ...config, training });
  expect(await weightsAfter([steady({ clip: 0.05 })])).toEqual(configured);
  expect(await weightsAfter([steady({ clip: null })])).not.toEqual(plain);
  expect(await weightsAfter([steady({ lr: 0.5 })])).not.toEqual(plain);
});

test("train/lr is the rate that a plugin set", async () => {
  const keeper = rowKeeper();
  await run([keeper, steady({ lr: 0.25 })]);
  const epochs = keeper.rows.filter((row) => "train/lr" in row);
  expect(epochs.map((row) => [row["train/lr"], row["control/lr"]])).toEqual([
    [0.25, 0.25],
    [0.25, 0.25],
    [0.25, 0.25],
  ]);
});

test("two plugins that disagree end the run as failed, before the step is made", async () => {
  const other: Plugin = {
    name: "other",
    setup: () => ({ onBeforeUpdate: ({ step }) => (step === 2 ? { lr: 0.5 } : undefined) }),
  };
  const { outcome } = await run([steady({ lr: 0.25 }), other]);
  expect(outcome).toMatchObject({ status: "failed", progress: { step: 1 } });
  expect(outcome.error).toBeInstanceOf(UserError);
  expect(outcome.error!.message).toContain("got       0.25 of steady and 0.5 of other");
});

test("a plugin that fails in onBeforeUpdate ends the run, critical or not", async () => {
  const broken: Plugin = {
    name: "broken",
    setup: () => ({
      onBeforeUpdate() {
        throw new Error("out of ideas");
      },
    }),
  };
  const { outcome } = await run([broken]);
  expect(outcome).toMatchObject({ status: "failed", progress: { step: 0 } });
  expect(outcome.error!.message).toContain('Plugin "broken" failed in onBeforeUpdate');
});

test("onSheetsLoaded comes first, with every sheet; onBeforeValidation before each validation", async () => {
  const seen: string[] = [];
  const sheets: Record<string, number> = {};
  const watcher: Plugin = {
    name: "watcher",
    setup: () => ({
      async onSheetsLoaded({ train, validation, leftOut }) {
        seen.push("sheets");
        Object.assign(sheets, { train: train.length, validation: validation.length, leftOut });
        const { fills, ...first } = train[0]!;
        expect(first).toMatchObject({ dataset: "tiny", sheetName: "Sheet1" });
        expect(await fills()).toHaveLength(first.height * first.width);
        expect(first.truth.length).toBeGreaterThan(0);
      },
      onRunStart: () => void seen.push("start"),
      onBeforeValidation: ({ step, isEndOfEpoch, sheets }) =>
        void seen.push(`before ${step} ${isEndOfEpoch} ${sheets === data.validation.length}`),
      onValidationEnd: ({ step }) => void seen.push(`end ${step}`),
    }),
  };
  const training = { ...config.training, max_epochs: 1, validate_every_n_steps: 2 };
  const { outcome } = await run([watcher], { settings: { ...config, training } });
  expect(outcome.error).toBeNull();
  const { step } = outcome.progress;
  expect(sheets).toEqual({ train: data.train.length, validation: data.validation.length, leftOut: 0 });
  expect(seen).toEqual(["sheets", "start", "before 2 false true", `before ${step} true true`, `end ${step}`]);
});

/** Tries to change whatever it is given, in every hook. */
function vandal(tries: string[]): Plugin {
  const attack = (path: string, value: unknown, depth = 0): void => {
    if (value === null || typeof value !== "object" || depth > 3) return;
    if (value instanceof Float32Array || value instanceof Uint8Array) return void value.fill(9);
    if (value instanceof Map) for (const inner of value.values()) attack(path, inner, depth + 1);
    for (const [key, inner] of Object.entries(value).slice(0, 8)) {
      try {
        (value as Record<string, unknown>)[key] = 9;
      } catch {
        tries.push(`${path}.${key}`);
      }
      attack(`${path}.${key}`, inner, depth + 1);
    }
  };
  const hook = (name: string) => async (event: object) => {
    attack(name, event);
    const { gradients, train = [] } = event as Partial<
      HookEvents["onGradStep"] & HookEvents["onSheetsLoaded"]
    >;
    if (gradients) attack(name, gradients());
    for (const sheet of Array.isArray(train) ? train : []) (await sheet.fills()).fill(9);
  };
  const names = HOOK_NAMES.filter((name) => name !== "saveState" && name !== "onBeforeUpdate");
  return {
    name: "vandal",
    setup(own) {
      attack("config", own.config);
      return Object.fromEntries(names.map((name) => [name, hook(name)]));
    },
  };
}

test("an observer that tries to change everything it sees changes nothing: the same weights, the same rows", async () => {
  const [plain, attacked] = [rowKeeper(), rowKeeper()];
  const tries: string[] = [];
  const calm = await run([plain]);
  const { outcome, end } = await run([vandal(tries), attacked]);
  expect(outcome.error).toBeNull();
  expect(end).toEqual(calm.end);
  expect(attacked.rows).toEqual(plain.rows);
  for (const tried of [
    "config.training",
    "onGradStep.loss",
    "onSheetsLoaded.train",
    "onLog.row",
    "onEpochEnd.best",
  ]) {
    expect(tries).toContain(tried);
  }
});

test("a trial of a plugin calls the same hooks in the same order, at the same steps, as a real run", async () => {
  const noting = (calls: string[]): Plugin => ({
    name: "noting",
    setup(own) {
      const names = HOOK_NAMES.filter((name) => name !== "saveState");
      const hook = (name: string) => (event: { step: number; epoch: number }) => {
        calls.push(`${name} ${event.step} ${event.epoch}`);
        if (name === "onGradStep") own.progress({ step: event.step });
        if (name === "onGradStep" && event.step === 2) own.logImage("x", new Uint8Array(1), "");
        if (name === "onEpochEnd") own.logArtifact({ name: "a", type: "t", files: [], aliases: [] });
        if (name === "onGradStep" && event.step === 10) own.requestStop("enough", { after: "step" });
      };
      return Object.fromEntries(names.map((name) => [name, hook(name)]));
    },
  });
  const [real, tried]: [string[], string[]] = [[], []];
  const { outcome } = await run([noting(real)]);
  expect(outcome).toMatchObject({ status: "stopped", error: null, progress: { step: 10 } });
  using trial = await tryPlugin(noting(tried), { epochs: 3, stepsPerEpoch: 4 });
  expect(tried).toEqual(real);
  expect([trial.status, trial.calls.length]).toEqual(["stopped", tried.length]);
});

test.each([
  ["onBeforeUpdate", 4],
  ["onGradStep", 3],
  ["onGradStep", 4], // the row waits for the end of the epoch
  ["onBeforeValidation", 4],
  ["onValidationEnd", 4],
  ["onEpochEnd", 4],
  ["onLog", 4],
] as const)(
  "a trial whose plugin fails in %s at step %i ends as a real run does, with the row that was left",
  async (failing, at) => {
    const noting = (calls: string[]): Plugin => ({
      name: "noting",
      critical: true,
      setup: () => {
        const names = HOOK_NAMES.filter((name) => name !== "saveState");
        const hook = (name: string) => (event: { step: number; epoch: number }) => {
          calls.push(`${name} ${event.step} ${event.epoch}`);
          if (name === failing && event.step === at) throw new Error("no ink");
        };
        return Object.fromEntries(names.map((name) => [name, hook(name)]));
      },
    });
    const observing = (calls: string[]): Plugin => ({
      name: "observing",
      setup: () => ({
        onLog: ({ step }) => void calls.push(`row ${step}`),
        onRunEnd: ({ step, epoch, status }) => void calls.push(`end ${step} ${epoch} ${status}`),
      }),
    });
    const [real, tried]: [string[], string[]] = [[], []];
    const { outcome } = await run([noting(real), observing(real)]);
    const options = { epochs: 3, stepsPerEpoch: 4, others: [observing(tried)] };
    using trial = await tryPlugin(noting(tried), options);
    expect([trial.status, trial.error?.message]).toEqual([outcome.status, outcome.error?.message]);
    expect(trial.error?.message).toContain(
      `Plugin "noting" failed in ${failing} at step ${at}, epoch 1: no ink`,
    );
    expect(tried).toEqual(real);
  },
);
