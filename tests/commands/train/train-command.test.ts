/** Tests a whole training by the command: output, run folder, plugins, rows. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { testProject } from "../../support/project.ts";

const RECORDER = `
import { appendFileSync } from "node:fs";
export default {
  name: "recorder",
  setup(run, options) {
    const note = (hook, data) => appendFileSync(options.file, JSON.stringify({ hook, ...data }) + "\\n");
    return {
      onRunStart: ({ step, trainSheets, validationSheets, totalSteps }) => note("onRunStart", { step, trainSheets, validationSheets, totalSteps }),
      onEpochStart: ({ epoch, sheets }) => note("onEpochStart", { epoch, sheets }),
      onGradStep: ({ step, epoch, loss, gradients }) => {
        run.log({ "mine/answer": 42 });
        note("onGradStep", { step, epoch, loss, parameters: gradients().size });
      },
      onValidationEnd: ({ metrics, sheets }) => note("onValidationEnd", { metrics, sheets: sheets.length, truth: sheets[0].truth.length }),
      onEpochEnd: ({ epoch, train, val, best }) => note("onEpochEnd", { epoch, train, val, best }),
      onLog: ({ row }) => note("onLog", { row }),
      onArtifact: ({ name, type }) => note("onArtifact", { name, type }),
      onCheckpoint: ({ path, aliases }) => note("onCheckpoint", { path, aliases }),
      onRunEnd: ({ status, summary, step }) => note("onRunEnd", { status, summary, step }),
    };
  },
};
`;

interface Note {
  readonly hook: string;
  readonly [key: string]: unknown;
}

const project = testProject({
  plugins:
    "{ checkpoint: { save_every_n_epochs: 2 }, system_metrics: true, architecture: true, progress: true, ./recorder.ts: { file: notes.jsonl } }",
});
let output: { code: number; stdout: string; stderr: string };
let notes: Note[];
let folder: string;

const readNotes = (): Note[] =>
  readFileSync(join(project.folder, "notes.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

beforeAll(async () => {
  project.write("recorder.ts", RECORDER);
  output = await project.train(["config.yaml"]);
  [folder] = project.runFolders() as [string];
  notes = readNotes();
}, 60_000);
afterAll(() => project.remove());

test("train ends with exit code 0 and the summary table", () => {
  expect(output.stderr).toBe("");
  expect(output.code).toBe(0);
  expect(output.stdout).toContain("finished after");
  expect(output.stdout).toContain("  EoB mean  time\n");
  expect(output.stdout).toMatch(/peak memory \d+ MB/);
});

test("train leaves a complete run folder and nothing half-written", () => {
  expect(basename(folder)).toMatch(/^tiny \d{4}-\d\d-\d\d \d\d[:-]\d\d$/);
  expect(readdirSync(folder).sort()).toEqual(["checkpoints", "configs", "model_arch.txt", "output.log"]);
  const checkpoints = readdirSync(join(folder, "checkpoints")).sort();
  expect(checkpoints).toEqual(["best.pt", "checkpoint_epoch_2.pt", "last.pt"]);
  expect(readFileSync(join(folder, "output.log"), "utf8")).toContain("finished after");
  expect(readFileSync(join(folder, "model_arch.txt"), "utf8")).toContain("bbox_embed");
});

test("a plugin in a file outside the project receives every hook, in order", () => {
  const order = notes.map(({ hook }) => hook);
  expect(order.slice(0, 5)).toEqual(["onRunStart", "onArtifact", "onEpochStart", "onGradStep", "onLog"]);
  expect(order.at(-1)).toBe("onRunEnd");
  const start = notes[0]!;
  const stepsAnEpoch = Math.ceil((start.trainSheets as number) / 2);
  expect(start.totalSteps).toBe(2 * stepsAnEpoch);
  const steps = notes.filter(({ hook }) => hook === "onGradStep");
  expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 2 * stepsAnEpoch }, (_, i) => i + 1));
  expect(steps[0]!.parameters).toBeGreaterThan(50);
  const end = order.lastIndexOf("onGradStep");
  expect(order.slice(end, end + 4)).toEqual(["onGradStep", "onValidationEnd", "onEpochEnd", "onLog"]);
  expect(notes.at(-1)).toMatchObject({ status: "finished", step: 2 * stepsAnEpoch });
});

test("rows hold the step's numbers, a plugin's own, and at an epoch's last step the epoch's", () => {
  const rows = notes.filter(({ hook }) => hook === "onLog").map(({ row }) => row as Record<string, number>);
  for (const [index, row] of rows.entries()) {
    expect(row.global_step).toBe(index + 1);
    expect(row["mine/answer"]).toBe(42);
    expect(row["train/max_grad_norm"]).toBeGreaterThan(0);
    expect(row["train/mean_grad_norm"]).toBeLessThanOrEqual(row["train/max_grad_norm"]!);
  }
  const last = rows.at(-1)!;
  const names = ["loss", "det_loss", "cls_loss", "l1_loss", "iou_loss", "lr", "loss_ratio_cls_l1"];
  for (const name of names) expect(last[`train/${name}`]).toBeFinite();
  for (const name of ["loss", "precision", "recall", "f1"]) expect(last[`val/${name}`]).toBeFinite();
  for (const name of ["cpu_memory_mb", "epoch_time_seconds"])
    expect(last[`system/${name}`]).toBeGreaterThan(0);
  expect(last["train/det_loss"]).toBeCloseTo(last["train/loss"]!, 5);
  const ratio = last["train/cls_loss"]! / (last["train/l1_loss"]! + 1e-6);
  expect(last["train/loss_ratio_cls_l1"]).toBeCloseTo(ratio, 6);
  expect(rows[0]!["train/loss"]).toBeUndefined();
});

test("train/loss is the mean of the sheets' losses", () => {
  const steps = notes.filter(({ hook, epoch }) => hook === "onGradStep" && epoch === 1);
  const { trainSheets } = notes[0] as unknown as { trainSheets: number };
  const sizes = steps.map((_, index) => Math.min(2, trainSheets - 2 * index));
  const mean =
    steps.reduce((sum, { loss }, index) => sum + (loss as number) * sizes[index]!, 0) / trainSheets;
  const epochEnd = notes.find(({ hook }) => hook === "onEpochEnd") as unknown as { train: { loss: number } };
  expect(epochEnd.train.loss).toBeCloseTo(mean, 5);
});

test("train with the configuration that a run kept gives the same losses to the last bit", async () => {
  const kept = join(folder, "configs", "config.yaml");
  const again = await project.train([kept]);
  expect(again.stderr).toBe("");
  expect(again.code).toBe(0);
  const all = readNotes();
  const first = all.slice(0, notes.length).filter(({ hook }) => hook === "onGradStep");
  const second = all.slice(notes.length).filter(({ hook }) => hook === "onGradStep");
  expect(second).toEqual(first);
}, 60_000);

test("train prints the plugins in calling order; output.log and --verbose have their hooks too", async () => {
  expect(output.stdout).toContain(
    "\nplugins: checkpoint, system_metrics, architecture, progress, recorder\n",
  );
  expect(output.stdout).not.toContain("onEpochEnd");
  const verbose = await project.train(["config.yaml", "--verbose", "--experiment.name=verbose"]);
  for (const text of [readFileSync(join(folder, "output.log"), "utf8"), verbose.stdout]) {
    expect(text).toContain("plugins, in calling order:\n  checkpoint: onEpochEnd, onCheckpoint, onRunEnd\n");
    expect(text).toContain("  recorder: onRunStart, onEpochStart, onGradStep, onValidationEnd");
  }
}, 60_000);

test("train --profile prints how long the phases took, and output.log keeps it", async () => {
  expect(output.stdout).not.toContain("making samples");
  const profiled = await project.train(["config.yaml", "--profile", "--experiment.name=profiled"]);
  expect(profiled.code).toBe(0);
  const table = /^phase +time.*[\s\S]*^everything else.*$/m.exec(profiled.stdout)![0];
  const run = project.runFolders().find((path) => basename(path).startsWith("profiled"))!;
  expect(readFileSync(join(run, "output.log"), "utf8")).toContain(table);
}, 60_000);

test("train --help shows usage, overrides with defaults, and exits with 0", async () => {
  const help = await project.train(["--help"]);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain("--resume");
  expect(help.stdout).toContain("--training.lr=");
  expect(existsSync(join(project.runs, "--help"))).toBe(false);
});
