/** The files of examples/ that no other test runs: GNU parallel, mpirun and a manifest of Kubernetes. */

import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { runProgram } from "../../core/base/run-program.ts";
import { shardOption } from "../../core/base/shard.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { runCommand } from "../support/run-command.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const EXAMPLES = join(PROJECT_ROOT, "examples");

const isParallelHere =
  Bun.which("parallel") !== null &&
  (await runProgram(["parallel", "--version"])).output.includes("GNU parallel");
if (!isParallelHere) skipped("examples/gnu-parallel", "no GNU parallel: apt-get install parallel");

test.skipIf(!isParallelHere)("the shards of GNU parallel are merged to what one process writes", async () => {
  using folder = temporaryFolder("parallel");
  for (let number = 0; number < 5; number++) {
    folder.write(`workbooks/${number}.xlsx`, encodeWorkbook({ sheets: [filledSheet("Sheet1", 4, 3)] }));
  }
  const workbooks = folder.join("workbooks");
  const one = folder.join("one.jsonl");
  await runCommand("core/commands/predict.ts", [workbooks, "--output", one]);
  const results = folder.join("results.jsonl");
  const script = join(EXAMPLES, "gnu-parallel/predict.sh");
  const { code, output } = await runProgram([script, workbooks, results, "2", "--jobs", "1"], {
    cwd: PROJECT_ROOT,
  });
  expect(output).toContain("5 workbooks of 2 shards");
  expect(code).toBe(0);
  expect(readFileSync(results, "utf8")).toBe(readFileSync(one, "utf8"));
});

const MPIRUNS = [
  { name: "mpirun.mpich", hosts: "localhost:2\n", env: {} },
  {
    name: "mpirun.openmpi",
    hosts: "localhost slots=2\n",
    env: { OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1" },
  },
];

describe.each(MPIRUNS)("examples/ssh with $name", ({ name, hosts, env }) => {
  const isHere = Bun.which(name) !== null;
  if (!isHere) skipped(`examples/ssh with ${name}`, "it is not installed");

  test.skipIf(!isHere)("two processes are two shards, which are merged", async () => {
    using folder = temporaryFolder("mpirun");
    for (let number = 0; number < 3; number++) {
      folder.write(`workbooks/${number}.xlsx`, encodeWorkbook({ sheets: [filledSheet("Sheet1", 4, 3)] }));
    }
    const script = join(EXAMPLES, "ssh/predict-mpirun.sh");
    const results = folder.join("results.jsonl");
    const args = [folder.write("hosts", hosts), "2", folder.join("workbooks"), results];
    const { code, output } = await runProgram([script, ...args], {
      cwd: PROJECT_ROOT,
      env: { ...env, MPIRUN: name },
    });
    expect(output).toContain("3 workbooks of 2 shards");
    expect(code).toBe(0);
    const names = [...readFileSync(results, "utf8").matchAll(/(\d)\.xlsx/g)].map(([, number]) => number);
    expect(names).toEqual(["0", "1", "2"]);
  });
});

test("the Indexed Job gives every shard to one pod", () => {
  const job = parse(readFileSync(join(EXAMPLES, "kubernetes/predict-job.yaml"), "utf8"));
  expect([job.apiVersion, job.kind, job.spec.completionMode]).toEqual(["batch/v1", "Job", "Indexed"]);
  const [container] = job.spec.template.spec.containers;
  expect(container.args).toContain("auto");
  const given = Object.fromEntries(
    container.env.map(({ name, value }: Record<string, string>) => [name, value]),
  );
  const shards = Array.from({ length: job.spec.completions }, (_, index) =>
    shardOption("auto", { ...given, JOB_COMPLETION_INDEX: String(index) }),
  );
  expect(shards.map((shard) => shard!.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(new Set(shards.map((shard) => shard!.count))).toEqual(new Set([job.spec.completions]));
  const claims = job.spec.template.spec.volumes.map(({ name }: { name: string }) => name);
  expect(container.volumeMounts.map(({ name }: { name: string }) => name)).toEqual(claims);
});

test("examples/README.md has a row for each file", () => {
  const page = readFileSync(join(EXAMPLES, "README.md"), "utf8");
  const files = readdirSync(EXAMPLES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "README.md")
    .map((entry) => join(entry.parentPath, entry.name).slice(EXAMPLES.length + 1));
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => !page.includes(`](${file})`))).toEqual([]);
});
