/** Tests how a process sees from its environment that it is one of several ranks. */

import { expect, test } from "bun:test";
import { launchedRank, withoutRank, workersOfRank } from "../../core/ranks/launched-ranks.ts";

test("the variables of both launchers name rank, size and the ranks of the machine", () => {
  expect(launchedRank({ PMI_RANK: "3", PMI_SIZE: "4", MPI_LOCALNRANKS: "2" })).toEqual({
    rank: 3,
    size: 4,
    onThisMachine: 2,
    launcher: "mpich",
  });
  const openMpi = { OMPI_COMM_WORLD_RANK: "0", OMPI_COMM_WORLD_SIZE: "2", OMPI_COMM_WORLD_LOCAL_SIZE: "2" };
  expect(launchedRank(openMpi)).toEqual({ rank: 0, size: 2, onThisMachine: 2, launcher: "openmpi" });
});

test("srun may belong to either implementation", () => {
  const slurm = { SLURM_STEP_ID: "0", SLURM_NTASKS: "2", SLURM_PROCID: "1" };
  expect(launchedRank({ ...slurm, PMI_RANK: "1", PMI_SIZE: "2" })?.launcher).toBe("unknown");
  expect(launchedRank({ ...slurm, PMIX_RANK: "1" })).toMatchObject({ rank: 1, size: 2 });
});

test("a job script, a single rank and a process without a launcher train alone", () => {
  expect(launchedRank({ SLURM_NTASKS: "4", SLURM_PROCID: "0" })).toBeNull();
  expect(launchedRank({ PMI_RANK: "0", PMI_SIZE: "1" })).toBeNull();
  expect(launchedRank({})).toBeNull();
});

test("a rank uses the cores that Slurm has allocated, or its share of the machine, and at least one", () => {
  expect(workersOfRank({ onThisMachine: 2 }, { SLURM_CPUS_PER_TASK: "6" }, 64)).toBe(6);
  expect(workersOfRank({ onThisMachine: 4 }, {}, 64)).toBe(16);
  expect(workersOfRank({ onThisMachine: 4 }, {}, 2)).toBe(1);
});

test("srun says how many tasks share a machine", () => {
  const step = { SLURM_STEP_ID: "0", PMI_RANK: "1", PMI_SIZE: "7" };
  expect(launchedRank({ ...step, SLURM_STEP_TASKS_PER_NODE: "2(x3),1" })?.onThisMachine).toBe(2);
  expect(launchedRank({ ...step, SLURM_STEP_TASKS_PER_NODE: "7" })?.onThisMachine).toBe(7);
  expect(launchedRank(step)?.onThisMachine).toBe(1);
});

test("a process that a rank starts is no rank", () => {
  const env = {
    PATH: "/bin",
    OMPI_COMM_WORLD_RANK: "1",
    OMPI_COMM_WORLD_SIZE: "2",
    PMIX_RANK: "1",
    PMI_RANK: "1",
  };
  expect(withoutRank(env)).toEqual({ PATH: "/bin" });
});
