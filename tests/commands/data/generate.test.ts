/** Tests the command that generates a dataset, and the generation that it runs. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateDataset } from "../../../core/dataset/generate-dataset.ts";
import { folderContents } from "../../support/dataset-folder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runData } from "./run-data.ts";

test("bun run data generate writes a dataset that bun run data check finds nothing wrong with", async () => {
  using folder = temporaryFolder("data-command");
  const made = await runData(
    folder.path,
    "generate",
    "--count",
    "12",
    "--seed",
    "4",
    "--root",
    "sets",
    "--json",
  );
  expect([made.code, made.stderr]).toEqual([0, ""]);
  const result = JSON.parse(made.stdout);
  expect(result).toMatchObject({ dataset: "synthetic-4", workbooks: 12, reused: 0, wasThere: false });
  expect(result.tables).toBeGreaterThan(result.workbooks);
  expect(readdirSync(folder.join("sets"))).toEqual(["synthetic-4"]);
  expect(readdirSync(folder.join("sets", "synthetic-4", "files"))).toHaveLength(12);
  const checked = await runData(folder.path, "check", "sets/synthetic-4", "--strict", "--data.cache=false");
  expect([checked.code, checked.stderr]).toEqual([0, ""]);
});

test("bun run data generate --name --root replaces a dataset with --replace, and only then", async () => {
  using folder = temporaryFolder("data-command");
  const args = (seed: string, ...more: string[]) => [
    "generate",
    "--count",
    "2",
    "--seed",
    seed,
    "--name",
    "mine",
    ...more,
  ];
  expect((await runData(folder.path, ...args("1", "--data.root=sets"))).code).toBe(0);
  const first = folderContents(folder.join("sets", "mine"));
  expect((await runData(folder.path, ...args("1", "--root", "sets"))).stdout).toContain("there already");
  const refused = await runData(folder.path, ...args("2", "--root", "sets"));
  expect([refused.code, refused.stderr.includes("--replace")]).toEqual([2, true]);
  expect(folderContents(folder.join("sets", "mine"))).toEqual(first);
  expect((await runData(folder.path, ...args("2", "--root", "sets", "--replace"))).code).toBe(0);
  expect(folderContents(folder.join("sets", "mine"))).not.toEqual(first);
  expect(readdirSync(folder.join("sets"))).toEqual(["mine"]);
});

test("bun run data generate refuses a missing count, a bad count and the built-in dataset's name with exit code 2", async () => {
  using folder = temporaryFolder("data-command");
  const refusals = [
    [[], "--count is missing"],
    [["--count", "0"], "a whole number from 1"],
    [["--count", "3", "--seed", "x"], "a whole number from 0"],
    [["--count", "3", "--name", "synthetic"], "another name than that of the built-in dataset"],
    [["--count", "3", "--name", "a/b"], "a name that can be a folder's"],
  ] as const;
  const results = await Promise.all(refusals.map(([args]) => runData(folder.path, "generate", ...args)));
  for (const [index, [args, message]] of refusals.entries()) {
    const { code, stderr } = results[index]!;
    expect([args.join(" "), code, stderr.includes(message)]).toEqual([args.join(" "), 2, true]);
  }
  expect(readdirSync(folder.path)).toEqual([]);
});

test("generateDataset() leaves no dataset when it is stopped, and later completes it to the same bytes", async () => {
  using whole = temporaryFolder("datasets");
  using root = temporaryFolder("datasets");
  await generateDataset(whole.path, "set", { count: 9, seed: 5 });
  const stop = new AbortController();
  const onWorkbook = (done: number) => {
    if (done === 4) stop.abort(new Error("enough"));
  };
  const stopped = generateDataset(root.path, "set", { count: 9, seed: 5, signal: stop.signal, onWorkbook });
  expect(await stopped.catch((error) => error.message)).toBe("enough");
  expect(existsSync(root.join("set"))).toBe(false);
  const draft = root.join(readdirSync(root.path)[0]!);
  writeFileSync(join(draft, "files", "synthetic_000002.xlsx"), "PK cut short");
  const result = await generateDataset(root.path, "set", { count: 9, seed: 5 });
  expect(result.reused).toBe(3);
  expect(folderContents(root.join("set"))).toEqual(folderContents(whole.join("set")));
  expect(readdirSync(root.path)).toEqual(["set"]);
});

test("generateDataset() begins every dataset of a seed with the same workbooks", async () => {
  using root = temporaryFolder("datasets");
  await generateDataset(root.path, "small", { count: 2, seed: 6 });
  await generateDataset(root.path, "large", { count: 4, seed: 6 });
  const [small, large] = ["small", "large"].map((name) => folderContents(root.join(name, "files")));
  expect(Object.keys(large!)).toHaveLength(4);
  for (const [name, bytes] of Object.entries(small!)) expect(large![name]).toBe(bytes);
});

test("generateDataset() replaces no dataset that was made meanwhile, and says so where labels are missing", async () => {
  using folder = temporaryFolder("data-command");
  const labels = folder.join("mine", "annotations", "annotations.jsonl");
  const onWorkbook = () => folder.write("mine/annotations/annotations.jsonl", "a person's");
  const late = generateDataset(folder.path, "mine", { count: 1, seed: 3, onWorkbook });
  await expect(late).rejects.toThrow("there is another folder of that name");
  expect(readFileSync(labels, "utf8")).toBe("a person's");
  await generateDataset(folder.path, "mine", { count: 1, seed: 3, replace: true });
  rmSync(labels);
  const again = generateDataset(folder.path, "mine", { count: 1, seed: 3 });
  await expect(again).rejects.toThrow("there is another folder of that name");
});

test("generateDataset() does not touch a folder that it has not written, and says where it cannot write", async () => {
  using root = temporaryFolder("datasets");
  mkdirSync(root.join("mine"));
  writeFileSync(root.join("mine", "note.txt"), "precious");
  const taken = await generateDataset(root.path, "mine", { count: 1, seed: 1 }).catch((error) => error);
  expect([taken.exitCode, taken.message.includes("--replace")]).toEqual([2, true]);
  expect(folderContents(root.join("mine"))).toEqual({ "note.txt": "precious" });
  const file = root.join("file");
  writeFileSync(file, "");
  const blocked = await generateDataset(join(file, "sets"), "x", { count: 1, seed: 1 }).catch(
    (error) => error,
  );
  expect([blocked.exitCode, blocked.message.includes("Cannot write the dataset")]).toEqual([1, true]);
  rmSync(file);
});
