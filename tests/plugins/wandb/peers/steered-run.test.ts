/** Tests that W&B's own client reads a run that plugins steer, with every built-in plugin on. */

import { afterAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { testProject } from "../../../support/project.ts";
import { readWithTensorboard, TENSORBOARD_PYTHON } from "../../../support/tensorboard-reader.ts";
import { WANDB_CLI, wandb } from "../../../support/wandb-python-client.ts";
import { logFolders, logPath, rowsOf } from "../../../support/wandb-read-log.ts";
import { startStandIn } from "../../../support/wandb-server/server.ts";

const STEERER = `
export default {
  name: "steerer",
  setup: (run) => ({
    onBeforeUpdate: ({ step, lr }) => ({ skip: step === 2, lr: step === 3 ? lr / 2 : undefined }),
    onEpochEnd({ epoch }) {
      run.progress({ epochs: epoch });
      if (epoch === 2) run.requestStop("two epochs are enough");
    },
  }),
};
`;
const plugins =
  "{ checkpoint: true, system_metrics: true, architecture: true, progress: true, wandb: { mode: offline, watch: { log_freq: 2 } }, " +
  "tensorboard: { histograms: 2 }, plateau: { metric: control/skipped, patience: 1 }, webhook: true, ./steerer.ts: true }";
const project = testProject({ epochs: 3, plugins });
afterAll(() => project.remove());

test.skipIf(WANDB_CLI === null)(
  "wandb sync and wandb leet read a run that plugins steered and stopped; TensorBoard reads the same rows",
  async () => {
    const posts: unknown[] = [];
    const hook = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        posts.push(await request.json());
        return new Response();
      },
    });
    const server = await startStandIn();
    try {
      project.write("steerer.ts", STEERER);
      const env = { TABLESENSE_WEBHOOK_URL: `http://127.0.0.1:${hook.port}/` };
      const trained = await project.train(["config.yaml"], env);
      expect([trained.code, trained.stderr]).toEqual([0, ""]);
      const reason = "steerer: two epochs are enough";
      expect(posts).toMatchObject([{ event: "run_ended", status: "stopped", reason }]);

      const run = project.runFolders()[0]!;
      const [folder] = logFolders(run);
      const printed = await wandb(["sync", folder!], server.url, server.apiKey);
      expect(printed).not.toMatch(/error/i);
      expect(existsSync(`${logPath(folder!)}.synced`)).toBe(true);
      const { run: stored, violations } = server.store;
      const rows = rowsOf(run);
      expect([violations, stored.history, stored.exitCodes]).toEqual([[], rows, [0]]);
      expect(stored.summary).toMatchObject({ stop_reason: reason, "control/skipped": 1 });
      expect([rows[1]!["control/skipped"], rows[1]!.global_step]).toEqual([1, 2]);

      const records = await wandb(["leet", "inspect", logPath(folder!)], server.url, server.apiKey);
      expect(records).toContain("control/skipped");
      expect(records).toContain(reason);

      if (TENSORBOARD_PYTHON === null) return;
      const { scalars } = readWithTensorboard(join(run, "tensorboard"));
      expect(scalars["control/skipped"]).toEqual([[2, 1]]);
      expect(scalars["control/lr"]!.map(([step]) => step)).toEqual([3]);
    } finally {
      await server.stop();
      await hook.stop(true);
    }
  },
  120_000,
);
