/**
 * A process of its own that opens an installation and computes a gradient, so that a library that crashes
 * takes no other process with it. It prints one line of JSON: a `VerifiedRuntime`, or `{ "error": text }`.
 *
 *     bun core/tensor/native/verify.ts native /path/of/the/installation
 */

import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { depthwiseConv2d, grads, matMul, reshape, sum, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { readInstallation } from "./installation.ts";
import { type NativeRuntime, openNative } from "./open-native.ts";
import type { NativeDevice } from "./wheels.ts";

/** What a verified installation reports about itself. */
export type VerifiedRuntime = NativeRuntime & { readonly seconds: number };

if (import.meta.main) {
  const [device, folder] = process.argv.slice(2) as [NativeDevice, string];
  try {
    process.stdout.write(`${JSON.stringify(await verify(device, folder))}\n`);
  } catch (error) {
    process.stdout.write(
      `${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`,
    );
    process.exitCode = 1;
  }
}

async function verify(device: NativeDevice, folder: string): Promise<VerifiedRuntime> {
  const start = performance.now();
  const installation = readInstallation(folder, device);
  if (installation === null) throw new Error(`No binding in ${folder}`);
  const runtime = await openNative({ device, installation });
  checkGradients();
  return { ...runtime, seconds: (performance.now() - start) / 1000 };
}

/** Checks the gradient of Σ (depthwise x)·v for a map of ones, in which nine taps read every inner cell. */
function checkGradients(): void {
  const x = tensor(new Float32Array(16).fill(1), [1, 4, 4, 1]);
  const w = tensor(new Float32Array(9).fill(2), [3, 3, 1, 1]);
  const v = tensor([3], [1, 1]);
  const read = (x: Tensor, w: Tensor, v: Tensor) =>
    sum(matMul(reshape(depthwiseConv2d(x as never, w as never, 1, "same"), [16, 1]), v as never));
  const [dx, dw, dv] = grads(read as (...args: Tensor[]) => Tensor)([x, w, v]) as [Tensor, Tensor, Tensor];
  const got = [dx.dataSync()[0], dx.dataSync()[5], dw.dataSync()[0], dw.dataSync()[4], dv.dataSync()[0]];
  // 4 taps of 2 read a corner, times 3; the first tap reads 9 cells; there are 100 reads of 2.
  const expected = [24, 54, 27, 48, 200];
  if (got.some((value, i) => Math.abs((value as number) - (expected[i] as number)) > 1e-3)) {
    throw new Error(`A gradient is wrong: expected ${expected.join(", ")}, got ${got.join(", ")}`);
  }
}
