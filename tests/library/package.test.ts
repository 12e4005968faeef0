/** Tests the packed package from a folder that has nothing else: its examples, its types, its command. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { matchesOutput } from "../support/page-commands.ts";
import { testProject } from "../support/project.ts";
import { skipped } from "../support/skipped.ts";
import { linkBunTypes, type PackedConsumer, packedConsumer } from "./packed-consumer.ts";

const LIMIT = 240_000;
const PAGE = readFileSync(join(PROJECT_ROOT, "docs/library.md"), "utf8");
/** What stands below a block is what it prints. */
const EXAMPLES = [...PAGE.matchAll(/^```ts\n([\s\S]*?)^```\n\n```\n([\s\S]*?)^```$/gm)].map(
  ([, code, output]) => ({ code: code!, output: output!.trimEnd().split("\n") }),
);
const TABLES =
  /^budget\.xlsx\n {2}Budget\n {4}B4:G11 +[01]\.\d\d\n {4}B15:E20 +[01]\.\d\d\n {2}Staff\n {4}A1:D7 +[01]\.\d\d\n$/;

let consumer: PackedConsumer | null = null;
beforeAll(async () => {
  consumer = await packedConsumer("the packed package");
}, LIMIT);
afterAll(() => consumer?.[Symbol.dispose]());

test("the page has an example for every function, each with what it prints", () => {
  expect(EXAMPLES.length).toBe(PAGE.match(/^```ts$/gm)!.length);
  for (const name of ["find", "extract", "page", "readWorkbook", "WorkbookError"]) {
    expect(EXAMPLES.some(({ code }) => code.includes(name))).toBe(true);
  }
});

for (const [index, { code, output }] of EXAMPLES.entries()) {
  test(
    `example ${index + 1} of docs/library.md prints what the page shows`,
    async () => {
      if (consumer === null) return;
      consumer.write(`example-${index}.ts`, code);
      const { code: exit, stdout, stderr } = await consumer.run([process.execPath, `example-${index}.ts`]);
      expect([exit, stderr]).toEqual([0, ""]);
      expect([stdout, matchesOutput(output, stdout)]).toEqual([stdout, true]);
    },
    LIMIT,
  );
}

test(
  "a strict project finds the types of all examples right, and those of a wrong call wrong",
  async () => {
    if (consumer === null) return;
    linkBunTypes(consumer);
    const options = { target: "ESNext", module: "Preserve", moduleResolution: "bundler", lib: ["ESNext"] };
    const strict = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      exactOptionalPropertyTypes: true,
      noUnusedLocals: true,
      verbatimModuleSyntax: true,
    };
    const compilerOptions = { ...options, ...strict, types: ["bun-types"], moduleDetection: "force" };
    for (const [index, { code }] of EXAMPLES.entries()) consumer.write(`types/example-${index}.ts`, code);
    consumer.write("types/tsconfig.json", JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const tsc = [process.execPath, join(PROJECT_ROOT, "node_modules/typescript/bin/tsc"), "-p", "types"];
    const right = await consumer.run(tsc);
    expect(right.stdout.split("\n").filter((line) => !line.includes("bun-types"))).toEqual([""]);
    consumer.write(
      "types/wrong.ts",
      'import { openDetector } from "tablesense2";\nconst detector = await openDetector({ mode: "best" });\n' +
        'const found: string = await detector.find(4);\nconsole.log(found);\nimport "tablesense2/core/base/problem.ts";\n',
    );
    const wrong = await consumer.run(tsc);
    const lines = [...wrong.stdout.matchAll(/^types\/wrong\.ts\((\d+),\d+\): error/gm)].map(([, line]) =>
      Number(line),
    );
    expect([...new Set(lines)]).toEqual([2, 3, 5]);
  },
  LIMIT,
);

test("without optional and development packages an installation has less than 100 MB", () => {
  if (consumer === null) return;
  expect(consumer.installedBytes).toBeGreaterThan(50e6);
  expect(consumer.installedBytes).toBeLessThan(100e6);
});

test("the package has what commands read, and nothing that only a clone needs", () => {
  if (consumer === null) return;
  const own = join(consumer.folder, "node_modules", "tablesense2");
  for (const name of [
    "configs/small.yaml",
    "plugins/wandb/sync.ts",
    "core/pretrained/table-detector.safetensors",
    "LICENSE",
  ]) {
    expect([name, existsSync(join(own, name))]).toEqual([name, true]);
  }
  for (const name of ["tests", "bench", "runs", ".ci", "bun.lock", "node_modules"]) {
    expect([name, existsSync(join(own, name))]).toEqual([name, false]);
  }
});

test(
  "bunx tablesense2 predict finds the tables, and messages name the command as it was given",
  async () => {
    if (consumer === null) return;
    const found = await consumer.run([process.execPath, "x", "tablesense2", "predict", "budget.xlsx"]);
    expect([found.code, found.stdout]).toEqual([0, expect.stringMatching(TABLES)]);
    const help = await consumer.run([process.execPath, "x", "tablesense2", "help"]);
    expect([help.code, help.stdout.match(/^ {2}[a-z]+ /gm)?.map((name) => name.trim())]).toEqual([
      0,
      expect.arrayContaining(["predict", "serve", "mcp", "train"]),
    ]);
    expect(help.stdout).not.toContain("verify");
    const wrong = await consumer.run([process.execPath, "x", "tablesense2", "predict"]);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("fix       bunx tablesense2 predict budget.xlsx"),
    ]);
  },
  LIMIT,
);

test(
  "bunx tablesense2 train makes its run in the current folder, where other commands find it",
  async () => {
    if (consumer === null) return;
    const tiny = testProject({ epochs: 1 });
    cpSync(join(tiny.folder, "data"), join(consumer.folder, "data"), { recursive: true });
    cpSync(tiny.config, join(consumer.folder, "config.yaml"));
    tiny.remove();
    const own = join(consumer.folder, "node_modules", "tablesense2");
    const before = readdirSync(own).sort();
    const trained = await consumer.run([process.execPath, "x", "tablesense2", "train", "config.yaml"]);
    expect([trained.code, trained.stderr]).toEqual([0, ""]);
    const inspected = await consumer.run([
      process.execPath,
      "x",
      "tablesense2",
      "checkpoint",
      "inspect",
      "latest",
    ]);
    expect([inspected.code, inspected.stderr]).toEqual([0, ""]);
    expect(readdirSync(join(consumer.folder, "runs"))).toEqual([expect.stringMatching(/^tiny /)]);
    expect(readdirSync(own).sort()).toEqual(before);
  },
  LIMIT,
);

test(
  "npx runs the packed file on a machine that has npm and no Bun",
  async () => {
    if (consumer === null) return;
    const npm = Bun.which("npm");
    if (npm === null) return skipped("npx with the packed package", "npm is not installed");
    // A path without Bun: npx brings the package, and the package lets npx bring Bun.
    const bin = consumer.outside("bin");
    for (const name of ["node", "npm", "npx", "sh", "env"]) symlinkSync(Bun.which(name)!, join(bin, name));
    // A cache of its own for what is unpacked, with the downloads of the user's.
    const cache = consumer.outside("cache");
    const { stdout: usual } = await consumer.run([npm, "config", "get", "cache"]);
    const downloads = join(usual.trim(), "_cacache");
    if (existsSync(downloads)) symlinkSync(downloads, join(cache, "_cacache"));
    const words = ["--yes", "--omit=optional", "--prefer-offline", `file:${consumer.archive}`];
    const { code, stdout, stderr } = await consumer.run(
      [join(bin, "npx"), ...words, "predict", "budget.xlsx"],
      { env: { PATH: bin, npm_config_cache: cache, npm_config_user_agent: "" } },
    );
    if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT/.test(stderr)) {
      return skipped("npx with the packed package", "no package registry");
    }
    expect([code, stdout]).toEqual([0, expect.stringMatching(TABLES)]);
  },
  LIMIT,
);
