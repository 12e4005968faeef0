/** Tests that a training whose grids do not fit into data.memory_limit equals one whose grids do. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testProject } from "../../support/project.ts";
import { finalWeights } from "../../support/weights.ts";

const PLUGINS = "{ checkpoint: { save_every_n_epochs: 1 }, ./looker.ts: true }";
/** Looks at sheets through the hooks that give them, long after they were loaded. */
const LOOKER = `
import { writeFileSync } from "node:fs";
export default {
  name: "looker",
  setup() {
    let sheets = [];
    return {
      onSheetsLoaded({ train, validation }) { sheets = [...train, ...validation]; },
      async onRunEnd() {
        const looks = [];
        for (const { fileName, height, width, fills, marks } of sheets) {
          looks.push([fileName, height, width, [...(await fills())].length, [...(await marks())]]);
        }
        writeFileSync(process.env.LOOKS, JSON.stringify(looks));
      },
    };
  },
};
`;
const project = testProject({ epochs: 2, workbooks: 10, plugins: PLUGINS });
const looksFile = (name: string) => join(project.folder, `${name}.json`);

beforeAll(() => {
  writeFileSync(join(project.folder, "looker.ts"), LOOKER);
});
afterAll(() => project.remove());

test.each([
  ["the sheets as they are", []],
  ["changed sheets with neighbours, on two workers", ["--data.augment=true", "--training.workers=2"]],
  ["shortened sheets", ["--data.condense=true", "--data.max_rows=4096"]],
])(
  "a training with all grids on disk has the bits of one with all grids in memory: %s",
  async (name, options) => {
    const results = [];
    for (const limit of [2048, 0]) {
      const looks = looksFile(`${name.length}-${limit}`);
      const args = ["config.yaml", ...options, `--data.memory_limit=${limit}`];
      const { code, stderr } = await project.train(args, { LOOKS: looks });
      expect([code, stderr]).toEqual([0, ""]);
      const weights = finalWeights(project.runFolders().at(-1)!);
      results.push({ weights, looks: readFileSync(looks, "utf8") });
    }
    expect(JSON.parse(results[0]!.looks).length).toBe(10);
    expect(results[1]).toEqual(results[0]!);
  },
  120_000,
);

test("a limit below 0 is refused with exit code 2", async () => {
  const { code, stderr } = await project.train(["config.yaml", "--data.memory_limit=-1"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("data.memory_limit")]);
}, 60_000);
