/** The WGSL kernels that move boxes in logit space; see `refineBoxes` in box-arithmetic.ts. */

import { runProgram } from "./kernel-runner.ts";
import type { WebGpuKernel } from "./webgpu-kernel.ts";

export const boxKernels: Record<string, WebGpuKernel> = {
  /** delta (N, 4), box (N, 2 | 4) → y (N, 4). */
  TableRefineBox({ delta, box }) {
    return runProgram({
      name: "table_refine_box",
      inputs: { delta: delta!, box: box! },
      integers: { corners: box!.shape[1]! },
      shape: delta!.shape,
      body: `
        let axis = index & 3;
        // The read happens in any case: with two numbers per box the clamped index is still inside.
        let inside = clamp(box[(index >> 2) * uniforms.corners + min(axis, uniforms.corners - 1)], 0.0, 1.0);
        let base = log(max(inside, 1e-5) / max(1.0 - inside, 1e-5));
        let moved = delta[index] + select(0.0, base, axis < uniforms.corners);
        result[index] = 1.0 / (1.0 + exp(-moved));`,
    });
  },

  /** → ddelta, dbox. A clamp that holds stops the part of the gradient through it. */
  TableRefineBoxGrad({ dy, y, box }) {
    const ddelta = runProgram({
      name: "table_refine_box_grad_delta",
      inputs: { dy: dy!, y: y! },
      shape: y!.shape,
      body: "result[index] = dy[index] * y[index] * (1.0 - y[index]);",
    });
    const dbox = runProgram({
      name: "table_refine_box_grad_box",
      inputs: { ddelta, box: box! },
      integers: { corners: box!.shape[1]! },
      shape: box!.shape,
      body: `
        let x = box[index];
        let low = select(0.0, 1.0 / x, x >= 1e-5);
        let high = select(0.0, 1.0 / (1.0 - x), 1.0 - x >= 1e-5);
        let slope = select(0.0, low + high, x >= 0.0 && x <= 1.0);
        let source = (index / uniforms.corners) * 4 + index % uniforms.corners;
        result[index] = ddelta[source] * slope;`,
    });
    return [ddelta, dbox];
  },
};
