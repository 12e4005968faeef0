/** The job array of examples/slurm under a real Slurm, with tasks that are killed and start again. */

import { expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { compoundFile } from "../support/build-encrypted.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { runCommand } from "../support/run-command.ts";
import { skipped } from "../support/skipped.ts";
import { Slurm, whyNoSlurm } from "../support/slurm.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

/** SHARD_WORKBOOKS=10000 for the run that docs/cluster.md reports. */
const WORKBOOKS = Number(process.env.SHARD_WORKBOOKS ?? 60);
const SHARDS = 8;
/** The first two shards get the two large workbooks, at which they are held until they are killed. */
const KILLED = [0, 1];
/** They are killed once so many lines are written; the header is one. */
const LINES_BEFORE = WORKBOOKS < 1000 ? 1 : 100;

const reason = whyNoSlurm();
if (reason !== null) skipped("a job array under Slurm", reason);

test.skipIf(reason !== null)(
  "eight tasks of an array, two of them killed and requeued, write what one process writes",
  async () => {
    using folder = temporaryFolder("array");
    writeWorkbooks(folder);
    const env = heldConversions(folder);
    const mode = ["--mode", "excel"];
    const predict = (...args: string[]) =>
      runCommand("core/commands/predict.ts", args, { cwd: folder.path, env });
    const books = folder.join("workbooks");
    expect((await predict(books, ...mode, "--output", "one.jsonl")).code).toBe(0);
    await using slurm = await Slurm.start({ cpus: SHARDS });
    const log = `--output=${folder.join("task-%a.log")}`;
    const options = ["--cpus-per-task=1", `--export=ALL,PATH=${env.PATH}`, log];
    folder.write(HOLD, "");
    const script = (name: string) => join(PROJECT_ROOT, "examples/slurm", name);
    const results = folder.join("results.jsonl");
    const job = await slurm.submit([...options, script("predict-array.sbatch"), books, results, ...mode], {
      cwd: PROJECT_ROOT,
    });
    const output = (task: number) => folder.join(`results.shard-${task + 1}-of-${SHARDS}.jsonl`);
    for (const task of KILLED) {
      await until(() => linesIn(output(task)) >= LINES_BEFORE);
      await slurm.run(["scancel", "--signal=KILL", "--full", `${job}_${task}`]);
    }
    rmSync(folder.join(HOLD));
    const ended = await slurm.ended(job);
    const unfinished = ended.filter(({ state }) => state !== "COMPLETED").map(({ id }) => id);
    expect(unfinished.sort()).toEqual(KILLED.map((task) => `${job}_${task}`));
    const early = await slurm
      .submit([...options, "--wait", script("predict-merge.sbatch"), results], {
        cwd: PROJECT_ROOT,
      })
      .catch((error: Error) => error.message);
    expect(early).toContain("sbatch");
    for (const id of unfinished) {
      await slurm.run(["scontrol", "requeue", id]);
      // Slurm lets a requeued task wait two minutes.
      await slurm.run(["scontrol", "update", `JobId=${id}`, "StartTime=now"]);
    }
    expect((await slurm.ended(job)).map(({ state }) => state)).toEqual(ended.map(() => "COMPLETED"));
    await slurm.submit([...options, "--wait", script("predict-merge.sbatch"), results], {
      cwd: PROJECT_ROOT,
    });
    expect(readFileSync(results, "utf8") === readFileSync(folder.join("one.jsonl"), "utf8")).toBe(true);
  },
  1_800_000,
);

function writeWorkbooks(folder: TemporaryFolder): void {
  const write = (name: string, rows: number, columns: number) =>
    folder.write(`workbooks/${name}`, encodeWorkbook({ sheets: [filledSheet("Sheet1", rows, columns)] }));
  for (let number = 0; number < WORKBOOKS - KILLED.length; number++) {
    write(`${number % 10}/${number}.xlsx`, 4 + (number % 7), 3 + (number % 5));
  }
  const old = compoundFile({ Workbook: new Uint8Array(2 ** 20) });
  for (const task of KILLED) folder.write(`workbooks/last/large-${task}.xlsx`, old);
}

/** While this file is there, no conversion ends. */
const HOLD = "hold";

/** The variables with which a command finds a program in LibreOffice's place: two workbooks need it. */
function heldConversions(folder: TemporaryFolder): { readonly PATH: string } {
  const converted = folder.write("converted.xlsx", encodeWorkbook({ sheets: [filledSheet("Sheet1", 9, 4)] }));
  const script = `#!/bin/sh
    for last; do :; done
    while [ -e '${folder.join(HOLD)}' ]; do sleep 0.05; done
    mkdir -p "$(dirname "$last")/out" && cp '${converted}' "$(dirname "$last")/out/workbook.xlsx"`;
  chmodSync(folder.write("bin/soffice", script), 0o755);
  return { PATH: `${folder.join("bin")}:${process.env.PATH}` };
}

function linesIn(path: string): number {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}
