/** The files of a new plugin: its source, a test, and what compiler and package manager need. */

import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { PROJECT_ROOT } from "../../base/project-root.ts";
import { SURFACE_VERSION } from "../../hooks/surface-version.ts";

/** The file of the plugin itself. */
const SOURCE = "plugin.ts";
/** How the test beside it imports it. */
const FROM_TEST = `./${SOURCE}`;

export interface PluginFilesOptions {
  /** Where the files are going to lie, absolute. */
  readonly folder: string;
  readonly isPackage: boolean;
}

/**
 * @param name Of the folder and the package: `gradient-guard`. The plugin is called `gradient_guard`.
 * @returns The text of each file by its name.
 */
export function pluginFiles(name: string, { folder, isPackage }: PluginFilesOptions): Map<string, string> {
  const plugin = name.replaceAll("-", "_");
  return new Map([
    [SOURCE, sourceText(plugin)],
    ["plugin.test.ts", testText(plugin)],
    ["tsconfig.json", compilerText(folder)],
    ...(isPackage
      ? ([
          ["package.json", packageText(name)],
          ["README.md", readmeText(name, plugin)],
          [".gitignore", "node_modules/\n"],
        ] as const)
      : []),
  ]);
}

function sourceText(plugin: string): string {
  return `/** Logs the mean loss of the last steps, and shows it on the progress line. */

import { definePlugin, integer } from "tablesense2/plugin";

export default definePlugin({
  name: "${plugin}",
  surface: ${SURFACE_VERSION},
  options: {
    steps: integer({ default: 20, min: 1, unit: "gradient steps", help: "Take the mean of this many steps" }),
  },
  setup(run, { steps }) {
    const kept = run.state as { readonly losses: readonly number[] } | null;
    let losses = kept?.losses ?? []; // in a resumed run: what saveState returned
    return {
      onGradStep({ loss }) {
        losses = [...losses, loss].slice(-steps);
        const mean = losses.reduce((sum, one) => sum + one, 0) / losses.length;
        run.log({ "${plugin}/mean_loss": mean });
        run.progress({ "mean loss": mean });
      },
      saveState: () => ({ losses }),
    };
  },
});
`;
}

function testText(plugin: string): string {
  return `/** Tests the plugin in a run that is made up, and takes milliseconds. */

import { expect, test } from "bun:test";
import { tryPlugin } from "tablesense2/plugin-testing";
import plugin from "${FROM_TEST}";

const MEAN = "${plugin}/mean_loss";

test("${plugin} logs the mean of the last losses at every step", async () => {
  using trial = await tryPlugin(plugin, { options: { steps: 2 }, loss: (step) => step });
  expect(trial.error).toBeNull();
  expect(trial.rows.slice(0, 4).map((row) => row[MEAN])).toEqual([1, 1.5, 2.5, 3.5]);
  expect(trial.progress).toEqual({ "mean loss": 11.5 });
});

test("${plugin} goes on after a resume as if the run had not been killed", async () => {
  using whole = await tryPlugin(plugin);
  using resumed = await tryPlugin(plugin, { killAfterStep: 5 });
  expect(resumed.rows).toEqual(whole.rows);
});
`;
}

/** The project's own settings, for its sources are checked along with the plugin. */
function compilerText(folder: string): string {
  const project = relative(folder, PROJECT_ROOT).replaceAll("\\", "/");
  return `{
  // This folder of tablesense2 is used for types and tests. Change it where the project lies elsewhere.
  "extends": "${project}/tsconfig.json",
  "compilerOptions": {
    "paths": {
      "tablesense2/*": ["${project}/core/*.ts"]
    },
    "types": ["bun-types"],
    "typeRoots": ["${project}/node_modules"]
  },
  "include": ["*.ts"]
}
`;
}

function packageText(name: string): string {
  const { version, engines, devDependencies } = JSON.parse(
    readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"),
  ) as { version: string; engines: { bun: string }; devDependencies: Record<string, string> };
  const [major, minor] = version.split(".").map(Number) as [number, number];
  const manifest = {
    name,
    version: "0.1.0",
    description: "A plugin for tablesense2.",
    private: true,
    type: "module",
    exports: { ".": "./plugin.ts" },
    files: ["plugin.ts", "README.md"],
    engines: { bun: engines.bun },
    scripts: { test: "bun test", check: "tsc --noEmit" },
    dependencies: {},
    devDependencies: { typescript: devDependencies.typescript },
    peerDependencies: { tablesense2: `>=${version} <${major === 0 ? `0.${minor + 1}` : `${major + 1}`}` },
    peerDependenciesMeta: { tablesense2: { optional: true } },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function readmeText(name: string, plugin: string): string {
  return `# ${name}

A plugin for tablesense2. It logs the mean loss of the last steps as \`${plugin}/mean_loss\`.

Install the package in the folder of your configuration, or in a folder above it; the project's own package.json stays as it is.
Then name it in the configuration:

    plugins:
      ${name}: { steps: 20 }

| option | default | meaning |
|---|---|---|
| \`steps\` | 20 | take the mean of this many gradient steps |

The scripts \`test\` and \`check\` of its package.json run its tests and check its types.
`;
}
