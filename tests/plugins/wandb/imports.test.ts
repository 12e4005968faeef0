/** Tests which modules the plugin loads, and in which direction its folders import. */

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectFiles, readImports } from "../../support/source-imports.ts";
import { sharedFolder } from "../../support/temporary-folder.ts";
import { API_KEY } from "../../support/wandb-server/server.ts";

const ROOT = join(import.meta.dir, "../../..");

/** Runs a program in a folder of its own and returns which of W&B's modules it has loaded. */
async function loadedModules(program: string): Promise<{ modules: string[]; folder: string }> {
  const folder = sharedFolder("wandb-imports").path;
  const report = `
    const loaded = Object.keys(require.cache).map((path) => path.replace(${JSON.stringify(`${ROOT}/`)}, ""));
    console.log(JSON.stringify(loaded.filter((path) => /wandb|@bufbuild|resvg/.test(path))));
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

/**
 * The folders of plugins/wandb from the bottom up; those of one floor do not know each other. `""`: its
 * root.
 */
const FLOORS = [["access", "log", "media"], ["system"], ["upload"], ["sdk"], ["run"], [""]];

test("the folders of the plugin import in one direction: from a floor to lower ones alone", () => {
  const home = "plugins/wandb/";
  const folderOf = (path: string) => path.slice(home.length).split("/").slice(0, -1).join("/");
  const floorOf = (path: string) => FLOORS.findIndex((folders) => folders.includes(folderOf(path)));
  const imports = [...readImports(projectFiles())].filter(([path]) => path.startsWith(home));
  expect(new Set(imports.map(([path]) => folderOf(path)))).toEqual(new Set(FLOORS.flat()));
  const wrong = imports.flatMap(([from, targets]) =>
    targets
      .filter((to) => to.startsWith(home) && folderOf(to) !== folderOf(from) && floorOf(to) >= floorOf(from))
      .map((to) => `${from} → ${to}`),
  );
  expect(wrong).toEqual([]);
});
