/** The steps of `gpu.ts`, each a program with a limit of time. */

import { join } from "node:path";
import { PROJECT_ROOT } from "../core/base/project-root.ts";

/** A step runs a program, or finds something out in this process. */
export interface Step {
  readonly name: string;
  /** Steps further up the list that have to be done; if one is not, this one is skipped and names it. */
  readonly needs: readonly string[];
  readonly command: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The most time, seconds. */
  readonly limit: number;
  /** The reason if there is no such program. */
  readonly missing?: string;
  /** True: it begins with the first step and goes on beside the others, since it waits for downloads. */
  readonly beside?: boolean;
  /** What the result is: the last line of JSON, the sums of `bun test`, or the first lines of text. */
  readonly gives?: "json" | "tests" | "text";
  /** Tests that have to pass at least, so that a run in which all are skipped is none. */
  readonly leastTests?: number;
}

export interface StepOptions {
  /** Only what needs no download and no GPU: seconds. */
  readonly quick: boolean;
  /** A Python with PyTorch and SciPy that the user named; null: the one of the project's cache is made. */
  readonly python: string | null;
  /** Turns of each contestant. */
  readonly rounds: number;
  /** Passes over the workload per turn. */
  readonly passes: number;
  /** Where trainings make their runs. */
  readonly scratch: string;
}

const GPU_DEVICES = ["cuda", "webgpu"] as const;
const CONFIGS = ["minimal", "full"] as const;
const MINUTE = 60;
/** The environment of Python that is made if none is named. */
const VENV = join(PROJECT_ROOT, ".cache", "bench-gpu");

export function gpuSteps(options: StepOptions): Step[] {
  const { quick, python } = options;
  const query = "--query-gpu=name,driver_version,memory.total,compute_cap";
  const driver = {
    ...program("nvidia driver", ["nvidia-smi", query, "--format=csv,noheader"]),
    missing: "no NVIDIA driver: there is no nvidia-smi on this machine",
  };
  const checks = [
    step("plan of cuda", ["core/commands/device.ts", "setup", "cuda", "--dry-run"], { gives: "text" }),
    step("plan of webgpu", ["core/commands/device.ts", "setup", "webgpu", "--dry-run"], { gives: "text" }),
    goldens("wasm", [], 3 * MINUTE),
  ];
  if (quick) return [driver, ...checks];
  return [
    driver,
    ...torchSteps(python),
    ...checks,
    step("set up webgpu", ["core/commands/device.ts", "setup", "webgpu"], { limit: 2 * MINUTE }),
    // It refuses to download 3.4 GB by itself if there is no driver.
    step("set up cuda", ["core/commands/device.ts", "setup", "cuda"], { limit: 5 * MINUTE }),
    ...GPU_DEVICES.flatMap((device) => [
      step(`try ${device}`, ["core/tensor/try-device.ts", device], {
        needs: [`set up ${device}`],
        gives: "json",
      }),
      goldens(device, [`try ${device}`], 2 * MINUTE),
    ]),
    ...GPU_DEVICES.flatMap((device) => CONFIGS.map((config) => training(device, config, options))),
    ...CONFIGS.flatMap((config) =>
      Array.from({ length: options.rounds }, (_, round) => speeds(config, round + 1, options)).flat(),
    ),
  ];
}

/** The steps that bring PyTorch, beside the others. */
function torchSteps(python: string | null): Step[] {
  const check =
    "import torch, scipy; assert torch.cuda.is_available(), 'PyTorch finds no GPU'; print(torch.__version__)";
  const found = (needs: string[]) => ({
    ...program("pytorch", [pythonOf(python), "-c", check]),
    needs,
    gives: "text" as const,
  });
  if (python !== null) return [found([])];
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "torch", "scipy"];
  const install = `python3 -m venv "$0" && "$0/bin/python" ${pip.join(" ")}`;
  return [
    {
      ...program("install pytorch", ["sh", "-c", install, VENV]),
      needs: ["nvidia driver"],
      limit: 6 * MINUTE,
      beside: true,
    },
    found(["install pytorch"]),
  ];
}

function pythonOf(python: string | null): string {
  return python ?? join(VENV, "bin", "python");
}

/** The network's numbers against those of the reference. */
function goldens(device: "cuda" | "webgpu" | "wasm", needs: readonly string[], limit: number): Step {
  const files =
    device === "webgpu"
      ? ["tests/tensor/webgpu/golden-model.test.ts", "tests/tensor/webgpu/dense-golden.test.ts"]
      : ["tests/model/golden-model.test.ts", "tests/model/dense-golden.test.ts"];
  const command = ["test", "--timeout", String(limit * 1000), "-t", `^${device} `, ...files];
  // PyTorch's own test of the same file is for another machine.
  const env = { GOLDEN_DEVICES: device };
  return { ...step(`goldens on ${device}`, command, { needs, limit }), env, gives: "tests", leastTests: 5 };
}

function training(device: string, config: string, { scratch }: StepOptions): Step {
  const settings = [`--training.device=${device}`, "--training.max_epochs=1", "--plugins.wandb=false"];
  const command = ["core/commands/train.ts", `configs/${config}.yaml`, ...settings, "--runs", scratch];
  return step(`train ${config} on ${device}`, command, { needs: [`try ${device}`], limit: 2 * MINUTE });
}

/** One turn of PyTorch and of each device. */
function speeds(config: string, turn: number, { python, passes }: StepOptions): Step[] {
  const name = (engine: string) => `speed ${config} ${engine}, turn ${turn}`;
  const options = ["--config", config, "--passes", String(passes)];
  const peer = program(name("pytorch"), [pythonOf(python), join(import.meta.dir, "gpu_peer.py"), ...options]);
  const own = GPU_DEVICES.map((device) =>
    step(name(device), ["bench/model.ts", ...options, "--device", device], {
      needs: [`try ${device}`],
      gives: "json",
    }),
  );
  return [{ ...peer, needs: ["pytorch"], gives: "json" }, ...own];
}

/** A step that runs a file of the project. */
function step(name: string, args: readonly string[], more: Partial<Step> = {}): Step {
  return { ...program(name, [process.execPath, ...args]), ...more };
}

function program(name: string, command: readonly string[]): Step {
  return { name, needs: [], command, limit: MINUTE, gives: "text" };
}
