/** Tests how the workbench follows a training, with a program in its place. */

import { expect, test } from "bun:test";
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { FineTuningRunner } from "../../core/labelling/fine-tuning.ts";
import type { TrainingState } from "../../core/labelling/label-messages.ts";
import { labelPlace } from "../../core/labelling/label-place.ts";
import { writeRecordedRun } from "../support/recorded-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const LINE = '{"file_name":"a.xlsx","sheet_name":"S","table_regions":["A1:B2"]}\n';
const script = (text: string) => [process.execPath, "-e", text];

test("a training is a program of its own, whose last line and end are shown", async () => {
  using folder = temporaryFolder("label-training");
  folder.write("annotations.jsonl", LINE);
  const states: TrainingState[] = [];
  const given: unknown[] = [];
  const place = labelPlace(folder.path, folder.path, undefined);
  using runner = new FineTuningRunner({
    place,
    runs: folder.join("runs"),
    command: (root, name, folds) => {
      given.push(folds);
      expect(readFileSync(join(root, name, "annotations", "annotations.jsonl"), "utf8")).toBe(LINE);
      expect(lstatSync(join(root, name, "files")).isSymbolicLink()).toBe(true);
      return script("console.log('first'); console.log('the last line')");
    },
    onChange: (state) => states.push(state),
  });
  expect(runner.start(5)).toMatchObject({ state: "running", run: null, rows: [] });
  expect(() => runner.start(null)).toThrow("A training is under way");
  await until(() => runner.state.state !== "running");
  expect(runner.state).toMatchObject({ state: "done", message: "the last line" });
  expect(given).toEqual([5]);
  expect(states.at(-1)).toEqual(runner.state);
});

test("one that fails says why, one that is stopped says so, and without labels none starts", async () => {
  using folder = temporaryFolder("label-training-ends");
  const place = labelPlace(folder.path, folder.path, undefined);
  let program = script("console.error('no memory'); process.exit(1)");
  const options = { place, runs: folder.join("runs"), command: () => program, onChange: () => {} };
  using runner = new FineTuningRunner(options);
  expect(() => runner.start(null)).toThrow(UserError);
  folder.write("annotations.jsonl", LINE);
  runner.start(null);
  await until(() => runner.state.state !== "running");
  expect(runner.state).toMatchObject({ state: "failed", message: "The training failed: no memory" });
  const problem = "Cannot validate: no sheet is left\\n  got       train 1\\n  fix       label more\\n";
  program = script(
    `console.log("reading"); process.stderr.write("${problem}"); console.log("bye"); process.exit(2)`,
  );
  runner.start(null);
  await until(() => runner.state.state !== "running");
  expect(runner.state.message).toBe(
    "The training failed: Cannot validate: no sheet is left\ngot       train 1\nfix       label more",
  );
  program = script(
    "process.on('SIGINT', () => process.exit(130)); console.log('on'); setInterval(() => {}, 1e6)",
  );
  runner.start(null);
  await until(() => runner.state.message === "on");
  expect(runner.stop().message).toContain("stops");
  await until(() => runner.state.state !== "running");
  expect(runner.state).toMatchObject({ state: "failed", message: "Stopped." });
  program = script(
    "let n = 0; process.on('SIGINT', () => { if (n++) process.exit(1); setTimeout(() => process.exit(130), 200); });" +
      "console.log('again'); setInterval(() => {}, 1e6)",
  );
  runner.start(null);
  await until(() => runner.state.message === "again");
  // A training that gets a second signal ends without its state.
  runner.stop();
  runner.stop();
  await until(() => runner.state.state !== "running");
  expect(runner.state.message).toBe("Stopped.");
  program = [folder.join("no such program")];
  runner.start(null);
  await until(() => runner.state.state !== "running");
  expect(runner.state.message).toStartWith("The training did not start");
});

test("the run that the training writes is found by its data, with its epochs and its result", async () => {
  using folder = temporaryFolder("label-training-run");
  folder.write("annotations.jsonl", LINE);
  mkdirSync(folder.join("runs"));
  const figures = { f1_eob_2: 0.5, f1_eob_0: 0.25 };
  const result = { before: figures, after: figures, folds: null, sheets: [] };
  let root = "";
  const place = labelPlace(folder.path, folder.path, undefined);
  using runner = new FineTuningRunner({
    place,
    runs: folder.join("runs"),
    command: (given) => {
      root = given;
      return script("setTimeout(() => {}, 1500)");
    },
    onChange: () => {},
  });
  runner.start(null);
  const write = (name: string, data: string) => {
    const path = folder.join("runs", name);
    writeRecordedRun(path);
    const record = JSON.parse(readFileSync(join(path, "run.json"), "utf8"));
    record.config = { ...record.config, data: { ...record.config.data, root: data } };
    writeFileSync(join(path, "run.json"), JSON.stringify(record));
    return path;
  };
  write("another training", "/elsewhere");
  const own = write("own", root);
  writeFileSync(join(own, "fine-tuning.json"), JSON.stringify(result));
  await until(() => runner.state.state !== "running");
  expect(runner.state).toMatchObject({ state: "done", run: own, result });
  expect(runner.state.rows.length).toBeGreaterThan(0);
  expect(runner.state.rows[0]).toMatchObject({ epoch: 1 });
});
