/**
 * `bun run device`: lists the devices of this machine, installs those that need more than packages, removes
 * them.
 */

import { defineCommand } from "citty";
import { commandLine } from "../base/command-line.ts";
import { type ExitCode, formatProblems, UserError } from "../base/problem.ts";
import { runMain } from "../console/command.ts";
import { ProcessConsole } from "../console/console.ts";
import { describePlan } from "../device-setup/describe-plan.ts";
import { planSetup } from "../device-setup/plan.ts";
import { removeDevice } from "../device-setup/remove-device.ts";
import { setupDevice } from "../device-setup/setup-device.ts";
import { listDevices } from "../tensor/list-devices.ts";
import { hasNvidiaDriver, nativeAvailability } from "../tensor/native/availability.ts";
import type { NativeDevice } from "../tensor/native/wheels.ts";

const deviceArgument = {
  type: "positional",
  description: "native or cuda",
  valueHint: "native|cuda",
} as const;

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
  meta: { description: "Install TensorFlow's library and build the binding to it" },
  args: {
    device: deviceArgument,
    lib: {
      type: "string",
      valueHint: "folder",
      description: "Use the library and headers in this folder, without a check",
    },
    wheel: { type: "string", valueHint: "file", description: "Use those of this wheel of TensorFlow" },
    "dry-run": { type: "boolean", description: "Only print what would be done and downloaded" },
  },
  async run({ args }): Promise<ExitCode> {
    const device = nativeDevice(args.device);
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
  args: { device: deviceArgument },
  run({ args }): ExitCode {
    const device = nativeDevice(args.device);
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

function nativeDevice(name: string | undefined): NativeDevice {
  if (name === "native" || name === "cuda") return name;
  throw new UserError(
    {
      message: "Cannot set up or remove this device",
      expected: "native or cuda: the other devices come with the packages",
      got: name ?? "no device",
      fix: commandLine("device", "setup", "native"),
    },
    { exitCode: 2 },
  );
}

/** Refuses to download 3 GB for a GPU that is not there. */
function requireDriver(): void {
  const availability = nativeAvailability("cuda");
  if (!availability.available && !hasNvidiaDriver()) throw new UserError(availability.problem);
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(0).padStart(3)} s`;
}
