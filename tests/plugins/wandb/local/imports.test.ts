import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API_KEY } from "../../../support/wandb-server/server.ts";

const ROOT = join(import.meta.dir, "../../../..");

/** Runs a program in a folder of its own and returns which of W&B's modules it has loaded. */
async function loadedModules(program: string): Promise<{ modules: string[]; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "wandb-imports-"));
  const report = `
    const loaded = Object.keys(require.cache).filter((path) => /wandb|@bufbuild|resvg/.test(path));
    console.log(JSON.stringify(loaded));
    process.exit(0);`;
  const child = Bun.spawn([process.execPath, "-e", program + report], {
    cwd: folder,
    env: {
      ...process.env,
      WANDB_MODE: "online",
      WANDB_API_KEY: API_KEY,
      WANDB_BASE_URL: "http://127.0.0.1:9",
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  const printed = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  return { modules: JSON.parse(printed.trim().split("\n").at(-1)!), folder };
}

const load = (override: string) => `
  const { loadConfig } = await import(${JSON.stringify(join(ROOT, "core/hooks/load-config.ts"))});
  const { plugins } = await loadConfig(${JSON.stringify(join(ROOT, "configs/minimal.yaml"))}, [${override}]);
  if (plugins.length < 4) throw new Error("the other plugins are missing");`;

test("with plugins.wandb: false none of the plugin's code is loaded, whatever the environment says", async () => {
  const { modules, folder } = await loadedModules(load('"--plugins.wandb=false"'));
  expect(modules).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test("with it on, the plugin is loaded, but no upload, no SDK and no renderer", async () => {
  const { modules } = await loadedModules(load(""));
  expect(modules.some((path) => path.endsWith("plugins/wandb/plugin.ts"))).toBe(true);
  expect(modules.filter((path) => /wandb\/(upload|sdk)\/|@wandb\/sdk|resvg/.test(path))).toEqual([]);
});
