/**
 * The manifests of examples/: their fields against the schemas of their programs, as far as they
 * use them, and what their scripts start.
 *
 * MPIJob: kubeflow/mpi-operator, deploy/v2beta1/mpi-operator.yaml; pods: the Kubernetes API, v1.
 * SkyPilot: get_task_schema() of skypilot-org/skypilot, and https://docs.skypilot.co, "SkyPilot YAML".
 */

import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { runProgram } from "../../core/base/run-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const EXAMPLES = join(PROJECT_ROOT, "examples");

/** Fields that are not here are wrong; the optional ones are those that the API has and a writer may add. */
const Pod = z.strictObject({
  spec: z.strictObject({
    restartPolicy: z.enum(["Always", "OnFailure", "Never"]).optional(),
    containers: z
      .array(
        z.strictObject({
          name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
          image: z.string(),
          workingDir: z.string().startsWith("/").optional(),
          command: z.array(z.string()).optional(),
          args: z.array(z.string()).optional(),
          env: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
          resources: z
            .strictObject({
              requests: z.strictObject({ cpu: z.string(), memory: z.string().regex(/^\d+[MGT]i$/) }),
            })
            .optional(),
          volumeMounts: z
            .array(z.strictObject({ name: z.string(), mountPath: z.string().startsWith("/") }))
            .optional(),
        }),
      )
      .min(1),
    volumes: z
      .array(
        z.strictObject({
          name: z.string(),
          persistentVolumeClaim: z.strictObject({ claimName: z.string() }),
        }),
      )
      .optional(),
  }),
});
const ReplicaSpec = z.strictObject({
  replicas: z.int().min(1),
  restartPolicy: z.enum(["Always", "OnFailure", "Never", "ExitCode"]).optional(),
  template: Pod,
});
const MpiJob = z.strictObject({
  apiVersion: z.literal("kubeflow.org/v2beta1"),
  kind: z.literal("MPIJob"),
  metadata: z.strictObject({ name: z.string() }),
  spec: z.strictObject({
    slotsPerWorker: z.int().min(1).optional(),
    mpiImplementation: z.enum(["OpenMPI", "Intel", "MPICH"]).optional(),
    sshAuthMountPath: z.string().optional(),
    runPolicy: z
      .strictObject({
        cleanPodPolicy: z.enum(["None", "Running", "All"]).optional(),
        backoffLimit: z.int().min(0).optional(),
      })
      .optional(),
    mpiReplicaSpecs: z.strictObject({
      Launcher: ReplicaSpec.extend({ replicas: z.literal(1) }),
      Worker: ReplicaSpec,
    }),
  }),
});
const Job = z.strictObject({
  apiVersion: z.literal("batch/v1"),
  kind: z.literal("Job"),
  metadata: z.strictObject({ name: z.string() }),
  spec: z.strictObject({
    completionMode: z.enum(["Indexed", "NonIndexed"]),
    completions: z.int().min(1),
    parallelism: z.int().min(1),
    backoffLimit: z.int().min(0),
    template: Pod,
  }),
});
const SkyTask = z.strictObject({
  name: z.string(),
  workdir: z.string(),
  num_nodes: z.int().min(1),
  resources: z.strictObject({
    cpus: z.union([z.number(), z.string().regex(/^\d+\+?$/)]),
    memory: z.union([z.number(), z.string().regex(/^\d+\+?$/)]),
    use_spot: z.boolean(),
  }),
  file_mounts: z.record(
    z.string(),
    z.union([
      z.string(),
      z.strictObject({ name: z.string(), mode: z.enum(["MOUNT", "COPY", "MOUNT_CACHED"]) }),
    ]),
  ),
  envs: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string()),
  setup: z.string(),
  run: z.string(),
});

test("the MPIJob and the Indexed Job have no field that their schemas do not have", () => {
  const job = manifest("kubernetes/train-mpijob.yaml");
  expect(MpiJob.safeParse(job).error).toBeUndefined();
  expect(Job.safeParse(manifest("kubernetes/predict-job.yaml")).error).toBeUndefined();
  const misspelt = { ...job, spec: { ...job.spec, slotPerWorker: 1 } };
  expect(MpiJob.safeParse(misspelt).error?.issues[0]?.message).toContain("slotPerWorker");
});

test("the MPIJob starts as many ranks as its workers have slots, and mounts what its pods claim", () => {
  const { spec } = MpiJob.parse(manifest("kubernetes/train-mpijob.yaml"));
  const { Launcher, Worker } = spec.mpiReplicaSpecs;
  const ranks = Number(/-n (\d+)/.exec(Launcher.template.spec.containers[0]!.args![0]!)?.[1]);
  expect(ranks).toBe(Worker.replicas * (spec.slotsPerWorker ?? 1));
  for (const { template } of [Launcher, Worker]) {
    const claims = (template.spec.volumes ?? []).map(({ name }) => name);
    expect(template.spec.containers.map(({ volumeMounts }) => volumeMounts?.[0]?.name)).toEqual(claims);
  }
});

test("the task of SkyPilot has no field that its schema does not have", () => {
  expect(SkyTask.safeParse(manifest("skypilot/train.yaml")).error).toBeUndefined();
});

const SCRIPTS = [
  {
    name: "the launcher of the MPIJob",
    runs: "/data/runs",
    script: () =>
      MpiJob.parse(manifest("kubernetes/train-mpijob.yaml")).spec.mpiReplicaSpecs.Launcher.template.spec
        .containers[0]!.args![0]!,
  },
  {
    name: "the first machine of SkyPilot",
    runs: "/runs",
    script: () => SkyTask.parse(manifest("skypilot/train.yaml")).run,
  },
];

describe.each(SCRIPTS)("$name", ({ runs, script }) => {
  test("trains at first, and resumes once a run has a checkpoint", async () => {
    using folder = temporaryFolder("manifest");
    const mpirun = folder.write("bin/mpirun", '#!/bin/sh\necho "mpirun $*"\n');
    chmodSync(mpirun, 0o755);
    const start = () =>
      runProgram(["bash", "-c", script().replaceAll(runs, folder.join("runs"))], {
        env: {
          PATH: `${folder.join("bin")}:${process.env.PATH}`,
          HOME: folder.path,
          CONFIG: "configs/full.yaml",
          SKYPILOT_NODE_RANK: "0",
          SKYPILOT_NUM_NODES: "4",
          SKYPILOT_NODE_IPS: "10.0.0.1\n10.0.0.2\n10.0.0.3\n10.0.0.4",
        },
      });
    const first = await start();
    expect([first.code, first.output]).toEqual([
      0,
      expect.stringMatching(/-n 4 .*train\.ts configs\/full\.yaml --runs/),
    ]);
    folder.write("runs/one/checkpoints/last.pt", "");
    expect((await start()).output).toMatch(/-n 4 .*train\.ts --resume latest --runs/);
  });
});

test("the other machines of SkyPilot start nothing, and the first one lists a slot for each", async () => {
  using folder = temporaryFolder("sky");
  const { run } = SkyTask.parse(manifest("skypilot/train.yaml"));
  chmodSync(folder.write("bin/mpirun", '#!/bin/sh\ncat "$2"\n'), 0o755);
  const on = (rank: string) =>
    runProgram(["bash", "-c", run], {
      env: {
        PATH: `${folder.join("bin")}:${process.env.PATH}`,
        HOME: folder.path,
        SKYPILOT_NODE_RANK: rank,
        SKYPILOT_NUM_NODES: "2",
        SKYPILOT_NODE_IPS: "10.0.0.1\n10.0.0.2",
      },
    });
  expect(await on("1")).toMatchObject({ code: 0, output: "" });
  expect((await on("0")).output).toBe("10.0.0.1 slots=1\n10.0.0.2 slots=1\n");
});

function manifest(name: string) {
  return parse(readFileSync(join(EXAMPLES, name), "utf8"));
}
