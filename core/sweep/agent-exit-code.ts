/** The exit code of a training for W&B's own agent. */

import type { ExitCode } from "../base/problem.ts";
import { readTrialVariables } from "./trial-environment.ts";

/**
 * `wandb agent` ends a trial that is stopped in W&B with SIGTERM, and counts every exit code above 0 as a
 * failure: after three of them in its first minute, or after five as long as no trial has ended well, it
 * gives the sweep up. A training that stops when it is asked to has not failed, so the agent sees 0.
 *
 * @param env The agent sets `WANDB_SWEEP_ID` for each of its trials.
 */
export function exitCodeForAgent(
  code: ExitCode,
  env: Readonly<Record<string, string | undefined>>,
): ExitCode {
  // A trial of our own sweep may have inherited the variable.
  if (code !== 130 || readTrialVariables(env) !== null) return code;
  return env.WANDB_SWEEP_ID ? 0 : code;
}
