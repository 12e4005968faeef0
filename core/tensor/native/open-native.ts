/**
 * Opens TensorFlow as the backend of TensorFlow.js: `@tensorflow/tfjs-node-gpu` on the library that setup
 * installed.
 */

import { createRequire } from "node:module";
import { findBackend, type KernelBackend, registerBackend, setBackend } from "@tensorflow/tfjs-core";
import { commandLine } from "../../base/command-line.ts";
import { UserError } from "../../base/problem.ts";
import { internAttributeNames } from "./attribute-names.ts";
import { nativeAvailability } from "./availability.ts";
import { NATIVE_BACKEND } from "./backend-name.ts";
import { setLibraryEnvironment } from "./environment.ts";
import { BINDING_PACKAGE, type NativeInstallation } from "./installation.ts";
import { kernelsProblem } from "./kernel-sources.ts";
import type { NodeBackend } from "./operation-caller.ts";
import { registerNativeKernels } from "./register-kernels.ts";
import { registerReshape } from "./reshape-kernel.ts";
import type { NativeDevice } from "./wheels.ts";

export interface NativeOptions {
  /** @default "native" */
  device?: NativeDevice;
  /**
   * The threads of one TensorFlow operation. The first call in a process decides.
   * @default 1: one worker per core is faster than shared operations, and sums in the same order every time.
   */
  threads?: number;
  /** The installation, if it is not the one in place: setup verifies one before it moves it there. */
  installation?: NativeInstallation;
}

/** The opened runtime. */
export interface NativeRuntime {
  /** The version of TensorFlow's library. */
  readonly version: string;
  /** Whether operations run on a GPU. */
  readonly gpu: boolean;
  /** Why the project's own kernels are not in use; null if they are in use. */
  readonly withoutKernels: string | null;
}

/** The part of the binding that is used here. */
interface Binding extends Pick<NodeBackend["binding"], "executeOp"> {
  TF_Version: string;
  isUsingGpuDevice(): boolean;
}

/**
 * Loads TensorFlow and makes it the backend in use. A second call only makes it the backend again.
 *
 * @throws {UserError} If it is not installed, does not load, or finds no GPU for `cuda`.
 */
export async function openNative(options: NativeOptions = {}): Promise<NativeRuntime> {
  const { device = "native", threads = 1 } = options;
  const installation = options.installation ?? installationOf(device);
  const require = createRequire(import.meta.url);
  if (findBackend(NATIVE_BACKEND) == null) {
    setLibraryEnvironment({
      TF_NUM_INTRAOP_THREADS: String(threads),
      TF_NUM_INTEROP_THREADS: "1",
      // This hides warnings about missing GPUs and about instructions that the library was not built for.
      TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "2",
      // Eigen's kernels are as fast here on one thread, and they sum in a fixed order.
      TF_ENABLE_ONEDNN_OPTS: process.env.TF_ENABLE_ONEDNN_OPTS ?? "0",
      TF_FORCE_GPU_ALLOW_GROWTH: "true",
      ...(device === "native" ? { CUDA_VISIBLE_DEVICES: "-1" } : {}),
    });
    const binding = loadBinding(require, installation);
    require(`${BINDING_PACKAGE}/dist/register_all_kernels.js`);
    registerReshape();
    const { NodeJSKernelBackend } = require(`${BINDING_PACKAGE}/dist/nodejs_kernel_backend.js`) as {
      NodeJSKernelBackend: new (binding: Binding, packageName: string) => KernelBackend;
    };
    registerBackend(NATIVE_BACKEND, () => new NodeJSKernelBackend(binding, BINDING_PACKAGE));
  }
  if (!(await setBackend(NATIVE_BACKEND)))
    throw cannotLoad(installation, "TensorFlow.js refused the backend");
  const binding = require(installation.binding) as Binding;
  const gpu = binding.isUsingGpuDevice();
  if (device === "cuda" && !gpu) {
    throw cannotLoad(installation, "TensorFlow started, but found no GPU that it can use");
  }
  const withoutKernels = gpu ? "the project's kernels are the CPU's" : kernelsProblem(installation);
  if (withoutKernels === null) registerNativeKernels(installation.kernels as string);
  return { version: binding.TF_Version, gpu, withoutKernels };
}

function installationOf(device: NativeDevice): NativeInstallation {
  const availability = nativeAvailability(device);
  if (!availability.available) throw new UserError(availability.problem);
  return availability.installation;
}

function loadBinding(require: NodeJS.Require, installation: NativeInstallation): Binding {
  try {
    const binding = require(installation.binding) as Binding;
    internAttributeNames(binding);
    return binding;
  } catch (error) {
    throw cannotLoad(installation, error instanceof Error ? error.message : String(error), error);
  }
}

function cannotLoad({ device, binding }: NativeInstallation, got: string, cause?: unknown): UserError {
  return new UserError(
    {
      file: binding,
      message: `Cannot use the device ${device}`,
      expected: "a binding that loads with its libraries",
      got,
      fix: `${commandLine("device", "remove", device)}, then ${commandLine("device", "setup", device)}`,
    },
    { cause },
  );
}
