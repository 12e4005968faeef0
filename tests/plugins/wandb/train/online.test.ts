/** Whole trainings, by the command that users type, that log to a server which behaves or does not. */

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestProject, testProject } from "../../../support/project.ts";
import { runCommand } from "../../../support/run-command.ts";
import type { TinyDatasetOptions } from "../../../support/tiny-dataset.ts";
import { type Fault, type StandIn, startStandIn } from "../../../support/wandb-server/server.ts";

interface Scene {
  readonly server: StandIn;
  readonly project: TestProject;
  readonly env: Record<string, string>;
}

/**
 * Ends its process in the middle of epoch 2, as a power cut would, once the first epoch's checkpoint is on
 * disk.
 */
const KILLER = `
import { existsSync } from "node:fs";
export default {
  name: "killer",
  setup: (run) => ({
    async onGradStep({ epoch, sheetsDone }) {
      if (!process.env.KILL || epoch !== 2 || sheetsDone <= 4) return;
      while (!existsSync(run.folder + "/checkpoints/last.pt")) await Bun.sleep(5);
      process.kill(process.pid, "SIGKILL");
    },
  }),
};
`;

/** @param options Of the wandb plugin, in YAML's flow style. */
async function scene(options: string, more: TinyDatasetOptions & { epochs?: number } = {}): Promise<Scene> {
  const server = await startStandIn();
  const wandb = `{ mode: online, base_url: "${server.url}", watch: { log_freq: 2 }, ${options} }`;
  const plugins = `{ checkpoint: { save_every_n_epochs: 1 }, system_metrics: true, architecture: true, wandb: ${wandb}, ./killer.ts: true }`;
  const project = testProject({ plugins, ...more });
  project.write("killer.ts", KILLER);
  return { server, project, env: { WANDB_API_KEY: server.apiKey } };
}

async function end({ server, project }: Scene): Promise<void> {
  project.remove();
  await server.stop();
}

const sync = ({ project, env }: Scene, args: string[]) =>
  runCommand("plugins/wandb/sync.ts", args, { cwd: project.folder, env });

/** Every gradient step has one row, in order. */
function steps({ server }: Scene): unknown[] {
  return server.store.run.history.map((row) => row.global_step);
}

const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

describe("train with W&B online", () => {
  test.concurrent("logs all that the documentation names, and nothing of the workbooks in any request", async () => {
    const marker = "Zq7Marker";
    const stage = await scene("log_predictions: 2, log_checkpoints: best", { marker });
    const { server, project, env } = stage;
    const result = await project.train(["config.yaml"], env);
    expect([result.code, result.stderr]).toEqual([0, ""]);
    const { run, artifacts, violations } = server.store;
    expect(violations).toEqual([]);
    expect(steps(stage)).toEqual(upTo(run.history.length));
    const last = run.history.at(-1)!;
    for (const name of [
      "train/loss",
      "val/f1",
      "train/max_grad_norm",
      "system/epoch_time_seconds",
      "epoch",
    ]) {
      expect(last).toHaveProperty([name]);
    }
    expect(run.history.some((row) => Object.keys(row).some((name) => name.startsWith("gradients/")))).toBe(
      true,
    );
    expect(run.config).toHaveProperty(["data/train_size"]);
    expect(run.config).toHaveProperty(["training", "value", "lr"]);
    expect(run.summary).toHaveProperty(["best_f1"]);
    expect(run.events.length).toBeGreaterThan(0);
    expect([...run.files.keys()].filter((name) => name.startsWith("media/images/")).length).toBeGreaterThan(
      0,
    );
    expect(artifacts.map(({ type }) => type).sort()).toContain("model_architecture");
    expect(artifacts.filter(({ state }) => state !== "COMMITTED")).toEqual([]);
    expect(run.exitCodes).toEqual([0]);

    const [folder] = project.runFolders() as [string];
    const file = readFileSync(join(project.folder, "data/tiny/annotations/annotations.jsonl"), "utf8");
    expect(file).toContain(marker); // or the search below would prove nothing
    expect(server.store.search(marker)).toEqual([]);
    const consoleLine = readFileSync(join(folder, "output.log"), "utf8").split("\n")[0]!;
    expect(server.store.search(consoleLine)).toEqual([]);
    expect(server.store.search(server.apiKey)).toEqual([]);
    expect(result.stdout).not.toContain(server.apiKey);
    expect(server.store.search("best_f1").length).toBeGreaterThan(0);
    await end(stage);
  }, 180_000);

  test.concurrent("loses and doubles nothing on a server that fails in every way, and ends with exit code 0", async () => {
    const stage = await scene("");
    const { server, project, env } = stage;
    const faults: Record<string, Fault> = {
      UpsertBucket: { kind: "lost" },
      file_stream: { kind: "half" },
      PUT: { kind: "status", status: 429, retryAfter: "1" },
      CommitArtifact: { kind: "reset" },
      CreateRunFiles: { kind: "status", status: 500 },
    };
    server.fault((operation, nth) => (nth === 1 ? faults[operation] : null));
    const result = await project.train(["config.yaml"], env);
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/W&B: http:\S+ .*; trying again, nothing is lost/);
    expect(server.store.violations).toEqual([]);
    expect(steps(stage)).toEqual(upTo(server.store.run.history.length));
    expect(server.store.run.exitCodes).toEqual([0]);
    await end(stage);
  }, 180_000);

  test.concurrent("ends with exit code 0 when the server is down, and bun run sync uploads the run afterwards, once", async () => {
    const stage = await scene("");
    const { server, project, env } = stage;
    await server.down();
    const result = await project.train(["config.yaml"], env);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain("connection refused");
    const [folder] = project.runFolders() as [string];
    expect(result.stdout).toContain(`upload it later with: bun run sync "${folder}"`);
    await server.up();
    const first = await sync(stage, [folder]);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(steps(stage)).toEqual(upTo(server.store.run.history.length));
    expect(server.store.run.exitCodes).toEqual([0]);
    const before = server.store.requests.length;
    expect((await sync(stage, [folder])).stdout).toContain("already uploaded");
    expect(server.store.requests).toHaveLength(before);
    await end(stage);
  }, 180_000);

  test.concurrent("a killed run is uploaded as failed, and what is resumed goes on in the same run", async () => {
    const stage = await scene("", { epochs: 5 });
    const { server, project, env } = stage;
    await server.down(); // all that gets there comes from the logs
    const killed = await project.train(["config.yaml"], { ...env, KILL: "yes" });
    expect(killed.code).toBe(137);
    const [folder] = project.runFolders() as [string];
    await server.up();
    expect((await sync(stage, [folder])).code).toBe(0);
    expect(server.store.run.exitCodes).toEqual([1]);
    const killedAt = server.store.run.history.length;
    expect(killedAt).toBeGreaterThan(0);

    const resumed = await project.train(["--resume", folder], env);
    expect([resumed.code, resumed.stderr]).toEqual([0, ""]);
    expect(server.store.runs.size).toBe(1);
    expect(steps(stage)).toEqual(upTo(server.store.run.history.length));
    expect(server.store.run.history.length).toBeGreaterThan(killedAt);
    expect(server.store.run.exitCodes).toEqual([1, 0]);
    expect(server.store.violations).toEqual([]);
    await end(stage);
  }, 180_000);

  test.concurrent("goes through @wandb/sdk where that is asked for, with the same result", async () => {
    const marker = "Zq7Marker";
    const stage = await scene("transport: sdk", { marker });
    const { server, project, env } = stage;
    const result = await project.train(["config.yaml"], env);
    expect([result.code, result.stderr]).toEqual([0, ""]);
    expect(steps(stage)).toEqual(upTo(server.store.run.history.length));
    expect(server.store.run.exitCodes.at(-1)).toBe(0);
    expect(server.store.requests.some(({ headers }) => headers["user-agent"]?.includes("JS Client"))).toBe(
      true,
    );
    expect(server.store.search(marker)).toEqual([]);
    await end(stage);
  }, 180_000);
});
