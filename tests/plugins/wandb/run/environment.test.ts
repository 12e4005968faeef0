/** Tests W&B's environment variables. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { loadConfig } from "../../../../core/hooks/load-config.ts";
import type { WandbOptions } from "../../../../plugins/wandb/run/settings.ts";

const MINIMAL = join(import.meta.dir, "../../../../configs/minimal.yaml");

async function wandbOptions(args: string[], env: Record<string, string>) {
  const { config, plugins } = await loadConfig(MINIMAL, args, env);
  const plugin = plugins.find(({ key }) => key === "wandb");
  return { options: plugin?.options as WandbOptions | undefined, config };
}

test("W&B's variables set the options and the experiment's keys that they are for", async () => {
  const { options, config } = await wandbOptions([], {
    WANDB_MODE: "dryrun",
    WANDB_PROJECT: "proj",
    WANDB_ENTITY: "team",
    WANDB_NAME: "shown",
    WANDB_NOTES: "why",
    WANDB_TAGS: "a, b",
    WANDB_RUN_GROUP: "g",
    WANDB_JOB_TYPE: "train",
    WANDB_BASE_URL: "http://127.0.0.1:1",
    WANDB_SILENT: "true",
  });
  expect(options).toMatchObject({
    mode: "offline",
    entity: "team",
    name: "shown",
    group: "g",
    job_type: "train",
    base_url: "http://127.0.0.1:1",
    silent: true,
  });
  expect(config.experiment).toMatchObject({ project_name: "proj", notes: "why", tags: ["a", "b"] });
  // WANDB_NAME is for display alone
  expect(config.experiment.name).toBe("deformable_detr_table_detector_minimal");
});

test("the command line beats the variables, and false beats both", async () => {
  const env = { WANDB_MODE: "online" };
  expect((await wandbOptions(["--plugins.wandb.mode=offline"], env)).options?.mode).toBe("offline");
  expect((await wandbOptions(["--plugins.wandb=false"], env)).options).toBeUndefined();
});

test("no option takes an API key, and none ends up in the configuration", async () => {
  const key = "k".repeat(40);
  const { config } = await wandbOptions([], { WANDB_API_KEY: key });
  expect(JSON.stringify(config)).not.toContain(key);
  await expect(loadConfig(MINIMAL, ["--plugins.wandb.api_key=x"], {})).rejects.toThrow("api_key");
});
