/** Finds out whether WebGPU may be available, without loading Dawn. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "../../base/command-line.ts";
import type { Problem } from "../../base/problem.ts";
import { packageFolders } from "../../base/project-root.ts";

/** Dawn for Bun, and the backend of TensorFlow.js on it. They are optional dependencies. */
const WEBGPU_PACKAGES = ["webgpu", "@tensorflow/tfjs-backend-webgpu"] as const;

/**
 * Set to 1, it allows `webgpu` to run on a software adapter. It is for tests, as that is slower than `js`.
 */
export const SOFTWARE_VARIABLE = "WEBGPU_ALLOW_SOFTWARE";

/**
 * Why webgpu is not available; null if its packages are installed and, on Linux, the kernel drives a GPU.
 */
export function webgpuProblem(): Problem | null {
  const missing = missingWebgpuPackages();
  if (missing.length > 0) {
    return {
      message: "Cannot use the device webgpu",
      expected: `the packages ${WEBGPU_PACKAGES.join(" and ")}`,
      got: `${missing.join(" and ")} not installed`,
      fix: commandLine("device", "setup", "webgpu"),
    };
  }
  if (hasGpuDriver() || softwareAllowed()) return null;
  return {
    message: "Cannot use the device webgpu",
    expected: "a GPU that the system drives (/dev/dri/renderD*, /dev/nvidiactl or, in WSL, /dev/dxg)",
    got: "none on this machine",
    fix: "install the driver of your GPU; in a container, pass the device in; without a GPU: training.device: cpu",
  };
}

/** Whether the user allows an adapter that computes on the CPU. */
export function softwareAllowed(): boolean {
  return process.env[SOFTWARE_VARIABLE] === "1";
}

/**
 * Whether the kernel drives a GPU, by its device files on Linux. macOS and Windows always have Metal or
 * Direct3D.
 */
export function hasGpuDriver(): boolean {
  if (process.platform !== "linux") return true;
  if (existsSync("/dev/nvidiactl") || existsSync("/dev/dxg")) return true;
  return existsSync("/dev/dri") && readdirSync("/dev/dri").some((name) => name.startsWith("renderD"));
}

/** The names of its packages that are not installed. */
export function missingWebgpuPackages(): string[] {
  // By their files: a resolver remembers what it did not find, and they may be installed while this runs.
  const isThere = (name: string) =>
    packageFolders(name).some((folder) => existsSync(join(folder, "package.json")));
  return WEBGPU_PACKAGES.filter((name) => !isThere(name));
}
