/** Tests that the built-in dataset is written whole or not at all. */

import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { readAnnotations } from "../../core/dataset/annotations.ts";
import type { LoadProgress } from "../../core/dataset/dataset.ts";
import { loadDatasets } from "../../core/dataset/load-datasets.ts";
import { ensureSyntheticDataset, SYNTHETIC_WORKBOOKS } from "../../core/dataset/synthetic-dataset.ts";
import { folderContents, trainOnAll } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const FEW = { workbooks: 8 };

test("ensureSyntheticDataset() writes 60 workbooks or more and reports each", async () => {
  using root = temporaryFolder("datasets");
  const progress: LoadProgress[] = [];
  await ensureSyntheticDataset(root.path, { onProgress: (event) => void progress.push(event) });
  expect(SYNTHETIC_WORKBOOKS).toBeGreaterThanOrEqual(60);
  expect(progress).toHaveLength(SYNTHETIC_WORKBOOKS);
  expect(progress[0]).toEqual({
    action: "write",
    dataset: "synthetic",
    fileName: "synthetic_0001.xlsx",
    done: 1,
    total: SYNTHETIC_WORKBOOKS,
  });
  expect(readdirSync(root.join("synthetic", "files"))).toHaveLength(SYNTHETIC_WORKBOOKS);
  expect(readdirSync(root.path)).toEqual(["synthetic"]);
});

test("the default split of the synthetic dataset has enough sheets to train and to validate on, none skipped", async () => {
  using root = temporaryFolder("datasets");
  const data = {
    ...trainOnAll(root.path, "synthetic"),
    train_ratio: 0.8,
    val_ratio: 0.1,
    test_ratio: 0.1,
    max_rows: 512,
  };
  const { train, validation, test: rest, skipped, notes } = await loadDatasets(data);
  expect([skipped, notes]).toEqual([[], []]);
  expect(train.length).toBeWithin(140, 181);
  expect(validation.length).toBeWithin(18, 31);
  expect(rest.length).toBeWithin(15, 36);
  expect(train.length + validation.length).toBeLessThanOrEqual(200);
  for (const { grid, ranges, boxes } of [...train, ...validation, ...rest]) {
    expect(boxes).toHaveLength(ranges.length * 4);
    for (const { bottom, right } of ranges) {
      expect(bottom).toBeLessThanOrEqual(grid.height);
      expect(right).toBeLessThanOrEqual(grid.width);
    }
  }
});

test("ensureSyntheticDataset() writes the same bytes every time", async () => {
  using first = temporaryFolder("datasets");
  using second = temporaryFolder("datasets");
  await ensureSyntheticDataset(first.path, FEW);
  await ensureSyntheticDataset(second.path, FEW);
  expect(folderContents(first.path)).toEqual(folderContents(second.path));
  expect(Object.keys(folderContents(first.path))).toContain("synthetic/files/synthetic_0008.xlsx");
});

test("ensureSyntheticDataset() leaves alone what is there whole", async () => {
  using root = temporaryFolder("datasets");
  await ensureSyntheticDataset(root.path, FEW);
  const { ino } = statSync(root.join("synthetic"));
  const progress: LoadProgress[] = [];
  expect(
    await ensureSyntheticDataset(root.path, { ...FEW, onProgress: (event) => void progress.push(event) }),
  ).toEqual([]);
  expect(statSync(root.join("synthetic")).ino).toBe(ino);
  expect(progress).toEqual([]);
});

const damages: [why: string, damage: (folder: string) => void, note: RegExp][] = [
  [
    "a workbook is missing",
    (folder) => rmSync(join(folder, "files", "synthetic_0002.xlsx")),
    /1 of its files were missing/,
  ],
  [
    "a workbook was cut short",
    (folder) => writeFileSync(join(folder, "files", "synthetic_0003.xlsx"), "PK"),
    /1 of its files/,
  ],
  [
    "the annotations are missing",
    (folder) => rmSync(join(folder, "annotations", "annotations.jsonl")),
    /annotations were missing/,
  ],
  [
    "it came from another version of the generator",
    (folder) => {
      const path = join(folder, "annotations", "generator.json");
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), version: 0 }));
    },
    /generator's version 0/,
  ],
];

for (const [why, damage, note] of damages) {
  test(`ensureSyntheticDataset() writes the dataset anew where ${why}, and says so`, async () => {
    using root = temporaryFolder("datasets");
    await ensureSyntheticDataset(root.path, FEW);
    const whole = folderContents(root.path);
    damage(root.join("synthetic"));
    const notes = await ensureSyntheticDataset(root.path, FEW);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(note);
    expect(folderContents(root.path)).toEqual(whole);
  });
}

test("ensureSyntheticDataset() never touches a folder that somebody else filled", async () => {
  using root = temporaryFolder("datasets");
  mkdirSync(root.join("synthetic", "files"), { recursive: true });
  writeFileSync(root.join("synthetic", "files", "mine.xlsx"), "precious");
  const notes = await ensureSyntheticDataset(root.path, FEW);
  expect(notes[0]).toContain("was not written by this program");
  expect(folderContents(root.path)).toEqual({ "synthetic/files/mine.xlsx": "precious" });
});

test("ensureSyntheticDataset() leaves nothing behind when it is stopped", async () => {
  using root = temporaryFolder("datasets");
  const controller = new AbortController();
  const onProgress = ({ done }: LoadProgress) => {
    if (done === 3) controller.abort(new Error("enough"));
  };
  const writing = ensureSyntheticDataset(root.path, { ...FEW, onProgress, signal: controller.signal });
  expect(await writing.catch((error) => error.message)).toBe("enough");
  expect(readdirSync(root.path)).toEqual([]);
});

test("a first run that is killed leaves nothing that counts as done, and the next one tidies up", async () => {
  using root = temporaryFolder("datasets");
  const module = join(import.meta.dir, "../../core/dataset/synthetic-dataset.ts");
  const code = `import { ensureSyntheticDataset } from ${JSON.stringify(module)};
    await ensureSyntheticDataset(${JSON.stringify(root.path)}, { workbooks: 100000, onProgress: ({ done }) => console.log(done) });`;
  const child = Bun.spawn([process.execPath, "-e", code], { stdout: "pipe" });
  const reader = child.stdout.getReader();
  for (let text = ""; !text.includes("\n5\n"); )
    text += new TextDecoder().decode((await reader.read()).value);
  child.kill("SIGKILL");
  await child.exited;
  expect(readdirSync(root.path)).toEqual([
    expect.stringMatching(new RegExp(`^\\.synthetic-${child.pid}(-\\w{8}){3}\\.tmp$`)),
  ]);
  await ensureSyntheticDataset(root.path, FEW);
  expect(readdirSync(root.path)).toEqual(["synthetic"]);
  expect(readAnnotations(root.join("synthetic", "annotations", "annotations.jsonl")).length).toBeGreaterThan(
    8,
  );
});

test("several first runs at once end with one whole dataset", async () => {
  using root = temporaryFolder("datasets");
  const module = join(import.meta.dir, "../../core/dataset/synthetic-dataset.ts");
  const code = `import { ensureSyntheticDataset } from ${JSON.stringify(module)};
    await ensureSyntheticDataset(${JSON.stringify(root.path)}, { workbooks: 8 });`;
  const runs = [1, 2, 3].map(() => Bun.spawn([process.execPath, "-e", code], { stderr: "inherit" }));
  expect(await Promise.all(runs.map((run) => run.exited))).toEqual([0, 0, 0]);
  expect(readdirSync(root.path)).toEqual(["synthetic"]);
  expect(await ensureSyntheticDataset(root.path, FEW)).toEqual([]);
});

test("two first runs within one process do not disturb each other", async () => {
  using root = temporaryFolder("datasets");
  await Promise.all([ensureSyntheticDataset(root.path, FEW), ensureSyntheticDataset(root.path, FEW)]);
  expect(readdirSync(root.path)).toEqual(["synthetic"]);
  expect(await ensureSyntheticDataset(root.path, FEW)).toEqual([]);
});

test("ensureSyntheticDataset() says where it cannot write and what to do", async () => {
  using folder = temporaryFolder("datasets");
  const file = folder.join("file");
  writeFileSync(file, "");
  const error = await ensureSyntheticDataset(join(file, "data"), FEW).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect(error.problems[0]).toMatchObject({
    file: join(file, "data", "synthetic"),
    message: "Cannot write the synthetic dataset",
    fix: "name another folder with --data.root=<folder>",
  });
});
