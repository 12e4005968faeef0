/** The state of the learning-rate schedule, as PyTorch lays it out. */

import type { JsonObject } from "../base/json.ts";
import { learningRate, lowestRate, type Schedule } from "../optim/learning-rate.ts";

/**
 * The state of the schedule after `step` updates, so that PyTorch can continue the run: that of
 * `SequentialLR(optimizer, [LinearLR, CosineAnnealingLR], milestones=[warmupSteps])`. If the warm-up takes
 * no steps or all steps, it is the state of the only schedule that is left.
 *
 * This project computes the rate from the step alone and never reads the state back.
 */
export function schedulerState(step: number, schedule: Schedule): JsonObject {
  const { lr, warmupSteps, totalSteps, startFactor = 0.1 } = schedule;
  // PyTorch stores the rate of the next step.
  const rateAfter = (done: number) => [learningRate(done + 1, schedule)];
  const linearSteps = warmupSteps < totalSteps ? Math.min(step, warmupSteps - 1) : step;
  const linear = {
    start_factor: startFactor,
    end_factor: 1,
    total_iters: warmupSteps,
    base_lrs: [lr],
    last_epoch: linearSteps,
    _step_count: linearSteps + 1,
    _get_lr_called_within_step: false,
    _last_lr: rateAfter(linearSteps),
  };
  if (warmupSteps >= totalSteps) return linear;
  const cosineSteps = step - warmupSteps; // negative: it has not begun
  const cosine = {
    T_max: totalSteps - warmupSteps,
    eta_min: lowestRate(schedule),
    base_lrs: [lr],
    last_epoch: Math.max(-1, cosineSteps),
    _step_count: Math.max(1, cosineSteps + 1),
    _get_lr_called_within_step: false,
    _last_lr: rateAfter(Math.max(step, warmupSteps)),
  };
  if (warmupSteps <= 0) return cosine;
  return {
    _milestones: [warmupSteps],
    last_epoch: step,
    _last_lr: rateAfter(step),
    _schedulers: [linear, cosine],
  };
}
