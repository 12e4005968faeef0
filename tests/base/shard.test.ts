/** Which part of the work a process takes, as the user or a scheduler says it. */

import { describe, expect, test } from "bun:test";
import { describeShard, shardName, shardOption } from "../../core/base/shard.ts";

const numbers = (shard: ReturnType<typeof shardOption>) => [shard?.number, shard?.count, shard?.source];

test("--shard 3/100 is the third of a hundred, and its name sorts as its number does", () => {
  const shard = shardOption("3/100", {})!;
  expect(shard).toEqual({ number: 3, count: 100, source: null });
  expect(shardName(shard)).toBe("shard-003-of-100");
  expect(shardOption(undefined, { RANK: "1", WORLD_SIZE: "2" })).toBeNull();
});

test("the first, the last and the only part of the work are parts of it", () => {
  expect(["1/8", "8/8", "1/1"].map((text) => numbers(shardOption(text, {})))).toEqual([
    [1, 8, null],
    [8, 8, null],
    [1, 1, null],
  ]);
});

test.each(["0/4", "5/4", "3", "a/b", "3/", "-1/4", "1/0"])("--shard %s is refused", (text) => {
  expect(() => shardOption(text, {})).toThrow(/Cannot use --shard/);
});

describe("--shard auto", () => {
  const tasks: [string, Record<string, string>, number, number][] = [
    [
      "a Slurm array from 0",
      { SLURM_ARRAY_TASK_ID: "2", SLURM_ARRAY_TASK_COUNT: "8", SLURM_ARRAY_TASK_MIN: "0" },
      3,
      8,
    ],
    [
      "a Slurm array from 1",
      { SLURM_ARRAY_TASK_ID: "8", SLURM_ARRAY_TASK_COUNT: "8", SLURM_ARRAY_TASK_MIN: "1" },
      8,
      8,
    ],
    [
      "a Slurm array in steps",
      {
        SLURM_ARRAY_TASK_ID: "14",
        SLURM_ARRAY_TASK_COUNT: "4",
        SLURM_ARRAY_TASK_MIN: "10",
        SLURM_ARRAY_TASK_STEP: "2",
      },
      3,
      4,
    ],
    ["an Indexed Job", { JOB_COMPLETION_INDEX: "4", JOB_COMPLETIONS: "5" }, 5, 5],
    ["a Slurm array without a first number", { SLURM_ARRAY_TASK_ID: "0", SLURM_ARRAY_TASK_COUNT: "8" }, 1, 8],
    ["a step of one process alone", { SLURM_PROCID: "0", SLURM_STEP_NUM_TASKS: "1" }, 1, 1],
    ["Open MPI", { OMPI_COMM_WORLD_RANK: "0", OMPI_COMM_WORLD_SIZE: "2" }, 1, 2],
    ["MPICH", { PMI_RANK: "1", PMI_SIZE: "2" }, 2, 2],
    ["srun", { SLURM_PROCID: "1", SLURM_STEP_NUM_TASKS: "3" }, 2, 3],
    ["torchrun's variables", { RANK: "3", WORLD_SIZE: "4" }, 4, 4],
  ];

  test.each(tasks)("takes the task of %s", (_, env, number, count) => {
    const shard = shardOption("auto", env)!;
    expect(numbers(shard)).toEqual([number, count, expect.any(String)]);
    expect(describeShard(shard)).toContain(Object.keys(env)[0]!);
  });

  test("names the variable that a manifest of Kubernetes has to give", () => {
    expect(() => shardOption("auto", { JOB_COMPLETION_INDEX: "1" })).toThrow(/JOB_COMPLETIONS/);
  });

  test("refuses a process that no scheduler numbers, and numbers with gaps", () => {
    expect(() => shardOption("auto", {})).toThrow(/Cannot tell which shard/);
    const gaps = { SLURM_ARRAY_TASK_ID: "7", SLURM_ARRAY_TASK_COUNT: "3", SLURM_ARRAY_TASK_MIN: "1" };
    expect(() => shardOption("auto", gaps)).toThrow(/without gaps/);
    for (const [RANK, WORLD_SIZE] of [
      ["4", "4"],
      ["-1", "4"],
      ["x", "4"],
      ["0", "x"],
    ]) {
      expect(() => shardOption("auto", { RANK, WORLD_SIZE })).toThrow(/without gaps/);
    }
  });

  test("takes no notice of a shell that keeps the number of a task without their count", () => {
    const kept = { SLURM_PROCID: "0", SLURM_ARRAY_TASK_ID: "3", RANK: "" };
    expect(() => shardOption("auto", kept)).toThrow("Cannot tell which shard this is");
    const mpi = { PMI_RANK: "1", PMI_SIZE: "2" };
    expect(numbers(shardOption("auto", { ...kept, ...mpi }))).toEqual([2, 2, "PMI_RANK, PMI_SIZE"]);
  });

  test("refuses two schedulers that number differently, and takes two that agree", () => {
    const mpi = { PMI_RANK: "1", PMI_SIZE: "2" };
    expect(numbers(shardOption("auto", { ...mpi, RANK: "1", WORLD_SIZE: "2" }))).toEqual([
      2,
      2,
      expect.any(String),
    ]);
    for (const [RANK, WORLD_SIZE] of [
      ["1", "3"],
      ["0", "2"],
    ]) {
      expect(() => shardOption("auto", { ...mpi, RANK, WORLD_SIZE })).toThrow(/two schedulers/);
    }
    // Every task of an array runs in a step of one process.
    const step = { SLURM_PROCID: "0", SLURM_STEP_NUM_TASKS: "1" };
    expect(numbers(shardOption("auto", { ...mpi, ...step }))).toEqual([2, 2, "PMI_RANK, PMI_SIZE"]);
    const array = { SLURM_ARRAY_TASK_ID: "0", SLURM_ARRAY_TASK_COUNT: "8", SLURM_ARRAY_TASK_MIN: "0" };
    expect(() => shardOption("auto", { ...mpi, ...array })).toThrow(/two schedulers/);
  });
});
