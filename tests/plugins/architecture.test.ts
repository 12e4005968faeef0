/** Tests the file that the architecture plugin writes. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { artifactName } from "../../core/plugin.ts";
import architecture from "../../plugins/architecture/plugin.ts";
import { fakeRun } from "../support/fake-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("architecture writes model_arch.txt and gives it to the run as an artifact", async () => {
  using folder = temporaryFolder("architecture");
  const run = fakeRun({ folder: folder.path, name: "my run (3)" });
  const hooks = await architecture.setup(run, {});
  await hooks.onRunStart?.({
    step: 0,
    epoch: 0,
    architecture: "TableDetector\n  backbone",
    totalParameters: 3_200_000,
    trainableParameters: 3_100_000,
  } as never);
  const path = folder.join("model_arch.txt");
  expect(readFileSync(path, "utf8")).toBe(
    "my run (3)\n\nTableDetector\n  backbone\n\nparameters  3,200,000\ntrainable   3,100,000\n",
  );
  expect(run.artifacts).toEqual([
    {
      name: "my_run_3__architecture",
      type: "model_architecture",
      files: [path],
      aliases: ["latest"],
    } as never,
  ]);
});

test("artifactName() replaces what W&B refuses", () => {
  expect(artifactName("näme/with: odd")).toBe("n_me_with_odd");
  expect(artifactName("x".repeat(200))).toHaveLength(128);
});
