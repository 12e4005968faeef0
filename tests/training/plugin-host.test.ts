import { expect, test } from "bun:test";
import type { Config } from "../../core/config/config.ts";
import type { Plugin, PluginRun } from "../../core/plugin.ts";
import type { RunConsole } from "../../core/training/console.ts";
import { PluginError, PluginHost } from "../../core/training/plugin-host.ts";

function host(plugins: Plugin[]) {
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
  const made = new PluginHost(context, () => {});
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
  const plugin = (name: string, wait: number): Plugin => ({
    name,
    setup: () => ({
      async onEpochEnd() {
        await Bun.sleep(wait);
        calls.push(name);
      },
    }),
  });
  const { host: made, ready } = host([plugin("slow", 10), plugin("quick", 0)]);
  await ready;
  await made.fire("onEpochEnd", epochEnd);
  expect(calls).toEqual(["slow", "quick"]);
});

test("fire() reports a plugin that throws once, with name and hook, and goes on with its neighbours", async () => {
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

test("setUp() switches off a plugin whose setup throws", async () => {
  const {
    host: made,
    ready,
    printed,
  } = host([
    {
      name: "early",
      setup() {
        throw new Error("no licence");
      },
    },
  ]);
  await ready;
  expect(made.roster).toEqual([]);
  expect(printed[0]).toContain('Plugin "early" failed in setup: no licence');
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
