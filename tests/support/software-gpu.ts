/**
 * A Vulkan driver for machines without a GPU: SwiftShader, which Debian's `chromium` package brings along.
 */

import { dlopen } from "bun:ffi";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setLibraryEnvironment } from "../../core/tensor/native/environment.ts";
import { hasGpuDriver, SOFTWARE_VARIABLE } from "../../core/tensor/webgpu/availability.ts";
import { skipped } from "./skipped.ts";

const CHROMIUM = "/usr/lib/chromium";

/** The environment in which a program that is started finds SwiftShader. */
export const softwareGpuEnvironment = {
  [SOFTWARE_VARIABLE]: "1",
  VK_DRIVER_FILES: join(CHROMIUM, "vk_swiftshader_icd.json"),
  LD_LIBRARY_PATH: CHROMIUM,
};

/** True if tests can run on a GPU or on SwiftShader; else a notice says what they lack. */
export const hasVulkan = useSoftwareGpu();

function useSoftwareGpu(): boolean {
  const loader = join(CHROMIUM, "libvulkan.so.1");
  if (!hasPackages() || !(hasGpuDriver() || existsSync(loader))) {
    skipped("tests of webgpu", "no Vulkan driver; apt-get install chromium brings SwiftShader");
    return false;
  }
  if (existsSync(loader)) {
    const { LD_LIBRARY_PATH: _, ...variables } = softwareGpuEnvironment;
    Object.assign(process.env, variables);
    setLibraryEnvironment(variables);
    // Once it is loaded, Dawn finds it by its name, wherever it lies.
    dlopen(loader, { vkGetInstanceProcAddr: { args: [], returns: "ptr" } });
  }
  return true;
}

function hasPackages(): boolean {
  try {
    createRequire(import.meta.url).resolve("webgpu");
    return true;
  } catch {
    return false;
  }
}
