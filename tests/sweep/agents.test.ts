/** Whole sweeps by the command that users type, with agents that are killed, stopped and started again. */

import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { isAlive } from "../support/alive-process.ts";
import { endOf } from "../support/run-command.ts";
import { skipped } from "../support/skipped.ts";
import { until } from "../support/until.ts";
import { SweepProject } from "./sweep-project.ts";

/** Other systems do not show which process started which, nor their variables. */
const HAS_PROC = process.platform === "linux";
if (!HAS_PROC) skipped("sweeps whose guards are killed", "only Linux has /proc");

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
      return Number(parent) === pid ? [Number(name)] : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

const ALL = ["1", "2", "3", "4", "5", "6"];

describe("the agents of a sweep", () => {
  test("run every point of a grid once, whatever their number, and mark the best", async () => {
    using project = new SweepProject();
    const [first, second] = await Promise.all([project.run("--agents", "2"), project.run()]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(project.noted("begin").sort()).toEqual(ALL);
    expect(project.noted("end").sort()).toEqual(ALL);
    expect(project.trials().map(({ value }) => value)).toEqual([4, 1, 0, 1, 4, 9]);
    const rows = second.stdout.split("\n").slice(2, 8);
    expect(rows.map((row) => row.trim().split(/\s+/).slice(0, -2))).toEqual([
      ["0", "complete", "4.0000", "1"],
      ["1", "complete", "1.0000", "2"],
      ["*", "2", "complete", "0.0000", "3"],
      ["3", "complete", "1.0000", "4"],
      ["4", "complete", "4.0000", "5"],
      ["5", "complete", "9.0000", "6"],
    ]);
  });

  test("that are killed leave their trial to another one, which runs it again once; its process ends", async () => {
    using project = new SweepProject({ parameters: { x: { values: [1, 2, 3, 4] }, hold: { value: 1 } } });
    const killed = project.start("--agents", "2");
    await until(() => project.noted("begin").length === 2, killed);
    killed.kill("SIGKILL");
    await killed.exited;
    const again = project.start("--agents", "2");
    await until(() => project.noted("begin").length === 4, again);
    // Each process that lost its agent was asked to stop before its trial began again.
    expect(project.noted("stopped").sort()).toEqual(["1", "2"]);
    project.go();
    expect((await endOf(again)).code).toBe(0);
    expect(project.noted("end").sort()).toEqual(["1", "2", "3", "4"]);
    expect(project.noted("begin").sort()).toEqual(["1", "1", "2", "2", "3", "4"]);
    const trials = project.trials();
    expect(trials.map(({ state }) => state)).toEqual(Array(4).fill("complete"));
    expect(trials.map(({ attributes }) => attributes.lost)).toEqual([1, 1, 0, 0]);
  });

  test("run every trial once although one of them is killed twice, at any moment", async () => {
    // SWEEP_TRIALS=30 makes it longer.
    const count = Number(process.env.SWEEP_TRIALS || 8);
    const values = Array.from({ length: count }, (_, i) => i + 1);
    using project = new SweepProject({ parameters: { x: { values } } });
    const steady = project.start();
    let other = project.start();
    for (const part of [0.25, 0.6]) {
      await until(() => project.noted("begin").length >= part * count);
      await Bun.sleep(Math.random() * 100);
      other.kill("SIGKILL");
      await other.exited;
      other = project.start();
    }
    const ends = await Promise.all([endOf(steady), endOf(other)]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const trials = project.trials();
    expect(trials.map(({ state, value }) => [state, value])).toEqual(
      values.map((x) => ["complete", (x - 3) ** 2]),
    );
    // One that was killed between its end and the journal's line has ended twice; none is left out.
    expect([...new Set(project.noted("end"))].sort()).toEqual(values.map(String).sort());
    expect(project.noted("begin").length).toBeLessThanOrEqual(count + 2);
  });

  test("wait for the last trials of others, and take one over whose agent is killed", async () => {
    using project = new SweepProject({ parameters: { x: { values: [1, 2] }, hold: { value: 1 } } });
    const first = project.start();
    await until(() => project.noted("begin").length === 1, first);
    const second = project.start();
    await until(() => project.noted("begin").length === 2, second);
    first.kill("SIGKILL");
    await first.exited;
    await until(() => project.noted("stopped").length === 1, second);
    project.go();
    const { code, stderr } = await endOf(second);
    expect(code).toBe(0);
    expect(stderr).toContain("trial 0, begun again: x=1");
    expect(project.noted("end").sort()).toEqual(["1", "2"]);
  });

  test.skipIf(!HAS_PROC)(
    "whose guards are killed with them leave no process to their trial's next agent",
    async () => {
      using project = new SweepProject({ parameters: { x: { values: [1] }, hold: { value: 1 } } });
      const killed = project.start();
      await until(() => project.noted("begin").length === 1, killed);
      const [guard] = childrenOf(killed.pid);
      process.kill(guard!, "SIGSTOP"); // it must not see the end of its agent
      const [trial] = childrenOf(guard!);
      killed.kill("SIGKILL");
      await killed.exited;
      process.kill(guard!, "SIGKILL");
      await until(() => !isAlive(guard!));
      expect([isAlive(trial!), project.noted("stopped")]).toEqual([true, []]);
      const again = project.start();
      await until(() => project.noted("begin").length === 2, again);
      expect([isAlive(trial!), project.noted("stopped")]).toEqual([false, ["1"]]);
      project.go();
      expect((await endOf(again)).code).toBe(0);
      expect(project.noted("end")).toEqual(["1"]);
      expect(project.trials()).toMatchObject([{ state: "complete", value: 4, attributes: { lost: 1 } }]);
    },
  );

  test.skipIf(!HAS_PROC)(
    "whose guard alone is killed run the trial again, once its process has ended",
    async () => {
      using project = new SweepProject({ parameters: { x: { values: [1] }, hold: { value: 1 } } });
      const agent = project.start();
      await until(() => project.noted("begin").length === 1, agent);
      const [guard] = childrenOf(agent.pid);
      process.kill(guard!, "SIGKILL");
      await until(() => project.noted("begin").length === 2, agent);
      expect(project.noted("stopped")).toEqual(["1"]);
      project.go();
      expect((await endOf(agent)).code).toBe(0);
      expect(project.noted("end")).toEqual(["1"]);
      expect(project.trials()).toMatchObject([{ state: "complete", attributes: { lost: 1 } }]);
    },
  );

  test("give a trial up that was lost with three of them", async () => {
    using project = new SweepProject({ parameters: { x: { values: [1] }, hold: { value: 1 } } });
    for (let begun = 1; begun <= 3; begun++) {
      const agent = project.start();
      await until(() => project.noted("begin").length === begun, agent);
      agent.kill("SIGKILL");
      await agent.exited;
      await until(() => project.noted("stopped").length === begun);
    }
    await until(() => project.noted("stopped").length === 3);
    const { code } = await project.run();
    expect(code).toBe(0);
    const [trial] = project.trials();
    expect(trial).toMatchObject({
      state: "failed",
      attributes: { reason: "its agents were killed, 3 in a row" },
    });
  });

  test("that are asked to stop end their trials with 130; the same command goes on", async () => {
    using project = new SweepProject({ parameters: { x: { values: [1, 2, 3] }, hold: { value: 1 } } });
    const stopped = project.start();
    await until(() => project.noted("begin").length === 1, stopped);
    stopped.kill("SIGINT");
    const { code, stderr } = await endOf(stopped);
    expect(code).toBe(130);
    expect(stderr).toContain("to go on: bun run sweep sweep.yaml --folder shared");
    expect(project.noted("stopped")).toEqual(["1"]);
    expect(project.trials().map(({ state }) => state)).toEqual(["running"]);
    project.go();
    expect((await project.run()).code).toBe(0);
    expect(project.noted("end")).toEqual(["1", "2", "3"]);
    // A stop that was asked for is no loss.
    expect(project.trials().map(({ attributes }) => attributes.lost)).toEqual([0, 0, 0]);
  });

  test("stop after --count trials, and a later command has the rest", async () => {
    using project = new SweepProject();
    expect((await project.run("--count", "2")).code).toBe(0);
    expect(project.noted("end")).toEqual(["1", "2"]);
    expect((await project.run("--agents", "3")).code).toBe(0);
    expect(project.noted("end").sort()).toEqual(ALL);
  });

  test("begin nothing new once a trial has reached the target, or run_cap trials have begun", async () => {
    using project = new SweepProject({ metric: { name: "loss", goal: "minimize", target: 1 } });
    await project.run();
    expect(project.noted("end")).toEqual(["1", "2"]);
    using capped = new SweepProject({ run_cap: 3 });
    await capped.run();
    expect(capped.noted("end")).toEqual(["1", "2", "3"]);
  });
});

describe("a trial of a sweep", () => {
  test("that fails keeps its reason, and the others go on", async () => {
    using project = new SweepProject({ parameters: { x: { values: [1, 2, 3] }, broken: { value: 2 } } });
    const { code } = await project.run();
    expect(code).toBe(0);
    expect(project.trials().map(({ state }) => state)).toEqual(["complete", "failed", "complete"]);
    expect(project.trials()[1]!.attributes.reason).toMatch(/^exit code 1: .*this value is broken/);
  });

  test("whose program cannot start fails, and after three such trials the sweep ends with 1", async () => {
    using project = new SweepProject({ command: ["no-such-program", "x"] });
    const { code, stderr } = await project.run();
    expect(code).toBe(1);
    expect(project.trials().map(({ state }) => state)).toEqual(["failed", "failed", "failed"]);
    expect(stderr).toContain("Cannot go on with this sweep");
    expect(stderr).toContain("exit code 127");
  });

  test("is ended by Hyperband while it runs, and counts as pruned", async () => {
    using project = new SweepProject({
      program: "curve.ts",
      early_terminate: { type: "hyperband", min_iter: 2, eta: 2 },
      parameters: { x: { values: [1, 2, 3, 4] } },
    });
    // A trial that has to be ended would never end by itself.
    project.folder.write(
      "curve.ts",
      `const x = Number(process.argv[2].split("=")[1]);
for (let i = 1; i <= 4; i++) { console.log(JSON.stringify({ loss: x })); await Bun.sleep(5); }
if (x > 2) await new Promise(() => setInterval(() => {}, 1000));`,
    );
    expect((await project.run()).code).toBe(0);
    expect(project.trials().map(({ state, value }) => [state, value])).toEqual([
      ["complete", 1],
      ["complete", 2],
      ["pruned", 3],
      ["pruned", 4],
    ]);
    const [, , ended] = project.trials();
    expect(ended!.attributes.termination).toEqual({ band: 2, value: 3, threshold: 2 });
  });
});

describe("the command sweep", () => {
  test("prints one JSON document with --json, and nothing else on standard output", async () => {
    using project = new SweepProject();
    const { stdout } = await project.run("--json");
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ name: "s", method: "grid", best: 2, journal: project.journal });
    expect(document.trials[2]).toMatchObject({
      number: 2,
      state: "complete",
      value: 0,
      parameters: { x: 3 },
      values: [[1, 0]],
    });
  });

  test("refuses another file on the folder of a sweep, an endless sweep, and an unknown sampler", async () => {
    using project = new SweepProject();
    await project.run("--count", "1");
    project.write({ parameters: { x: { values: [1, 2] } } });
    const other = await project.run();
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("another parameters");
    project.write({ name: "t", method: "random" });
    const endless = await project.run();
    expect(endless.code).toBe(2);
    expect(endless.stderr).toContain("run_cap in the file, or --count");
    const sampler = await project.run("--sampler", "randm");
    expect([sampler.code, sampler.stderr.includes("--sampler random")]).toEqual([2, true]);
  });

  test("refuses trainings with a configuration that is not there, before any trial begins", async () => {
    using project = new SweepProject({ command: ["bun", "run", "train", "configs/minimal.yml"] });
    const { code, stderr } = await project.run();
    expect(code).toBe(2);
    expect(stderr).toContain("configs/minimal.yml  Cannot read the configuration");
  });

  test("names the line of a parameter that is no key of the configuration", async () => {
    using project = new SweepProject({
      command: ["bun", "run", "train", join(PROJECT_ROOT, "configs/minimal.yaml")],
      parameters: { "training.lrr": { values: [1] }, data: { parameters: { repeat: { values: [1] } } } },
    });
    const { code, stderr } = await project.run();
    expect(code).toBe(2);
    expect(stderr).toMatch(/sweep\.yaml:\d+:\d+ {2}Cannot use training\.lrr/);
    expect(stderr).toMatch(/sweep\.yaml:\d+:\d+ {2}Cannot use data\.repeat/);
    expect(project.noted("begin")).toEqual([]);
  });

  test("random values are the same for the same seed, and others for another one", async () => {
    const valuesOf = async (seed: string) => {
      using project = new SweepProject({
        method: "random",
        run_cap: 3,
        parameters: { x: { distribution: "uniform", min: 0, max: 9 } },
      });
      await project.run("--seed", seed);
      return project.trials().map(({ value }) => value);
    };
    const first = await valuesOf("1");
    expect(await valuesOf("1")).toEqual(first);
    expect(await valuesOf("2")).not.toEqual(first);
  });
});
