/**
 * Measures what labelling 40 sheets of one's own is worth: fine-tunes weights on 40 sheets of one source, and
 * prints F1 on the other sheets of that source, before and after. Then it does the same with the proposals of
 * these weights as labels, which nobody has corrected.
 *
 * usage: bun bench/own-sheets.ts --root FOLDER --checkpoint FILE [--dataset field] [--source OWNER/NAME]
 *   [--sheets 40]
 *
 * The figures say something only if the weights were not trained on this source. Those that come with the
 * project were trained on `real`, `field` and `saus`.
 *
 * Only sheets of the published training split are used. `writeLabels` enters the labels through the server of
 * the workbench, as its page does.
 */

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "../core/base/project-root.ts";
import { formatRange } from "../core/base/range.ts";
import { formatDuration } from "../core/base/text-layout.ts";
import { locateCheckpoint } from "../core/checkpoint/locate-checkpoint.ts";
import { type Annotation, annotationLine } from "../core/dataset/annotation-line.ts";
import { readAnnotations } from "../core/dataset/annotations.ts";
import { datasetPaths } from "../core/dataset/locate-dataset.ts";
import { TESTING_SET } from "../core/dataset/split.ts";
import { evaluationSettings } from "../core/evaluation/evaluation-settings.ts";
import type { FineTuning, FineTuningFigures } from "../core/evaluation/fine-tuning.ts";
import { loadSplit } from "../core/evaluation/load-split.ts";
import { tablesWith } from "../core/evaluation/tables-with.ts";
import { proposalsOfBlocks } from "../core/labelling/find-proposals.ts";
import { bundleLabelPage } from "../core/labelling/label-bundle.ts";
import type { LabelChange, LabelList, OpenedSheet } from "../core/labelling/label-messages.ts";
import { labelPlace } from "../core/labelling/label-place.ts";
import { startLabelServer } from "../core/labelling/label-server.ts";
import { openLabelStore } from "../core/labelling/label-store.ts";
import { temporaryFolder } from "../tests/support/temporary-folder.ts";
import { benchArguments, optionNumber, orEnd } from "./bench-arguments.ts";

const values = benchArguments("own-sheets", {
  root: { type: "string", required: true, valueHint: "folder", description: "The folder of the datasets" },
  checkpoint: {
    type: "string",
    required: true,
    valueHint: "weights",
    description:
      "Weights that were not trained on the source: a run's folder or name, a checkpoint or latest",
  },
  dataset: { type: "string", default: "field", description: "The dataset" },
  source: {
    type: "string",
    default: "EnergyInnovation/eps-saudiarabia",
    description: "The beginning of the source of its sheets, up to the colon",
  },
  sheets: { type: "string", default: "40", description: "Sheets to label" },
  workers: { type: "string", default: "1", description: "Workers of the trainings" },
});

const limit = optionNumber("sheets", values.sheets);

/** The name of the dataset that is made of the labelled sheets and the others. */
const OWN = "own";

using folder = temporaryFolder("own-sheets");
const weights = orEnd(() => locateCheckpoint(values.checkpoint, {}));
const dataset = datasetPaths(values.root, values.dataset);
const sheets = readAnnotations(dataset.annotations).filter(
  ({ source, splitCode }) => source?.split(":")[0] === values.source && splitCode !== TESTING_SET,
);
const labelled = chosen(sheets, limit);
const others = sheets.filter((sheet) => !labelled.includes(sheet));
console.log(
  `${values.source}: ${labelled.length} sheets to label, ${others.length} others to measure on, ` +
    `${others.reduce((sum, { regions }) => sum + regions.length, 0)} tables`,
);
const rows = [
  ["labels", "F1 before, EoB 2 / EoB 0", "F1 after, EoB 2 / EoB 0", "training and measuring"],
  ["---", "---", "---", "---"],
  await fineTuned("corrected", labelled),
  await fineTuned("proposals as they are", await proposed(labelled)),
];
console.log(rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n"));

/** Whole workbooks in an order that depends on their names alone, up to `count` sheets. */
function chosen(all: readonly Annotation[], count: number): Annotation[] {
  const digest = (name: string) => createHash("md5").update(name).digest("hex");
  const byFile = [...Map.groupBy(all, ({ fileName }) => fileName)].sort(([a], [b]) =>
    digest(a) < digest(b) ? -1 : 1,
  );
  const taken: Annotation[] = [];
  for (const [, ofFile] of byFile) if (taken.length + ofFile.length <= count) taken.push(...ofFile);
  return taken;
}

/**
 * Makes a dataset whose test split is the other sheets of the source, and enters these labels through the
 * server of the workbench.
 */
async function writeLabels(root: string, labels: readonly Annotation[]): Promise<void> {
  const own = datasetPaths(root, OWN);
  mkdirSync(dirname(own.annotations), { recursive: true });
  for (const name of new Set([...labels, ...others].map(({ fileName }) => fileName))) {
    mkdirSync(dirname(join(own.files, name)), { recursive: true });
    copyFileSync(join(dataset.files, name), join(own.files, name));
  }
  // The server keeps the split of a line; the tables of these lines come from the changes below.
  const text = [
    ...labels.map((sheet) => annotationLine({ ...sheet, regions: [], splitCode: "training_set" })),
    ...others.map((sheet) => annotationLine({ ...sheet, splitCode: TESTING_SET })),
  ];
  writeFileSync(own.annotations, text.join(""));
  const place = labelPlace(own.folder, root, undefined);
  using store = openLabelStore(place.output, { by: "own-sheets", now: () => new Date() });
  const bundle = await bundleLabelPage();
  await using server = startLabelServer({ place, store, find: proposalsOfBlocks, bundle, port: 0 });
  await server.proposed;
  const ask = async <T>(path: string, change?: LabelChange): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/api/label${path}`, {
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      ...(change && { method: "PUT", body: JSON.stringify(change) }),
    });
    if (!answer.ok) throw new Error(`the workbench answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const { sheets: rows } = await ask<LabelList>("");
  for (const { fileName, sheetName, regions } of labels) {
    const row = rows.find(({ workbook, sheet }) => workbook === fileName && sheet === sheetName);
    if (!row) throw new Error(`the workbench does not list sheet ${sheetName} of ${fileName}`);
    const { version } = await ask<OpenedSheet>(`/sheets/${row.id}`);
    const tables = regions.map(formatRange);
    const state = tables.length > 0 ? "labelled" : "empty";
    await ask(`/sheets/${row.id}`, { version, state, tables, confidence: null, note: "" });
  }
}

/** The same sheets with what the weights find on them. */
async function proposed(all: readonly Annotation[]): Promise<Annotation[]> {
  const root = join(folder.path, "to-propose");
  await writeLabels(root, all);
  const ratios = ["--data.train_ratio=1", "--data.val_ratio=0", "--data.test_ratio=0"];
  const data = evaluationSettings(null, [`--data.root=${root}`, `--data.dataset_names=${OWN}`, ...ratios]);
  const { sheets: read } = await loadSplit(data, "train");
  const signal = new AbortController().signal;
  const found = await tablesWith(weights, read, { device: "auto", signal, warn: console.error });
  let same = 0;
  const labels = all.flatMap((annotation) => {
    const at = read.findIndex(
      ({ fileName, sheetName }) => fileName === annotation.fileName && sheetName === annotation.sheetName,
    );
    if (at < 0) return [];
    const regions = found[at]!.map(({ range }) => range);
    const texts = (ranges: Annotation["regions"]) => ranges.map(formatRange).sort().join();
    if (texts(regions) === texts(annotation.regions)) same++;
    return [{ ...annotation, regions }];
  });
  console.log(`the proposals are right in every cell on ${same} of ${labels.length} sheets`);
  return labels;
}

async function fineTuned(name: string, labels: readonly Annotation[]): Promise<string[]> {
  const root = join(folder.path, name);
  await writeLabels(root, labels);
  const runs = join(root, "runs");
  const started = performance.now();
  const training = Bun.spawn(
    [
      process.execPath,
      join(PROJECT_ROOT, "core/commands/train.ts"),
      join(PROJECT_ROOT, "configs/finetune.yaml"),
      "--runs",
      runs,
      `--data.root=${root}`,
      `--data.dataset_names=${OWN}`,
      `--model.init=${weights}`,
      `--training.workers=${values.workers}`,
      "--plugins.wandb=false",
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  if ((await training.exited) !== 0) throw new Error(`the training with ${name} labels failed`);
  const took = (performance.now() - started) / 1000;
  const file = join(runs, readdirSync(runs)[0]!, "fine-tuning.json");
  const { before, after } = JSON.parse(readFileSync(file, "utf8")) as FineTuning;
  return [name, shown(before!), shown(after), formatDuration(took)];
}

function shown({ f1_eob_2, f1_eob_0, interval_eob_2: [low, high] }: FineTuningFigures): string {
  return `${f1_eob_2.toFixed(3)} (${low.toFixed(2)} to ${high.toFixed(2)}) / ${f1_eob_0.toFixed(3)}`;
}
