/** Tests the record that the plugin history keeps of real runs: whole, killed and resumed, and left alone. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { historyHead, historyRecord } from "../../../core/base/history-line.ts";
import { isRecord } from "../../../core/base/plain-object.ts";
import { decodeRuns } from "../../../core/base/run-length.ts";
import { OpenRun } from "../../../core/runs/open-run.ts";
import { testProject } from "../../support/project.ts";
import { STOPPER } from "../../support/stopper.ts";

const plugins =
  "{ checkpoint: { save_every_n_steps: 3 }, history: { histogram_every_n_steps: 2 }, ./stopper.ts: true }";
const project = testProject({ epochs: 3, workbooks: 20, plugins });
beforeAll(() => void project.write("stopper.ts", STOPPER));
afterAll(() => project.remove());

const linesOf = (folder: string, name: string) =>
  readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
const rowsOf = (folder: string) =>
  linesOf(folder, "metrics.jsonl").map((line) => {
    const { _time, ...row } = JSON.parse(line) as Record<string, number>;
    expect(_time).toBeGreaterThan(0);
    // Memory and time of an epoch differ from run to run.
    return Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith("system/")));
  });
/** What the lines of a kind hold, the last line of each step. */
const recordsOf = (folder: string, kind: "histograms" | "sheets" | "predictions") => {
  const records = new Map<number, unknown>();
  for (const line of linesOf(folder, "history.jsonl")) {
    const head = historyHead(line);
    if (head?.kind === kind) records.set(head.step, historyRecord(kind, line));
  }
  return records;
};
const recordOf = (folder: string) => {
  const record: unknown = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
  return isRecord(record) ? record : {};
};

test("a run that is killed and resumed has the record of one that was not", async () => {
  const whole = await project.train(["config.yaml"], { ROWS: "whole.jsonl" });
  expect(whole).toMatchObject({ code: 0, stderr: "" });
  const folder = project.runFolders().at(-1)!;
  const given = readFileSync(join(project.folder, "whole.jsonl"), "utf8").trimEnd().split("\n");
  expect(rowsOf(folder)).toHaveLength(given.length);

  // Killed between two checkpoints: the rows behind the last one are trained again.
  const env = { ROWS: "killed.jsonl", STOP_AT: "11", STOP_SIGNAL: "SIGKILL" };
  expect((await project.train(["config.yaml"], env)).code).not.toBe(0);
  const killed = project.runFolders().at(-1)!;
  expect(recordOf(killed)).toMatchObject({ status: "running" });
  expect((await new OpenRun(killed).details()).status).toBe("crashed");
  appendFileSync(join(killed, "metrics.jsonl"), '{"epoch":1,"global_ste');
  appendFileSync(join(killed, "history.jsonl"), '{"kind":"histog');
  expect((await project.train(["--resume", killed], { ROWS: "resumed.jsonl" })).code).toBe(0);

  expect(rowsOf(killed)).toEqual(rowsOf(folder));
  for (const kind of ["histograms", "predictions"] as const) {
    expect(recordsOf(killed, kind)).toEqual(recordsOf(folder, kind));
    expect(recordsOf(killed, kind).size).toBeGreaterThan(2);
  }
  expect([...recordsOf(killed, "sheets").values()].at(-1)).toEqual(
    [...recordsOf(folder, "sheets").values()][0],
  );
  const [one, other] = [recordOf(folder), recordOf(killed)];
  expect(other).toMatchObject({ status: "finished", step: one.step!, epoch: 3, best: one.best! });
  expect(other.starts).toHaveLength(2);
  expect((other.starts as { step: number }[])[1]!.step).toBeGreaterThan(0);
  expect(Object.keys(other.checkpoints as object).sort()).toEqual(["best.pt", "last.pt"]);

  const sheets = (await new OpenRun(folder).sheets(3))!;
  expect(sheets.sheets.length).toBeGreaterThan(1);
  for (const { marks, rows, cols, truth, f1 } of sheets.sheets) {
    const cells = decodeRuns(marks, rows * cols);
    expect(cells.filter((_, index) => index >= rows * cols)).toHaveLength(0);
    expect(cells.some((bits) => bits > 0b111)).toBe(true);
    expect(truth.length).toBeGreaterThan(0);
    expect(f1).toBeWithin(0, 1.01);
  }
  expect(readFileSync(join(folder, "history.jsonl"), "utf8")).not.toContain("PRIVATE");
  for (const made of [folder, killed]) rmSync(made, { recursive: true });
}, 120_000);

test("a folder that takes no files of the record costs warnings, not the run", async () => {
  const blocking = project.write(
    "blocking.ts",
    `import { mkdirSync } from "node:fs";
export default {
  name: "blocking",
  order: "pre",
  setup: (run) => {
    for (const name of ["run.json", "metrics.jsonl", "history.jsonl"]) mkdirSync(run.folder + "/" + name);
    return {};
  },
};
`,
  );
  const args = ["config.yaml", `--plugins.${blocking}=true`, "--plugins../stopper.ts=false"];
  const { code, stdout, stderr } = await project.train(args);
  expect(code).toBe(0);
  const printed = stdout + stderr;
  for (const name of [
    "run.json cannot be written",
    "metrics.jsonl takes no lines",
    "history.jsonl takes no lines",
  ]) {
    expect(printed.split(name)).toHaveLength(2);
  }
  expect(existsSync(join(project.runFolders().at(-1)!, "checkpoints/last.pt"))).toBe(true);
}, 120_000);
