/** Tests that every command that takes weights understands the word pretrained and the names of runs. */

import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { openDetector } from "../../core/library/library.ts";
import { filledSheet, label, writeDataset } from "../support/dataset-folder.ts";
import { writeRandomCheckpoint } from "../support/random-checkpoint.ts";
import { type CommandResult, runCommand } from "../support/run-command.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

setDefaultTimeout(120_000); // on a busy machine too

const RUN = "my run 2026-03-04 09:05";
const folder = sharedFolder("named-weights");
const book = folder.write("books/a.xlsx", encodeWorkbook({ sheets: [filledSheet("Data", 6, 4)] }));

beforeAll(() => {
  mkdirSync(folder.join("runs", RUN, "checkpoints"), { recursive: true });
  writeRandomCheckpoint(folder.join("runs", RUN, "checkpoints", "best.pt"));
  writeDataset(folder.path, "mine", {}, [label("a.xlsx", "Data", ["A1:D6"], "testing_set")]);
  copyFileSync(book, folder.join("mine", "files", "a.xlsx"));
});

const run = (command: string, ...args: string[]): Promise<CommandResult> =>
  runCommand(`core/commands/${command}.ts`, args, { cwd: folder.path });

const WASM = ["--device", "wasm"];
const RUNS = ["--runs", "runs"];
const commands: [name: string, args: (weights: string, at: number) => string[], result: string][] = [
  ["predict", (weights) => [weights, book, "--json", ...RUNS, ...WASM], '"sheets"'],
  ["predict", (weights) => ["--checkpoint", weights, book, "--json", ...RUNS, ...WASM], '"sheets"'],
  [
    "evaluate",
    (weights) => [weights, "--data.root=.", "--data.dataset_names=mine", ...RUNS, ...WASM],
    "mine",
  ],
  [
    "data",
    (weights, at) => ["label", "books", "--output", `${at}.jsonl`, "--checkpoint", weights, ...RUNS, ...WASM],
    "on 1 sheet of 1 workbook",
  ],
  ["checkpoint", (weights) => ["inspect", weights, ...RUNS], "tensors"],
  ["checkpoint", (weights, at) => ["export", weights, `${at}.safetensors`, ...RUNS], ".safetensors"],
];
for (const [command, args, result] of commands) {
  test(`bun run ${command} ${args("WEIGHTS", 1).join(" ").replace(book, "BOOK")} takes pretrained, latest and the name of a run`, async () => {
    for (const [at, weights] of ["pretrained", "latest", RUN].entries()) {
      const { code, stdout, stderr } = await run(command, ...args(weights, at));
      expect([weights, code, code === 0 ? "" : stderr]).toEqual([weights, 0, ""]);
      expect(stdout).toContain(result);
    }
  });
}

test("bun run serve takes the word pretrained, and refuses a run that is not there", async () => {
  const program = join(PROJECT_ROOT, "core/commands/serve.ts");
  const command = [process.execPath, program, "--port", "0", "--mode", "model", ...WASM, "--checkpoint"];
  const server = Bun.spawn([...command, "pretrained"], { cwd: folder.path, stderr: "ignore" });
  try {
    const { value } = await server.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toStartWith("http://127.0.0.1:");
  } finally {
    server.kill("SIGTERM");
    await server.exited;
  }
  expect((await run("serve", "--port", "0", ...WASM, "--checkpoint", "no such run")).stderr).toContain(
    "the name of a run, latest or pretrained",
  );
});

test("bun run view says that the project's weights have no run to show", async () => {
  const { code, stderr } = await run("view", "pretrained");
  expect(code).toBe(2);
  expect(stderr).toContain("no run of theirs is kept");
  expect(stderr).toContain("checkpoint inspect pretrained");
});

test("a benchmark of predictions takes the word pretrained", async () => {
  const size = ["--files", "1", "--rows", "6", "--columns", "4"];
  const args = [...size, "--device", "wasm", "--checkpoint", "pretrained"];
  const { code, stdout } = await runCommand("bench/predict.ts", args, { cwd: folder.path });
  expect([code, JSON.parse(stdout).sheets]).toEqual([0, 1]);
});

test("a program that opens a detector may name the weights of the project", async () => {
  await using detector = await openDetector({ weights: "pretrained", device: "wasm", threads: 1 });
  expect(await detector.find(book)).toMatchObject({ sheets: [{ sheet: "Data" }] });
});
