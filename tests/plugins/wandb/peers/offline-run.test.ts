/** Tests that W&B's own client uploads an offline run. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { svgToPng } from "../../../../core/base/svg-png.ts";
import { checkFakeRuns, FakeRun } from "../../../support/wandb-fake-run.ts";
import { WANDB_CLI, wandb } from "../../../support/wandb-python-client.ts";
import { logFolders, logPath, rowsOf } from "../../../support/wandb-read-log.ts";
import { startStandIn } from "../../../support/wandb-server/server.ts";

checkFakeRuns();

test.skipIf(WANDB_CLI === null)(
  "wandb sync uploads everything that an offline run of the plugin has logged",
  async () => {
    const run = await new FakeRun({
      options: { watch: { log_freq: 2 }, log_console: true },
      experiment: { tags: ["a"], notes: "why" },
    }).setUp();
    await run.start();
    run.print("hello");
    const arch = join(run.folder, "model_arch.txt");
    writeFileSync(arch, "the architecture");
    const artifact = {
      name: "x_architecture",
      type: "model_architecture",
      files: [arch],
      aliases: ["latest"],
    };
    await run.fire("onArtifact", { step: 0, epoch: 0, ...artifact });
    await run.epoch(1, new Map([["layers.0.weight", Float32Array.of(1, 2, 3)]]));
    const png = await svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
    const image = { name: "plots/one", png, caption: "c" };
    await run.step(4, 2, { "mine.value": Number.NaN }, new Map(), [image]);
    await run.end({ step: 4 });

    const server = await startStandIn();
    try {
      const [folder] = logFolders(run.folder);
      const printed = await wandb(["sync", folder!], server.url, server.apiKey);
      expect(printed).not.toMatch(/error/i);
      expect(existsSync(`${logPath(folder!)}.synced`)).toBe(true); // its exit status says nothing
      const { run: stored, artifacts, violations } = server.store;
      expect(violations).toEqual([]);
      expect(stored.history).toEqual(rowsOf(run.folder));
      expect(stored.fields).toMatchObject({
        displayName: expect.stringMatching(/^table_detector-[a-z0-9]+$/),
        notes: "why",
        tags: ["a"],
      });
      expect(stored.config).toMatchObject({
        training: { value: { max_grad_norm: 0.1 } },
        "data/train_size": { value: 40 },
      });
      expect(stored.summary).toMatchObject({ _step: 4, best_f1: 0.2, "mine.value": "NaN", "val/f1": 0.1 });
      expect(stored.text("output.log")).toContain("hello");
      const { path } = stored.history[3]!["plots/one"] as { path: string };
      expect(stored.files.get(path)).toEqual(new Uint8Array(png));
      expect(stored.events.length).toBeGreaterThan(0);
      expect(stored.exitCodes).toEqual([0]);
      expect(artifacts.map(({ name, type, state }) => [name, type, state])).toEqual([
        ["x_architecture", "model_architecture", "COMMITTED"],
      ]);
      expect(readFileSync(arch, "utf8")).toBe("the architecture"); // some clients delete what they uploaded
    } finally {
      await server.stop();
    }
  },
  180_000,
);
