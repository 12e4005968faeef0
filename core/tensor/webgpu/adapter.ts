/** Loads Dawn and requests a GPU adapter from it. */

import { commandLine } from "../../base/command-line.ts";
import { UserError } from "../../base/problem.ts";
import { SOFTWARE_VARIABLE, softwareAllowed, webgpuProblem } from "./availability.ts";

/** The exports of Dawn's package. */
interface Dawn {
  create(options: string[]): GPU;
  /** GPUBufferUsage and others, which the backend expects as globals. */
  readonly globals: object;
}

/** Matches the names of drivers that compute on the CPU. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|\bwarp\b|microsoft basic render/i;

/** Whether an adapter computes on the CPU. */
export function isSoftwareAdapter(
  info: Pick<GPUAdapterInfo, "architecture" | "description" | "device" | "isFallbackAdapter" | "vendor">,
): boolean {
  const names = [info.vendor, info.architecture, info.device, info.description].join(" ");
  return info.isFallbackAdapter || SOFTWARE.test(names);
}

/** A name like "NVIDIA H200 (nvidia, hopper)", from what the driver reports. */
export function adapterName({ description, device, vendor, architecture }: GPUAdapterInfo): string {
  const kind = [vendor, architecture].filter(Boolean).join(", ");
  const name = description || device;
  return name === "" ? kind || "a GPU without a name" : kind === "" ? name : `${name} (${kind})`;
}

/**
 * Loads Dawn and requests the fastest adapter.
 *
 * @param options `software`: whether an adapter may compute on the CPU; by default only if
 * WEBGPU_ALLOW_SOFTWARE is 1.
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

/** Installs Dawn as `navigator.gpu`, where TensorFlow.js looks for it, for the life of the process. */
async function loadDawn(): Promise<GPU> {
  if (navigator.gpu) return navigator.gpu;
  const dawn: string = "webgpu"; // a variable, as an absent optional package has no types either
  let module: Dawn;
  try {
    module = (await import(dawn)) as Dawn;
  } catch (cause) {
    throw new UserError(
      {
        message: "Cannot use the device webgpu",
        expected: "Dawn's library for this system (Linux and Windows on x64 and arm64, macOS)",
        got: cause instanceof Error ? cause.message : String(cause),
        fix: `${commandLine("setup", "devices", "--force")}; or training.device: cpu`,
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
      : "install the current driver of your GPU";
  return new UserError({
    message: "Cannot use the device webgpu",
    expected: "a GPU",
    got,
    fix: `${driver}; without a GPU: training.device: cpu; to test on the CPU: ${SOFTWARE_VARIABLE}=1`,
  });
}
