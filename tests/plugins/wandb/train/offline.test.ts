/** Whole trainings that must not speak to a server: offline, disabled, and with the plugin off. */

import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type TestProject, testProject } from "../../../support/project.ts";
import { startStandIn } from "../../../support/wandb-server/server.ts";

const MARKER = "Zq7Marker";
/** What is loaded at the end of the run, of W&B's SDK and of this project's plugin. */
const WITNESS = `
import { writeFileSync } from "node:fs";
export default {
  name: "witness",
  order: "post",
  setup: () => ({
    onRunEnd: () => writeFileSync("modules.json", JSON.stringify(Object.keys(require.cache))),
  }),
};
`;
const server = await startStandIn();
const projects: TestProject[] = [];
afterAll(async () => {
  for (const project of projects) project.remove();
  await server.stop();
});

/** Trains with a key and a server at hand, so that whatever would be sent arrives. */
async function train(wandb: string) {
  const plugins = `{ checkpoint: true, system_metrics: true, architecture: true, wandb: ${wandb}, ./witness.ts: true }`;
  const project = testProject({ plugins, marker: MARKER, epochs: 2 });
  projects.push(project);
  project.write("witness.ts", WITNESS);
  const env = { WANDB_API_KEY: server.apiKey, WANDB_BASE_URL: server.url };
  const result = await project.train(["config.yaml"], env);
  expect([result.code, result.stderr]).toEqual([0, ""]);
  const [folder] = project.runFolders() as [string];
  const modules = JSON.parse(readFileSync(join(project.folder, "modules.json"), "utf8")) as string[];
  expect(modules.some((path) => path.endsWith("core/training/train-run.ts"))).toBe(true);
  return { folder, modules };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

test("an offline run sends nothing and keeps nothing of the workbooks or the console below wandb/", async () => {
  const { folder } = await train(
    "{ mode: offline, log_predictions: 3, log_checkpoints: all, watch: { log_freq: 1 } }",
  );
  expect(server.store.requests).toEqual([]);
  const files = filesBelow(join(folder, "wandb"));
  expect(files.some((path) => path.endsWith(".wandb"))).toBe(true);
  expect(files.some((path) => path.endsWith(".png"))).toBe(true);
  expect(files.some((path) => path.endsWith(".pt"))).toBe(true);
  const consoleLine = readFileSync(join(folder, "output.log"), "utf8").split("\n")[0]!;
  for (const path of files) {
    const bytes = readFileSync(path);
    for (const word of [MARKER, consoleLine, server.apiKey]) {
      expect({ path, word, found: bytes.includes(word) }).toEqual({ path, word, found: false });
      expect(path).not.toContain(word);
    }
  }
  expect(readFileSync(join(folder, "output.log"), "utf8")).not.toContain(server.apiKey);
});

test("mode: disabled writes no log and sends nothing", async () => {
  const { folder } = await train("{ mode: disabled }");
  expect(server.store.requests).toEqual([]);
  expect(existsSync(join(folder, "wandb"))).toBe(false);
});

test("wandb: false writes no file, sends nothing and imports neither the plugin nor the SDK", async () => {
  const { folder, modules } = await train("false");
  expect(server.store.requests).toEqual([]);
  expect(existsSync(join(folder, "wandb"))).toBe(false);
  expect(modules.filter((path) => /plugins\/wandb|@wandb/.test(path))).toEqual([]);
});
