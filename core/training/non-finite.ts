/** Ends a run whose loss or gradient is not a finite number. */

import { UserError } from "../base/problem.ts";
import { LAST_CHECKPOINT } from "../base/run-folder-names.ts";
import type { MicroBatch } from "../detection/engine/gradient-engine.ts";
import { describeParts, type LossParts } from "../loss/loss-parts.ts";

/**
 * @param losses The loss of each micro-batch.
 * @param gradNorm Global norm of the step's gradient.
 * @throws {UserError} If one of them is not finite. It names the sheets and every part of their loss.
 */
export function refuseNonFinite(
  losses: readonly LossParts[],
  batches: readonly MicroBatch[],
  gradNorm: number,
  moment: { readonly step: number; readonly epoch: number },
): void {
  const at = `step ${moment.step}, epoch ${moment.epoch}`;
  const describe = (index: number) =>
    `${batches[index]!.sheets.map((sheet) => sheet.label).join(", ")}: ${describeParts(losses[index]!)}`;
  const bad = losses.flatMap((parts, index) => (Object.values(parts).every(Number.isFinite) ? [] : [index]));
  const settings = "lower training.lr or training.max_grad_norm, or look at the sheet";
  const fix = `${settings}; resume goes on from ${LAST_CHECKPOINT}`;
  if (bad.length > 0) {
    throw new UserError({
      where: at,
      message: "Cannot go on: the loss is not finite",
      expected: "finite loss parts on every sheet",
      got: bad.map(describe).join("\n"),
      fix,
    });
  }
  if (!Number.isFinite(gradNorm)) {
    throw new UserError({
      where: at,
      message: "Cannot go on: the gradient is not finite",
      expected: "a finite gradient norm",
      got: `norm ${gradNorm} over\n${losses.map((_, index) => describe(index)).join("\n")}`,
      fix,
    });
  }
}
