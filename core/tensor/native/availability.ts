/** Finds out whether TensorFlow can be used on this machine, without loading its 850 MB. */

import { existsSync } from "node:fs";
import { commandLine } from "../../base/command-line.ts";
import type { Problem } from "../../base/problem.ts";
import {
  BINDING_PACKAGE,
  bindingPackage,
  findInstallation,
  type NativeInstallation,
} from "./installation.ts";
import type { NativeDevice } from "./wheels.ts";

/** The installation of a device, or why there is none. */
export type NativeAvailability =
  | { readonly available: true; readonly installation: NativeInstallation }
  | { readonly available: false; readonly problem: Problem };

/**
 * Looks for a built binding and, for `cuda`, for an NVIDIA driver. A binding ran at least once, at its
 * setup; only `openNative` proves that it still does.
 */
export function nativeAvailability(device: NativeDevice = "native"): NativeAvailability {
  if (device === "cuda" && !hasNvidiaDriver()) {
    return { available: false, problem: noDriver() };
  }
  const installation = findInstallation(device);
  if (installation !== null && bindingPackage() !== null) return { available: true, installation };
  return {
    available: false,
    problem: {
      message: `Cannot use the device ${device}`,
      expected: `TensorFlow's library, the binding to it and the package ${BINDING_PACKAGE}`,
      got:
        installation === null
          ? "neither library nor binding on this machine"
          : "the package is not installed",
      fix: setup(device),
    },
  };
}

/** Whether the NVIDIA driver of the kernel is loaded; inside WSL it is a library. */
export function hasNvidiaDriver(): boolean {
  return ["/proc/driver/nvidia/version", "/dev/nvidiactl", "/usr/lib/wsl/lib/libcuda.so.1"].some((path) =>
    existsSync(path),
  );
}

function setup(device: NativeDevice): string {
  return commandLine("device", "setup", device);
}

function noDriver(): Problem {
  return {
    message: "Cannot use the device cuda",
    expected: "an NVIDIA GPU with its driver (on Linux, x86-64)",
    got: "no NVIDIA driver on this machine",
    fix: `install the driver of your GPU, then ${setup("cuda")}; without a GPU: ${setup("native")}`,
  };
}
