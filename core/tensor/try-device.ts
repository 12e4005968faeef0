/**
 * A process of its own that opens a device and computes a small gradient, so that a driver or library that
 * crashes takes no other process with it. It prints one line of JSON: a `DeviceTrial`.
 *
 *     bun core/tensor/try-device.ts wasm
 */

import { grads, matMul, sum, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { type Problem, UserError } from "../base/problem.ts";
import { openDevice } from "./device.ts";

/** The result of a trial. */
export type DeviceTrial =
  | { readonly works: true; readonly description: string }
  | { readonly works: false; readonly problem: Problem };

if (import.meta.main) process.stdout.write(`${JSON.stringify(await tryDevice(process.argv[2] ?? "auto"))}\n`);

async function tryDevice(name: string): Promise<DeviceTrial> {
  try {
    const { description } = await openDevice(name);
    // For ones, d(Σ x·w)/dw is the number of rows.
    const product = (x: Tensor, w: Tensor) => sum(matMul(x as never, w as never));
    const ones = (shape: [number, number]) => tensor(new Float32Array(shape[0] * shape[1]).fill(1), shape);
    const [, dw] = grads(product as (...args: Tensor[]) => Tensor)([ones([3, 2]), ones([2, 2])]) as Tensor[];
    const got = [...(await (dw as Tensor).data())];
    if (got.every((value) => value === 3)) return { works: true, description };
    return { works: false, problem: wrong(name, `a gradient of ${got.join(", ")} where it is 3, 3, 3, 3`) };
  } catch (error) {
    const problem = error instanceof UserError ? error.problems[0] : undefined;
    return {
      works: false,
      problem: problem ?? wrong(name, error instanceof Error ? error.message : String(error)),
    };
  }
}

function wrong(name: string, got: string): Problem {
  return { message: `Cannot use the device ${name}`, expected: "a correct gradient", got };
}
