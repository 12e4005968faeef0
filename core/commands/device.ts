/**
 * `bun run device`: lists the devices of this machine, installs those that need more than packages, removes
 * them.
 */

import { defineCommand } from "citty";
import { commandLine } from "../base/command-line.ts";
import { type ExitCode, formatProblems, UserError, usageError } from "../base/problem.ts";
import { runMain } from "../console/command.ts";
import { ProcessConsole } from "../console/console.ts";
import { describePlan } from "../device-setup/describe-plan.ts";
import { installDevicePackages } from "../device-setup/device-packages.ts";
import { planSetup } from "../device-setup/plan.ts";
import { removeDevice } from "../device-setup/remove-device.ts";
import { setupDevice } from "../device-setup/setup-device.ts";
import { listDevices } from "../tensor/list-devices.ts";
import { hasNvidiaDriver, nativeAvailability } from "../tensor/native/availability.ts";
import type { NativeDevice } from "../tensor/native/wheels.ts";
import { missingWebgpuPackages, webgpuProblem } from "../tensor/webgpu/availability.ts";

const list = defineCommand({
  meta: {
    description: "List the devices: which of them work, why others do not, and how to install them",
  },
  async run(): Promise<ExitCode> {
    const out = new ProcessConsole();
    await listDevices((line) => out.line(line));
    out.close();
    return 0;
  },
});

const setup = defineCommand({
  meta: { description: "Install a device: its packages, and for native and cuda TensorFlow's library" },
  args: {
    device: { type: "positional", description: "native, cuda or webgpu", valueHint: "native|cuda|webgpu" },
    lib: {
      type: "string",
      valueHint: "folder",
      description: "Use the library and headers in this folder, without a check",
    },
    wheel: { type: "string", valueHint: "file", description: "Use those of this wheel of TensorFlow" },
    "dry-run": { type: "boolean", description: "Only print what would be done and downloaded" },
  },
  async run({ args }): Promise<ExitCode> {
    if (args.device === "webgpu") return setupWebgpu(args);
    const device = nativeDevice("setup", args.device);
    const plan = await planSetup({ device, lib: args.lib, wheel: args.wheel });
    const out = new ProcessConsole();
    out.line(describePlan(plan));
    if (args["dry-run"]) return 0;
    if (device === "cuda") requireDriver();
    const start = performance.now();
    try {
      const result = await setupDevice(plan, {
        step: (text) => out.line(`[${seconds(start)}] ${text}`),
        status: (text) => out.status(text),
      });
      if (result.withoutKernels !== null) {
        out.warn(`The device works without the project's kernels, only slower:`);
        out.warn(formatProblems([result.withoutKernels]));
      }
      const { version, gpu, withoutKernels } = result.runtime;
      const details = [gpu ? "on a GPU" : "on the CPU", withoutKernels ?? "with the project's kernels"];
      out.line(`[${seconds(start)}] ${device} works: TensorFlow ${version} ${details.join(", ")}`);
      out.line(`  in ${result.folder}`);
    } finally {
      out.close();
    }
    return 0;
  },
});

const remove = defineCommand({
  meta: { description: "Remove what setup installed" },
  args: { device: { type: "positional", description: "native or cuda", valueHint: "native|cuda" } },
  run({ args }): ExitCode {
    const device = nativeDevice("remove", args.device);
    const removed = removeDevice(device);
    process.stdout.write(
      removed.length > 0 ? `Removed ${removed.join(", ")}\n` : `${device} is not installed\n`,
    );
    return 0;
  },
});

const device = defineCommand({
  meta: { name: "device", description: "List, install and remove the devices that networks run on" },
  subCommands: { list, setup, remove },
});

const given = process.argv.slice(2);
await runMain(device, given.length === 0 ? ["list"] : given);

function nativeDevice(work: "setup" | "remove", name: string | undefined): NativeDevice {
  if (name === "native" || name === "cuda") return name;
  throw usageError({
    message: `Cannot ${work === "setup" ? "set up" : "remove"} this device`,
    expected:
      work === "setup"
        ? "native, cuda or webgpu: wasm and js are always there"
        : "native or cuda: the others are packages alone",
    got: name ?? "no device",
    fix: commandLine("device", work, "native"),
  });
}

/** Installs the packages of webgpu, and says what else it lacks, which only the user can bring. */
async function setupWebgpu(args: { lib?: string; wheel?: string; "dry-run"?: boolean }): Promise<ExitCode> {
  const given = [args.lib === undefined ? [] : "--lib", args.wheel === undefined ? [] : "--wheel"].flat();
  if (given.length > 0) {
    throw usageError({
      where: "command line",
      message: `Cannot use ${given.join(" and ")} here`,
      expected: "a library for native or cuda alone: webgpu needs packages and a driver",
      got: given.join(" and "),
      fix: commandLine("device", "setup", "webgpu"),
    });
  }
  const isThere = () => missingWebgpuPackages().length === 0;
  if (args["dry-run"]) {
    const missing = missingWebgpuPackages().join(" and ");
    process.stdout.write(isThere() ? "The packages are installed\n" : `Would install ${missing}\n`);
    return 0;
  }
  if (!isThere()) await installDevicePackages(isThere, (line) => process.stderr.write(`${line}\n`));
  const problem = webgpuProblem();
  if (problem !== null) throw new UserError(problem);
  process.stdout.write(`The packages are installed; ${commandLine("device")} tries the GPU\n`);
  return 0;
}

/** Refuses to download 3 GB for a GPU that is not there. */
function requireDriver(): void {
  const availability = nativeAvailability("cuda");
  if (!availability.available && !hasNvidiaDriver()) throw new UserError(availability.problem);
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(0).padStart(3)} s`;
}
