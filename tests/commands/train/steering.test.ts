/**
 * Tests plugins that steer: a stop that two ask for, a skipped step, a changed learning rate. The bits
 * are the same with any number of workers, and after a kill.
 */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { testProject } from "../../support/project.ts";
import { STOPPER } from "../../support/stopper.ts";
import { finalWeights } from "../../support/weights.ts";

/** Asks in step 4 for the end of the run, at the point that its option names. */
const ASKER = (name: string) => `
export default {
  name: "${name}",
  setup: (run, { after }) => ({
    onGradStep: ({ step }) => step === 4 && run.requestStop("${name} has seen step 4", { after }),
  }),
};
`;
/** Skips step 2, and makes the learning rate depend on the losses of all steps so far. */
const STEERER = `
export default {
  name: "steerer",
  setup(run) {
    let mean = run.state?.mean ?? 1;
    return {
      onBeforeUpdate({ step, loss, lr }) {
        mean = 0.5 * mean + 0.5 * loss;
        return { skip: step === 2, ...(step > 3 ? { lr: lr / mean } : {}) };
      },
      saveState: () => ({ mean }),
    };
  },
};
`;
const REASONS = "one: one has seen step 4; two: two has seen step 4";
const asking = (after: string) => [`--plugins../one.ts.after=${after}`, `--plugins../two.ts.after=${after}`];

const plugins =
  "{ checkpoint: { save_every_n_steps: 1 }, progress: true, ./one.ts: true, ./two.ts: true, ./steerer.ts: true, ./stopper.ts: true }";
const project = testProject({ epochs: 3, workbooks: 20, plugins });
const rowsOf = (name: string) => readFileSync(join(project.folder, name), "utf8");

beforeAll(() => {
  project.write("one.ts", ASKER("one"));
  project.write("two.ts", ASKER("two"));
  project.write("steerer.ts", STEERER);
  project.write("stopper.ts", STOPPER);
});
afterAll(() => project.remove());

for (const after of ["epoch", "step"]) {
  test(`steps skipped and changed, a stop after the ${after}: the same with 2 workers and after kill -9`, async () => {
    const args = ["config.yaml", ...asking(after)];
    const whole = await project.train(args, { ROWS: `${after}.jsonl` });
    expect(whole).toMatchObject({ code: 0, stderr: "" });
    expect(whole.stdout).toContain(`stop after this ${after}, requested by one: one has seen step 4`);
    expect(whole.stdout).toContain(`stopped early: ${REASONS}`);
    expect(whole.stdout).toContain("to go on: bun run train --resume");
    const folder = project.runFolders().at(-1)!;
    const rows = rowsOf(`${after}.jsonl`);
    const [, second, , fourth] = rows.split("\n", 4).map((row) => JSON.parse(row));
    expect([second["control/skipped"], Object.keys(second)]).toEqual([
      1,
      expect.not.arrayContaining(["control/lr"]),
    ]);
    expect(fourth["control/lr"]).toBeGreaterThan(0);
    const log = readFileSync(join(folder, "output.log"), "utf8").split("\n");
    expect(log).toContain("step 2: steerer skips the update");
    expect(
      log.filter((line) => /^step 4: steerer sets lr to [\d.e-]+, instead of 0\.\d+$/.test(line)),
    ).toHaveLength(1);
    expect(whole.stdout).not.toContain("step 2: steerer");

    const two = await project.train([...args, "--training.workers=2"], { ROWS: `${after}-2.jsonl` });
    expect(two.code).toBe(0);
    const folderOfTwo = project.runFolders().at(-1)!;
    expect([rowsOf(`${after}-2.jsonl`), finalWeights(folderOfTwo)]).toEqual([rows, finalWeights(folder)]);

    const env = {
      ROWS: `${after}-killed.jsonl`,
      STOP_AT: after === "epoch" ? "6" : "3",
      STOP_SIGNAL: "SIGKILL",
    };
    expect((await project.train(args, env)).code).not.toBe(0);
    const killed = project.runFolders().at(-1)!;
    const resumed = await project.train(["--resume", killed], { ROWS: `${after}-resumed.jsonl` });
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain(`stopped early: ${REASONS}`);
    expect(rows.endsWith(rowsOf(`${after}-resumed.jsonl`))).toBe(true);
    expect(finalWeights(killed)).toBe(finalWeights(folder));

    // The end of the run has obeyed the requests: whoever resumes it wants to train on.
    const on = await project.train(["--resume", folder], { ROWS: `${after}-on.jsonl` });
    expect(on.stdout).toContain("\nfinished after ");
    for (const made of [folder, folderOfTwo, killed]) rmSync(made, { recursive: true });
  }, 120_000);
}
