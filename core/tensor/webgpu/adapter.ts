/** The adapter to compute on: Dawn, loaded, and what it finds on this machine. */

import { UserError } from "../../base/problem.ts";
import { SOFTWARE_VARIABLE, softwareAllowed, webgpuProblem } from "./availability.ts";

/** What Dawn's package exports. */
interface Dawn {
  create(options: string[]): GPU;
  /** GPUBufferUsage and the rest, which the backend expects as globals. */
  readonly globals: object;
}

/** Drivers that compute on the CPU, by the names they give themselves. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|\bwarp\b|microsoft basic render/i;

/** True for adapters that compute on the CPU. */
export function isSoftwareAdapter(
  info: Pick<GPUAdapterInfo, "architecture" | "description" | "device" | "isFallbackAdapter" | "vendor">,
): boolean {
  const names = [info.vendor, info.architecture, info.device, info.description].join(" ");
  return info.isFallbackAdapter || SOFTWARE.test(names);
}

/** "NVIDIA H200 (nvidia, hopper)": whatever of it the driver tells. */
export function adapterName({ description, device, vendor, architecture }: GPUAdapterInfo): string {
  const kind = [vendor, architecture].filter(Boolean).join(", ");
  const name = description || device;
  return name === "" ? kind || "a GPU without a name" : kind === "" ? name : `${name} (${kind})`;
}

/**
 * Loads Dawn and takes the fastest adapter.
 *
 * @param options `software`: whether one that computes on the CPU will do. @default only if WEBGPU_ALLOW_SOFTWARE is 1
 * @throws {UserError} If a package is missing, Dawn does not load, or there is no such adapter.
 */
export async function requestAdapter({ software = softwareAllowed() } = {}): Promise<GPUAdapter> {
  const problem = webgpuProblem();
  if (problem !== null) throw new UserError(problem);
  const gpu = await loadDawn();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw noAdapter("none: Dawn finds neither Vulkan, Metal nor Direct3D 12 here");
  if (isSoftwareAdapter(adapter.info) && !software) {
    throw noAdapter(`${adapterName(adapter.info)}, which computes on the CPU`);
  }
  return adapter;
}

/** Dawn as `navigator.gpu`, where TensorFlow.js looks for it; there it stays for the life of the process. */
async function loadDawn(): Promise<GPU> {
  if (navigator.gpu) return navigator.gpu;
  const dawn: string = "webgpu"; // a variable: where the optional package is absent, types are too
  let module: Dawn;
  try {
    module = (await import(dawn)) as Dawn;
  } catch (cause) {
    throw new UserError(
      {
        message: "Cannot use the device webgpu",
        expected: "Dawn's library for this system (Linux and Windows on x64 and arm64, macOS)",
        got: cause instanceof Error ? cause.message : String(cause),
        fix: "bun install --force; else training.device: cpu",
      },
      { cause },
    );
  }
  Object.assign(globalThis, module.globals);
  Object.defineProperty(navigator, "gpu", { value: module.create([]), configurable: true });
  return navigator.gpu;
}

function noAdapter(got: string): UserError {
  const driver =
    process.platform === "linux"
      ? "apt-get install libvulkan1 and your GPU's Vulkan driver (mesa-vulkan-drivers, or NVIDIA's own)"
      : "your GPU's current driver";
  return new UserError({
    message: "Cannot use the device webgpu",
    expected: "a GPU",
    got,
    fix: `${driver}; without a GPU: training.device: cpu; to test on the CPU all the same: ${SOFTWARE_VARIABLE}=1`,
  });
}
