/** Tests the option that prints how long the calls of plugins take. */

import { afterAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testProject } from "../../support/project.ts";

const project = testProject({ epochs: 1 });
afterAll(() => project.remove());

test("train --trace-hooks prints each call of a hook and the sums, on the console and into output.log", async () => {
  const { code, stdout, stderr } = await project.train(["config.yaml", "--trace-hooks"]);
  expect([code, stderr]).toEqual([0, ""]);
  for (const text of [stdout, readFileSync(join(project.runFolders()[0]!, "output.log"), "utf8")]) {
    expect(text).toMatch(
      /^hook {2}architecture {2}onRunStart {2}step 0 {2}\d+\.\d{3} ms {2}gave the artifact \S+$/m,
    );
    expect(text).toMatch(/^hook {2}system_metrics {2}onGradStep {2}step 1 {2}\d+\.\d{3} ms$/m);
    expect(text).toMatch(/^hook {2}checkpoint {2}onCheckpoint {2}step \d+ {2}\d+\.\d{3} ms$/m);
    const [calls, sums] = text.split("time in plugins:");
    expect(sums).not.toContain("\nhook  ");
    for (const plugin of ["checkpoint", "system_metrics", "architecture", "progress"]) {
      const count = calls!.split(`\nhook  ${plugin}  `).length - 1;
      expect(sums).toMatch(new RegExp(`^${plugin} +${count} +\\d+\\.\\d{3}$`, "m"));
    }
  }
});

test("train without --trace-hooks prints no such lines", async () => {
  const { code, stdout } = await project.train(["config.yaml"]);
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/^hook {2}|time in plugins/m);
});
