/** The training of examples/slurm under a real Slurm: it is warned before its time limit and starts again. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { testProject } from "../support/project.ts";
import { skipped } from "../support/skipped.ts";
import { Slurm, whyNoSlurm } from "../support/slurm.ts";
import { finalWeights } from "../support/weights.ts";

const reason =
  whyNoSlurm() ?? (Bun.which("mpirun.mpich") === null ? "no MPICH: apt-get install mpich" : null);
if (reason !== null) skipped("a training under Slurm", reason);

/** Says that a step is reached, and holds the run in it until the test goes on. */
const PLUGIN = `
import { existsSync, writeFileSync } from "node:fs";
export default {
  name: "hold",
  setup: () => ({
    async onGradStep() {
      const { REACHED, GO } = process.env;
      if (REACHED) writeFileSync(REACHED, "");
      while (GO && !existsSync(GO)) await Bun.sleep(5);
    },
  }),
};`;

test.skipIf(reason !== null)(
  "two ranks that are warned save, start again, and end with the weights of one process",
  async () => {
    const project = testProject({
      epochs: 2,
      workbooks: 8,
      plugins: "{ checkpoint: true, ./hold.ts: true }",
    });
    try {
      project.write("hold.ts", PLUGIN);
      // The job runs in the folder of the example, so that paths cannot be relative.
      const text = readFileSync(project.config, "utf8");
      const absolute = (path: string) => join(project.folder, path);
      project.write(
        "config.yaml",
        text.replace("./hold.ts", absolute("hold.ts")).replace("root: data", `root: ${absolute("data")}`),
      );
      expect((await project.train(["config.yaml"])).code).toBe(0);
      const expected = finalWeights(project.runFolders()[0]!);
      const [runs, reached, go, log] = ["slurm-runs", "reached", "go", "training.log"].map((name) =>
        join(project.folder, name),
      ) as [string, string, string, string];
      await using slurm = await Slurm.start({ cpus: 2 });
      const job = await slurm.submit(
        [
          "--ntasks=2",
          "--cpus-per-task=1",
          `--output=${log}`,
          `--export=ALL,REACHED=${reached},GO=${go},NO_COLOR=1,WANDB_MODE=,WANDB_API_KEY=`,
          join(PROJECT_ROOT, "examples/slurm/train.sbatch"),
          project.config,
          runs,
        ],
        { cwd: PROJECT_ROOT },
      );
      const logged = () => (existsSync(log) ? readFileSync(log, "utf8") : "");
      await slurm.until(() => existsSync(reached), job);
      await slurm.run(["scancel", "--batch", "--signal=USR1", job]);
      await slurm.until(() => logged().includes("stopping after the step"), job);
      project.write("go", "");
      const isRequeued = async () =>
        /\bRestarts=[1-9]/.test((await slurm.run(["scontrol", "show", "job", job])).output);
      await slurm.until(isRequeued, job);
      await slurm.startRequeued(job);
      await slurm.until(() => logged().split("ranks: 2, over ").length === 3, job);
      expect(await slurm.ended(job)).toEqual([{ id: job, state: "COMPLETED" }]);
      const folders = [...new Bun.Glob("*/checkpoints/last.pt").scanSync(runs)];
      expect(folders).toHaveLength(1);
      expect(finalWeights(join(runs, folders[0]!, "../.."))).toBe(expected);
      expect(readFileSync(log, "utf8")).toMatch(/ranks: 2, over [\s\S]*ranks: 2, over /);
    } finally {
      project.remove();
    }
  },
  600_000,
);
