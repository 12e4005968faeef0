/** Tests the problems of a configuration: file, line, what was expected and the fix. */

import { afterAll, expect, test } from "bun:test";
import { formatProblems } from "../../core/base/problem.ts";
import { Workspace } from "../support/workspace.ts";

const space = new Workspace();
afterAll(() => space.dispose());

test("loadConfig() reports all problems of a file at once, in its order, with place, expectation and fix", async () => {
  const problems = await space.problems(
    [
      "# a configuration with a problem on nearly every line",
      "experiment:",
      "  seed: 1.5",
      "data:",
      "  cache: yes",
      "  on_bad_file: skipp",
      '  max_rows: "512"',
      "model:",
      "  detr:",
      "    num_heads: 6",
      "  backbone:",
      "    depths: [2, 2, 4, 0]",
      "training:",
      "  lr: 0",
      "  max_epoch: 3",
      "  max_epochs: 0",
      "plugins:",
      "  checkpoint: { save_every_n_epochs: 0 }",
      "  progres: true",
      "",
    ].join("\n"),
    ["--training.dvice=cpu"],
  );
  expect(`${formatProblems(problems)}\n`).toBe(`\
run.yaml:3:9  Cannot use experiment.seed
  expected  an integer from 0 to 4294967295
  got       1.5
  fix       seed: 2

run.yaml:5:10  Cannot use data.cache
  expected  true or false
  got       "yes"
  fix       cache: true

run.yaml:6:16  Cannot use data.on_bad_file
  expected  one of skip, fail
  got       "skipp"
  fix       on_bad_file: skip

run.yaml:7:13  Cannot use data.max_rows
  expected  an integer from 1 to 1048576 (rows)
  got       "512"
  fix       max_rows: 512

run.yaml:10:16  Cannot use model.detr.num_heads
  expected  a divisor of model.detr.hidden_dim (128, the default): 1, 2, 4, 8, 16, 32, 64, 128
  got       6
  fix       num_heads: 4

run.yaml:12:23  Cannot use model.backbone.depths[3]
  expected  an integer of at least 1 (blocks)
  got       0
  fix       depths: [2, 2, 4, 1]

run.yaml:14:7  Cannot use training.lr
  expected  a number above 0
  got       0
  fix       lr: 0.0001

run.yaml:15:3  Cannot use training.max_epoch
  expected  a known key of training
  got       max_epoch
  fix       max_epochs

run.yaml:16:15  Cannot use training.max_epochs
  expected  an integer of at least 1 (epochs)
  got       0
  fix       max_epochs: 1

run.yaml:18:38  Cannot use plugins.checkpoint.save_every_n_epochs
  expected  an integer of at least 1 (epochs)
  got       0
  fix       save_every_n_epochs: 1

run.yaml:19:3  Cannot find the plugin progres
  expected  a built-in plugin (checkpoint, progress, system_metrics, wandb), a path (./my/plugin.ts) or an installed package
  got       progres
  fix       progress

command line, --training.dvice=cpu  Cannot use training.dvice
  expected  a known key of training
  got       dvice
  fix       --training.device
`);
});

test("loadConfig() refuses a name whose run folder no file system would take", async () => {
  const problems = await space.problems(`experiment: { name: ${"表".repeat(80)} }\n`);
  expect(problems).toEqual([
    expect.objectContaining({ line: 1, message: "Cannot use experiment.name", got: "240 bytes" }),
  ]);
});

test("loadConfig() suggests the section that a misplaced key belongs to", async () => {
  expect(await space.problem("training:\n  seed: 3\n")).toEqual({
    file: "run.yaml",
    line: 2,
    column: 3,
    message: "Cannot use training.seed",
    expected: "a known key of training",
    got: "seed",
    fix: "seed, in experiment",
  });
  expect((await space.problem("lr: 1\n")).fix).toBe("lr, in training");
  expect((await space.problem("training: { num_heads: 4 }\n")).fix).toBe("num_heads, in model.detr");
  expect((await space.problem("data: {}\n", ["--lr=1"])).fix).toBe("--training.lr");
  expect((await space.problem("data: {}\n", ["--training.droput=0"])).fix).toBe("--model.detr.dropout");
});

test("loadConfig() lists what there is where no known key is near", async () => {
  const { expected, fix } = await space.problem("evaluation: { colour: 3 }\n");
  expect(expected).toBe("a known key of evaluation: eob_threshold, score_threshold, before_and_after");
  expect(fix).toBeUndefined();
  expect((await space.problem("zzz: {}\n")).expected).toBe(
    "a known section: experiment, data, model, training, evaluation, plugins",
  );
});

test("loadConfig() points at a section that is no mapping, and still looks at the others", async () => {
  const problems = await space.problems("training: 5\nevaluation: { score_threshold: 2 }\n");
  expect(problems.map(({ line, column, got }) => [line, column, got])).toEqual([
    [1, 11, "5"],
    [2, 32, "2"],
  ]);
  expect(problems[0]?.expected).toStartWith("a mapping of device, workers, batch_size");
});

test("loadConfig() says how a text, a list and a number are written", async () => {
  expect((await space.problem("experiment: { name: 2024 }\n")).fix).toBe('name: "2024"');
  expect((await space.problem("data: { dataset_names: real }\n")).fix).toBe("dataset_names: [real]");
  expect((await space.problem('training: { lr: "1e-4" }\n')).fix).toBe("lr: 0.0001");
  expect((await space.problem("data: { max_rows: 1_000 }\n")).fix).toBe("max_rows: 1000");
  const empty = await space.problem("training:\n  lr:\n");
  expect([empty.line, empty.column, empty.got, empty.fix]).toEqual([2, 3, "nothing", "lr: 0.0001"]);
});

test("loadConfig() refuses names that no folder can have, and offers one that it can", async () => {
  for (const [name, fix] of [
    ["a/b", "a_b"],
    ["..", "table_detector"],
    ["run: 2", "run_2"],
    [" x", "x"],
    ["", "table_detector"],
  ]) {
    const problem = await space.problem(`experiment: { name: ${JSON.stringify(name)} }\n`);
    expect([name, problem.fix]).toEqual([name!, `name: ${fix}`]);
  }
  expect((await space.load("experiment: { name: Tabellen für März }\n")).config.experiment.name).toBe(
    "Tabellen für März",
  );
});

test("loadConfig() refuses infinite and undefined numbers", async () => {
  expect((await space.problem("training: { lr: .inf }\n")).got).toBe("Infinity");
  expect((await space.problem("training: { lr: .nan }\n")).got).toBe("NaN");
});

test("loadConfig() points at the item of a list that is wrong or stands twice", async () => {
  const twice = await space.problem("data:\n  dataset_names: [real, synthetic, real]\n");
  expect([twice.line, twice.column, twice.message, twice.got, twice.fix]).toEqual([
    2,
    36,
    "Cannot use data.dataset_names[2]",
    '"real" again',
    "dataset_names: [real, synthetic]",
  ]);
  const item = await space.problem("experiment: { tags: [a, 3] }\n");
  expect([item.column, item.expected, item.fix]).toEqual([
    25,
    "a text of 1 to 64 characters",
    'tags: [a, "3"]',
  ]);
});

test("loadConfig() names the argument and the variable at fault", async () => {
  const yaml = "plugins: { wandb: true }\n";
  expect(await space.problem(yaml, ["--training.max_epochs", "many"])).toEqual({
    where: "command line, --training.max_epochs=many",
    message: "Cannot use training.max_epochs",
    expected: "an integer of at least 1 (epochs)",
    got: '"many"',
    fix: "give such a value, or leave the argument out: the configuration's value holds then",
  });
  expect(await space.problem(yaml, [], { WANDB_MODE: "offlin" })).toEqual({
    where: "environment variable WANDB_MODE",
    message: "Cannot use plugins.wandb.mode",
    expected: "one of auto, online, offline",
    got: '"offlin"',
    fix: "WANDB_MODE=offline",
  });
});

test("loadConfig() offers a default of the schema for a line of the file, not in place of the file's value", async () => {
  const yaml = "training: { lr: 0.5 }\n";
  expect((await space.problem("training: { lr: abc }\n")).fix).toBe("lr: 0.0001");
  for (const argument of ["--training.lr=abc", "--training.device=xyz", "--training.max_epochs=few"]) {
    expect((await space.problem(yaml, [argument])).fix).toContain("leave the argument out");
  }
  expect((await space.problem(yaml, ["--training.device=atuo"])).fix).toBe("--training.device=auto");
  expect((await space.problem(yaml, ["--training.max_epochs=0"])).fix).toBe("--training.max_epochs=1");
});

test("loadConfig() refuses arguments that are no overrides, whole sections and keys without a value", async () => {
  expect((await space.problem("data: {}\n", ["extra.yaml"])).message).toBe(
    "Cannot use the argument extra.yaml",
  );
  expect((await space.problem("data: {}\n", ["--evaluation=3"])).expected).toBe(
    "one key of evaluation (eob_threshold, score_threshold, before_and_after)",
  );
  expect((await space.problem("data: {}\n", ["--training.lr"])).got).toBe("nothing");
  expect((await space.problem("data: {}\n", ["--plugins=wandb"])).expected).toStartWith(
    "one plugin: --plugins.<name>",
  );
  expect((await space.problem("data: {}\n", ["--training.lr.x=3"])).got).toBe("lr");
});

test("loadConfig() refuses divided widths: hidden_dim over num_heads, and the position code's four parts", async () => {
  const heads = await space.problem("model:\n  detr:\n    hidden_dim: 96\n    num_heads: 5\n");
  expect(heads).toMatchObject({
    line: 4,
    expected: "a divisor of model.detr.hidden_dim (96, line 3): 1, 2, 3, 4, 6, 8, 12, ...",
    fix: "num_heads: 4",
  });
  const onlyWidth = await space.problem("model: { detr: { hidden_dim: 100 } }\n");
  expect([onlyWidth.column, onlyWidth.got]).toEqual([30, "8 (the default)"]);
  const four = await space.problem("model: { detr: { hidden_dim: 126, num_heads: 6 } }\n");
  expect(four.message).toBe("Cannot use model.detr.hidden_dim");
  expect(four.fix).toBe("hidden_dim: 132");
  const line = await space.problem("data: {}\n", ["--model.detr.num_heads=3"]);
  expect([line.where, line.fix]).toEqual([
    "command line, --model.detr.num_heads=3",
    "--model.detr.num_heads=2",
  ]);
});

test("loadConfig() refuses ratios that do not sum to 1, within rounding", async () => {
  expect(await space.problem("data:\n  val_ratio: 0.3\n")).toEqual({
    file: "run.yaml",
    line: 2,
    column: 14,
    message: "Cannot use data.train_ratio",
    expected: "data.train_ratio + data.val_ratio + data.test_ratio = 1",
    got: "0.8 + 0.3 + 0.1 = 1.2 (the default)",
    fix: "train_ratio: 0.6",
  });
  await space.load("data: { train_ratio: 0.7, val_ratio: 0.2, test_ratio: 0.1 }\n");
  await space.load("data: { train_ratio: 1, val_ratio: 0, test_ratio: 0 }\n");
});

test("loadConfig() refuses early stopping without a validation split, and a loss of nothing", async () => {
  const yaml = "data: { train_ratio: 0.9, val_ratio: 0 }\ntraining: { early_stopping_patience: 3 }\n";
  const stopping = await space.problem(yaml);
  expect(stopping.line).toBe(2);
  expect(stopping.expected).toBe(
    "null with data.val_ratio (0, line 1): there is no validation F1 to wait for",
  );
  const loss = await space.problem("model: { loss: { lambda_cls: 0, lambda_l1: 0, lambda_iou: 0 } }\n");
  expect(loss.message).toBe("Cannot use model.loss.lambda_cls");
  const dense = "model: { dense_head: { enabled: true, only: true }, loss: { lambda_cls: 0, lambda_l1: 0,";
  await space.load(`${dense} lambda_iou: 0 } }\n`);
  const none = await space.problem(`${dense} lambda_iou: 0, lambda_dense: 0 } }\n`);
  expect(none).toMatchObject({ message: "Cannot use model.loss.lambda_dense", fix: "lambda_dense: 1" });
});

test("loadConfig() concludes nothing from settings that are wrong themselves", async () => {
  const problems = await space.problems("model: { detr: { hidden_dim: wide, num_heads: 6 } }\n");
  expect(problems.map(({ message }) => message)).toEqual(["Cannot use model.detr.hidden_dim"]);
});

test("loadConfig() allows a warm-up as long as the run or longer", async () => {
  const { config } = await space.load("training: { max_epochs: 3, warmup_epochs: 10 }\n");
  expect(config.training.warmup_epochs).toBe(10);
});
