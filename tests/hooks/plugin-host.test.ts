/** Tests how plugins are called, and what happens when one fails. */

import { expect, test } from "bun:test";
import { setImmediate } from "node:timers/promises";
import type { Config } from "../../core/config/config.ts";
import type { RunConsole } from "../../core/console/console.ts";
import { type HostOptions, PluginError, PluginHost } from "../../core/hooks/plugin-host.ts";
import { type Hooks, type Plugin, type PluginRun, UserError } from "../../core/plugin.ts";
import { until } from "../support/until.ts";

function host(plugins: Plugin[], options: HostOptions = {}) {
  const printed: string[] = [];
  const console: RunConsole = {
    isTerminal: false,
    columns: 80,
    line: (text) => void printed.push(text),
    warn: (text) => void printed.push(text),
    status: () => {},
    subscribe: () => () => {},
  };
  const context = {
    id: "abcd1234",
    name: "test",
    folder: "/nowhere",
    config: {} as Config,
    startedAt: 0,
    resumed: null,
    console,
  };
  const made = new PluginHost(context, { patience: { noticeAfter: 10, graceAfterStop: 10 }, ...options });
  const ready = made.setUp(
    plugins.map((plugin) => ({ plugin, options: {} })),
    { kept: { count: 3 } },
  );
  return { host: made, ready, printed };
}

const moment = { step: 4, epoch: 2 };
const epochEnd = { ...moment, train: {}, val: null, best: false, seconds: 1 };

test("fire() awaits each plugin in list order", async () => {
  const calls: string[] = [];
  const plugin = (name: string, turns: number): Plugin => ({
    name,
    setup: () => ({
      async onEpochEnd() {
        for (let turn = 0; turn < turns; turn++) await setImmediate();
        calls.push(name);
      },
    }),
  });
  const { host: made, ready } = host([plugin("slow", 10), plugin("quick", 0)]);
  await ready;
  await made.fire("onEpochEnd", epochEnd);
  expect(calls).toEqual(["slow", "quick"]);
});

test("fire() reports a plugin that throws once, with name and hook, and calls its neighbours", async () => {
  const calls: string[] = [];
  const {
    host: made,
    ready,
    printed,
  } = host([
    {
      name: "broken",
      setup: () => ({
        onEpochEnd() {
          throw new Error("out of ink");
        },
      }),
    },
    { name: "neighbour", setup: () => ({ onEpochEnd: () => void calls.push("neighbour") }) },
  ]);
  await ready;
  await made.fire("onEpochEnd", epochEnd);
  await made.fire("onEpochEnd", epochEnd);
  expect(calls).toEqual(["neighbour", "neighbour"]);
  expect(printed).toHaveLength(1);
  expect(printed[0]).toContain('Plugin "broken" failed in onEpochEnd at step 4, epoch 2: out of ink');
  expect(made.roster.map(({ name }) => name)).toEqual(["neighbour"]);
});

test("fire() lets a critical plugin's failure through, with its cause", async () => {
  const cause = new Error("disk full");
  const { host: made, ready } = host([
    {
      name: "vital",
      critical: true,
      setup: () => ({
        onEpochEnd() {
          throw cause;
        },
      }),
    },
  ]);
  await ready;
  const error = await made.fire("onEpochEnd", epochEnd).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(PluginError);
  expect(error.cause).toBe(cause);
});

test("setUp() throws what a setup throws, with the plugin's name; a UserError has exit code 2", async () => {
  const throwing = (cause: Error): Plugin => ({
    name: "early",
    setup() {
      throw cause;
    },
  });
  const plain = await host([throwing(new Error("no licence"))]).ready.catch((error) => error);
  expect(plain).toBeInstanceOf(PluginError);
  expect(plain.message).toBe('Plugin "early" failed in setup: no licence');
  const refusal = new UserError({ message: "Cannot post", expected: "a URL" });
  const usage = await host([throwing(refusal)]).ready.catch((error) => error);
  expect(usage).toMatchObject({ exitCode: 2, problems: refusal.problems, cause: refusal });
});

test("closeRow() hands over all that was logged for a step, of core and plugins, once", async () => {
  const rows: Readonly<Record<string, number>>[] = [];
  const { host: made, ready } = host([
    { name: "speaker", setup: (run: PluginRun) => ({ onGradStep: () => run.log({ mine: 7 }) }) },
    { name: "listener", setup: () => ({ onLog: ({ row }) => void rows.push(row) }) },
  ]);
  await ready;
  const gradStep = {
    ...moment,
    loss: 1,
    lr: 1,
    maxGradNorm: 1,
    meanGradNorm: 1,
    sheets: 1,
    sheetsDone: 1,
    gradients: () => new Map(),
  };
  await made.fire("onGradStep", gradStep);
  made.log({ "train/max_grad_norm": 1 });
  await made.closeRow(moment);
  await made.closeRow({ step: 5, epoch: 2 });
  expect(rows).toEqual([
    { epoch: 2, global_step: 4, mine: 7, "train/max_grad_norm": 1 },
    { epoch: 2, global_step: 5 },
  ]);
});

test("closeRow() hands over a step's artifacts and images before its row, and those of onLog behind it", async () => {
  const seen: string[] = [];
  const rows: unknown[] = [];
  const { host: made, ready } = host([
    {
      name: "giver",
      setup: (run: PluginRun) => ({
        onEpochEnd() {
          run.logImage("image", new Uint8Array(1), "");
          run.logArtifact({ name: "artifact", type: "t", files: [], aliases: [] });
        },
        onImage: ({ png }) => run.log({ bytes: png.length }),
        onLog: () => run.logArtifact({ name: "of the row", type: "t", files: [], aliases: [] }),
      }),
    },
    {
      name: "listener",
      setup: () => ({
        onArtifact: ({ name, step }) => void seen.push(`${name} ${step}`),
        onImage: ({ name, step }) => void seen.push(`${name} ${step}`),
        onLog({ row, step }) {
          seen.push(`row ${step}`);
          rows.push(row);
        },
      }),
    },
  ]);
  await ready;
  await made.fire("onEpochEnd", epochEnd);
  await made.closeRow(moment);
  expect(seen).toEqual(["artifact 4", "image 4", "row 4", "of the row 4"]);
  expect(rows).toEqual([{ epoch: 2, global_step: 4, bytes: 1 }]);
});

test("drain() hands over artifacts that a plugin adds while artifacts are handed over", async () => {
  const seen: string[] = [];
  const artifact = (name: string) => ({ name, type: "t", files: [], aliases: [] });
  const { host: made, ready } = host([
    {
      name: "chain",
      setup: (run: PluginRun) => ({
        onRunStart: () => run.logArtifact(artifact("first")),
        onArtifact({ name }) {
          seen.push(name);
          if (name === "first") run.logArtifact(artifact("second"));
        },
      }),
    },
  ]);
  await ready;
  await made.fire("onRunStart", moment as never);
  await made.drain(moment);
  expect(seen).toEqual(["first", "second"]);
});

test("requestCheckpoint() joins requests for one file and refuses names with folders", async () => {
  let asked: PluginRun | undefined;
  const { host: made, ready } = host([
    {
      name: "saver",
      setup(run) {
        asked = run;
        return {};
      },
    },
  ]);
  await ready;
  asked!.requestCheckpoint("best.pt", ["best"]);
  asked!.requestCheckpoint("best.pt", ["latest"]);
  expect([...made.takeCheckpointRequests()]).toEqual([["best.pt", new Set(["best", "latest"])]]);
  expect(made.takeCheckpointRequests().size).toBe(0);
  expect(() => asked!.requestCheckpoint("../best.pt")).toThrow(RangeError);
  expect(() => asked!.requestCheckpoint("best.pt", "best" as never)).toThrow(
    'Cannot save "best.pt": a list of texts is expected as aliases, got "best"',
  );
});

test("saveStates() and setup's run.state carry a plugin's state under its name", async () => {
  let restored: unknown;
  const { host: made, ready } = host([
    {
      name: "kept",
      setup(run) {
        restored = run.state;
        return { saveState: () => ({ count: 4 }) };
      },
    },
    { name: "stateless", setup: () => ({}) },
  ]);
  await ready;
  expect(restored).toEqual({ count: 3 });
  expect(made.saveStates(moment)).toEqual({ kept: { count: 4 } });
});

test("fire() lets no plugin change what the next one and the run see", async () => {
  const best = { f1: 0.5 };
  const event = { ...epochEnd, val: best, train: {} };
  const seen: unknown[] = [];
  const { host: made, ready } = host([
    { name: "painter", setup: () => ({ onEpochEnd: ({ val }) => void Object.assign(val!, { f1: 1 }) }) },
    { name: "reader", setup: () => ({ onEpochEnd: ({ val }) => void seen.push(val!.f1) }) },
  ]);
  await ready;
  await made.fire("onEpochEnd", event);
  expect(seen).toEqual([0.5]);
  expect(best.f1).toBe(0.5);
});

test("fire() calls every other plugin before a critical one's failure ends the run", async () => {
  const told: string[] = [];
  const runEnd = { ...moment, status: "finished", summary: {}, error: null, seconds: 1 } as const;
  const { host: made, ready } = host([
    {
      name: "vital",
      critical: true,
      setup: () => ({
        onRunEnd() {
          throw new Error("no space");
        },
      }),
    },
    { name: "reporter", setup: () => ({ onRunEnd: ({ status }) => void told.push(status) }) },
  ]);
  await ready;
  await expect(made.fire("onRunEnd", runEnd)).rejects.toThrow('"vital" failed in onRunEnd');
  expect(told).toEqual(["finished"]);
});

test("fire() calls the hooks of a class's instance on it, whatever fields it has", async () => {
  class Counter {
    count = 0;
    onEpochEnd() {
      this.count++;
    }
  }
  const counter = new Counter();
  const { host: made, ready } = host([{ name: "counter", setup: () => counter }]);
  await ready;
  await made.fire("onEpochEnd", epochEnd);
  expect(counter.count).toBe(1);
  expect(made.roster).toEqual([{ name: "counter", hooks: ["onEpochEnd"] }]);
});

test("fire() names a plugin that takes long, and continues without it soon after the signal to stop", async () => {
  const stop = new AbortController();
  const calls: string[] = [];
  const {
    host: made,
    ready,
    printed,
  } = host(
    [
      { name: "stuck", setup: () => ({ onEpochEnd: () => new Promise<void>(() => {}) }) },
      { name: "neighbour", setup: () => ({ onEpochEnd: () => void calls.push("neighbour") }) },
    ],
    { signal: stop.signal },
  );
  await ready;
  const fired = made.fire("onEpochEnd", epochEnd);
  await until(() => printed.length > 0);
  expect(printed[0]).toContain('waiting for the plugin "stuck" in onEpochEnd');
  expect(calls).toEqual([]);
  stop.abort();
  await fired;
  expect(printed[1]).toContain('Plugin "stuck" failed in onEpochEnd');
  expect(calls).toEqual(["neighbour"]);
});

test("log() refuses the axes' names and what is no number: the giver fails, no other plugin", async () => {
  const rows: unknown[] = [];
  const {
    host: made,
    ready,
    printed,
  } = host([
    { name: "thief", setup: (run) => ({ onGradStep: () => run.log({ global_step: 1 }) }) },
    { name: "talker", setup: (run) => ({ onGradStep: () => run.log({ words: "many" as never }) }) },
    { name: "listener", setup: () => ({ onLog: ({ row }) => void rows.push(row) }) },
  ]);
  await ready;
  await made.fire("onGradStep", moment as never);
  await made.closeRow(moment);
  expect(printed[0]).toContain('Plugin "thief" failed in onGradStep');
  expect(printed[1]).toContain('Plugin "talker" failed in onGradStep');
  expect(rows).toEqual([{ epoch: 2, global_step: 4 }]);
});

test("logArtifact() and logImage() refuse what has not the right shape, and complete what may be left out", async () => {
  let run: PluginRun | undefined;
  const given: unknown[] = [];
  const { host: made, ready } = host([
    {
      name: "giver",
      setup(own) {
        run = own;
        return {
          onArtifact: ({ files, aliases }) => void given.push({ files, aliases }),
          onImage: ({ caption }) => void given.push(caption),
        };
      },
    },
  ]);
  await ready;
  expect(() => run!.logArtifact({ name: "x", type: "y" } as never)).toThrow("files");
  expect(() => run!.logArtifact({ name: "", type: "y", files: [], aliases: [] })).toThrow("name");
  expect(() => run!.logImage("x", "bytes" as never, "")).toThrow("Uint8Array");
  run!.logArtifact({ name: "x", type: "y", files: ["/a"] } as never);
  (run!.logImage as (name: string, png: Uint8Array) => void)("x", new Uint8Array(1));
  await made.drain(moment);
  expect(given).toEqual([{ files: ["/a"], aliases: [] }, ""]);
});

for (const [what, state] of [
  ["a promise", Promise.resolve(1)],
  ["a function", { deep: [() => 1] }],
  ["a map", new Map([[1, 2]])],
  ["not a number", Number.NaN],
  ["a big integer", 1n],
] as const) {
  test(`saveStates() switches a plugin off whose state is ${what}, and keeps the others' states`, async () => {
    const {
      host: made,
      ready,
      printed,
    } = host([
      { name: "odd", setup: () => ({ saveState: () => state as never }) },
      { name: "kept", setup: () => ({ saveState: () => ({ count: [1, null, "a"] }) }) },
    ]);
    await ready;
    expect(made.saveStates(moment)).toEqual({ kept: { count: [1, null, "a"] } });
    expect(printed[0]).toContain('Plugin "odd" failed in saveState');
    expect(made.roster.map(({ name }) => name)).toEqual(["kept"]);
  });
}

test("traceHooks prints a line for each call of a plugin, failures included, and the sums behind onRunEnd", async () => {
  const plugins: Plugin[] = [
    {
      name: "kept",
      setup: () => ({ onEpochEnd: () => Bun.sleep(1), onRunEnd() {}, saveState: () => null }),
    },
    {
      name: "broken",
      setup: () => ({
        onEpochEnd() {
          throw new Error("out of ink");
        },
      }),
    },
  ];
  const { host: made, ready, printed } = host(plugins, { traceHooks: true });
  await ready;
  await made.fire("onEpochEnd", epochEnd);
  made.saveStates(moment);
  await made.fire("onRunEnd", { ...moment, status: "finished", summary: {}, error: null, seconds: 1 });
  const lines = printed.flatMap((text) => text.split("\n")).map((line) => line.replace(/\d+\.\d{3}/, "T"));
  const calls = lines.filter((line) => line.startsWith("hook  "));
  expect(calls).toEqual([
    "hook  kept  setup  step 0  T ms",
    "hook  broken  setup  step 0  T ms",
    "hook  kept  onEpochEnd  step 4  T ms",
    "hook  broken  onEpochEnd  step 4  T ms",
    "hook  kept  saveState  step 4  T ms",
    "hook  kept  onRunEnd  step 4  T ms",
  ]);
  expect(lines.indexOf("time in plugins:")).toBeGreaterThan(lines.indexOf(calls.at(-1)!));
  expect(lines.filter((line) => /^(kept|broken) +\d +T$/.test(line)).sort()).toHaveLength(2);
});

test("traceHooks prints what a plugin logged, gave, asked for and changed in a call", async () => {
  const busy: Plugin = {
    name: "busy",
    setup: (run) => ({
      onEpochEnd() {
        run.log({ a: 1, b: 0.5 });
        run.logImage("plot", new Uint8Array(1), "");
        run.logArtifact({ name: "files", type: "t", files: [], aliases: [] });
        run.requestCheckpoint("last.pt");
        run.progress({ a: 1 });
        run.requestStop("enough", { after: "step" });
      },
      onBeforeUpdate: () => ({ lr: 0.5, skip: true }),
    }),
  };
  const { host: made, ready, printed } = host([busy], { traceHooks: true });
  await ready;
  await made.fire("onEpochEnd", epochEnd);
  await made.steer(update);
  const calls = printed.filter((line) => line.startsWith("hook  ")).map((line) => line.split(" ms")[1]);
  expect(calls).toEqual([
    "",
    "  logged a=1, b=0.5  gave the image plot  gave the artifact files  asked for last.pt  shows a=1" +
      "  asked for a stop after this step",
    "  returned { lr: 0.5, skip: true }",
  ]);
});

test("without traceHooks nothing is printed for a call", async () => {
  const { host: made, ready, printed } = host([{ name: "kept", setup: () => ({ onEpochEnd() {} }) }]);
  await ready;
  await made.fire("onEpochEnd", epochEnd);
  await made.fire("onRunEnd", { ...moment, status: "finished", summary: {}, error: null, seconds: 1 });
  expect(printed).toEqual([]);
});

test("setUp() names a setup that does not end, and a run that is asked to stop does not wait for it", async () => {
  const stop = new AbortController();
  const {
    host: made,
    ready,
    printed,
  } = host(
    [
      { name: "endless", setup: () => new Promise<never>(() => {}) },
      { name: "next", setup: () => ({}) },
    ],
    { signal: stop.signal },
  );
  await until(() => printed.length > 0);
  expect(printed[0]).toContain('waiting for the plugin "endless" in setup');
  stop.abort();
  expect(await ready.catch((error: unknown) => error)).toBe(stop.signal.reason);
  expect(printed.at(-1)).toContain('the plugin "endless" in setup: it did not end within 0.001 s');
  expect(made.roster).toEqual([]);
});

test.each([
  ["artifact", (run: PluginRun) => run.logArtifact({ name: "a", type: "t", files: [], aliases: [] })],
  ["image", (run: PluginRun) => run.logImage("a", new Uint8Array(), "")],
] as const)("drain() switches off a plugin that answers each %s with another one", async (_what, give) => {
  let [given, received] = [0, 0];
  const loop: Plugin = {
    name: "loop",
    setup(run) {
      const again = () => {
        given++;
        give(run);
      };
      return { onArtifact: again, onImage: again, onEpochEnd: again };
    },
  };
  const neighbour: Plugin = {
    name: "neighbour",
    setup: () => ({ onArtifact: () => void received++, onImage: () => void received++ }),
  };
  const { host: made, ready, printed } = host([loop, neighbour]);
  await ready;
  await made.fire("onEpochEnd", epochEnd);
  await made.closeRow(moment);
  expect(received).toBe(10);
  expect(given).toBe(11);
  expect(printed.join("\n")).toContain('Plugin "loop" failed in onArtifact or onImage');
  expect(made.roster.map(({ name }) => name)).toEqual(["neighbour"]);
});

test("requestStop() of two plugins: both are kept and printed with their givers", async () => {
  const giver = (name: string, reason: string): Plugin => ({
    name,
    setup: (run) => ({ onEpochEnd: () => run.requestStop(reason, { after: "step" }) }),
  });
  const { host: made, ready, printed } = host([giver("plateau", "no better F1"), giver("budget", "2 h")]);
  await ready;
  for (const _ of [1, 2]) await made.fire("onEpochEnd", epochEnd);
  expect(made.stops.open).toEqual([
    { plugin: "plateau", reason: "no better F1", after: "step" },
    { plugin: "budget", reason: "2 h", after: "step" },
  ]);
  expect(printed).toEqual([
    "stop after this step, requested by plateau: no better F1",
    "stop after this step, requested by budget: 2 h",
  ]);
});

test("progress() reaches every plugin at the end of the step, with the newest value of each name", async () => {
  const seen: unknown[] = [];
  const { host: made, ready } = host([
    { name: "listener", setup: () => ({ onProgress: ({ step, values }) => void seen.push([step, values]) }) },
    {
      name: "giver",
      setup: (run) => {
        run.progress({ f1: 0.25, eta: 1 });
        return { onEpochEnd: () => run.progress({ f1: 0.5 }) };
      },
    },
  ]);
  await ready;
  await made.closeRow({ step: 1, epoch: 1 });
  await made.closeRow({ step: 2, epoch: 1 });
  await made.fire("onEpochEnd", epochEnd);
  await made.closeRow(moment);
  expect(seen).toEqual([
    [1, { f1: 0.25, eta: 1 }],
    [4, { f1: 0.5, eta: 1 }],
  ]);
});

test("progress() refuses what is no number, and names the plugin", async () => {
  const wrong = { loss: "low" } as unknown as Record<string, number>;
  const {
    ready,
    host: made,
    printed,
  } = host([{ name: "talker", setup: (run) => ({ onEpochEnd: () => run.progress(wrong) }) }]);
  await ready;
  await made.fire("onEpochEnd", epochEnd);
  expect(printed[0]).toContain('Plugin "talker" failed in onEpochEnd at step 4, epoch 2: Cannot show "loss"');
});

const update = {
  ...moment,
  loss: 1,
  parts: { loss: 1 },
  gradNorm: 3,
  maxGradNorm: 2,
  meanGradNorm: 1,
  lr: 0.001,
  clip: 0.1,
  sheets: 8,
};
const steering = (name: string, onBeforeUpdate: Hooks["onBeforeUpdate"]): Plugin => ({
  name,
  setup: () => ({ onBeforeUpdate }),
});

test("steer() joins what plugins change, records it by plugin, and puts it into the row", async () => {
  const recorded: string[] = [];
  const rows: unknown[] = [];
  const {
    host: made,
    ready,
    printed,
  } = host(
    [
      steering("slow", async ({ lr }) => ({ lr: lr / 2 })),
      steering("guard", ({ gradNorm }) => ({ skip: gradNorm > 2, clip: null, lr: undefined })),
      steering("same", ({ clip }) => (clip === 0.1 ? { lr: 0.0005 } : undefined)),
      { name: "listener", setup: () => ({ onLog: ({ row }) => void rows.push(row) }) },
    ],
    { record: (line) => void recorded.push(line) },
  );
  await ready;
  expect(made.has("onBeforeUpdate")).toBe(true);
  for (const _ of [1, 2])
    expect(await made.steer(update)).toMatchObject({ lr: 0.0005, clip: null, skip: true });
  const lines = [
    "step 4: slow sets lr to 0.0005, instead of 0.001",
    "step 4: guard skips the update",
    "step 4: guard sets clip to null, instead of 0.1",
  ];
  expect(recorded).toEqual([...lines, ...lines]);
  expect(printed).toEqual([
    "a plugin changes how weights are updated, from step 4 on; output.log has every change, and rows have them under control/",
  ]);
  await made.closeRow(moment);
  expect(rows).toEqual([
    { epoch: 2, global_step: 4, "control/lr": 0.0005, "control/skipped": 1, "control/clip": 0 },
  ]);
});

test("steer() records nothing where plugins return what the configuration has anyway", async () => {
  const {
    host: made,
    ready,
    printed,
  } = host([
    steering("idle", () => ({ lr: 0.001, skip: false, clip: 0.1 })),
    steering("nothing", () => undefined),
    steering("empty", () => ({})),
  ]);
  await ready;
  expect(await made.steer(update)).toMatchObject({
    lr: 0.001,
    clip: 0.1,
    skip: false,
    changes: [],
    metrics: {},
  });
  expect([printed, made.pendingRow]).toEqual([[], {}]);
});

test("steer() of two plugins that disagree is an error that names both, the key and the values", async () => {
  const { host: made, ready } = host([
    steering("a", () => ({ lr: 0.1 })),
    steering("b", () => ({ lr: 0.2, skip: true })),
  ]);
  await ready;
  const error = await made.steer(update).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect(error.problems[0]).toMatchObject({
    where: "step 4, epoch 2",
    expected: "one value for lr",
    got: "0.1 of a and 0.2 of b",
  });
});

const WRONG: readonly [unknown, string][] = [
  [7, "nothing or an object with the keys lr, skip and clip is expected, got 7"],
  [[0.1], "nothing or an object with the keys lr, skip and clip is expected, got [0.1]"],
  [{ learningRate: 1 }, "got the key learningRate"],
  [{ lr: -1 }, "Cannot use the lr that it returned: a number of at least 0 is expected, got -1"],
  [{ lr: Number.NaN }, "a number of at least 0 is expected, got NaN"],
  [{ lr: Number.POSITIVE_INFINITY }, "a number of at least 0 is expected, got Infinity"],
  [{ lr: "1e-4" }, 'a number of at least 0 is expected, got "1e-4"'],
  [{ clip: 0 }, "a number above 0, or null for no clipping is expected, got 0"],
  [{ skip: 1 }, "Cannot use the skip that it returned: true or false is expected, got 1"],
];
for (const [returned, message] of WRONG) {
  test(`steer() refuses ${Bun.inspect(returned, { compact: true })}, and names plugin and hook: the run ends`, async () => {
    const { host: made, ready } = host([steering("odd", () => returned as undefined)]);
    await ready;
    const error = await made.steer(update).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(PluginError);
    expect(error.message).toStartWith('Plugin "odd" failed in onBeforeUpdate at step 4, epoch 2: ');
    expect(error.message).toEndWith(message);
  });
}

test("no hook but onBeforeUpdate may return a change; other returned values are ignored", async () => {
  const calls: string[] = [];
  const returning = (name: string, value: unknown): Plugin => ({
    name,
    setup: () => ({
      onEpochEnd() {
        calls.push(name);
        return value as undefined;
      },
    }),
  });
  const { host: made, ready, printed } = host([returning("hopeful", { lr: 0.1 }), returning("odd", 7)]);
  await ready;
  for (const _ of [1, 2]) await made.fire("onEpochEnd", epochEnd);
  expect(calls).toEqual(["hopeful", "odd", "odd"]);
  expect(printed[0]).toContain(
    'Plugin "hopeful" failed in onEpochEnd at step 4, epoch 2: only onBeforeUpdate may return lr, skip or clip',
  );
});

test("no plugin can log a change that there was not", async () => {
  const liar: Plugin = {
    name: "liar",
    setup(run) {
      run.log({ "control/lr": 1 });
      return {};
    },
  };
  const { ready } = host([liar]);
  expect((await ready.catch((error) => error)).message).toContain(
    'Plugin "liar" failed in setup: Cannot log "control/lr": the core logs under control/ what plugins change',
  );
});
