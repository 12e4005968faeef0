/** Ends a run that has diverged: its loss, gradient, weights or validation are not finite numbers. */

import { type Problem, UserError } from "../base/problem.ts";
import { describeNonFinite, findNonFinite } from "../checkpoint/finite-weights.ts";
import type { MicroBatch } from "../detection/engine/gradient-engine.ts";
import type { Moment } from "../hooks/lifecycle.ts";
import { describeParts, type LossParts } from "../loss/loss-parts.ts";
import type { Learner } from "../optim/learner.ts";
import { describeSaved, type SavedState } from "./saved-state.ts";

/** The error of a run that has diverged. Its state must not replace an earlier one. */
export class DivergedError extends UserError {
  constructor(problem: Omit<Problem, "fix">, moment: Moment, saved: SavedState | null) {
    super({ ...problem, fix: `${REMEDY}; ${howToGoOn(moment, saved)}` });
  }
}

const REMEDY = "lower training.lr or training.max_grad_norm, or look at the sheet";

/** @param moment Where the run failed. */
function howToGoOn(moment: Moment, saved: SavedState | null): string {
  if (saved === null) return "then start again: nothing is saved yet";
  // The step after it failed: with the same sheets it fails again, whatever the learning rate is.
  const isSuspect = saved.moment.step >= moment.step - 1;
  const where = `resume goes on from ${describeSaved(saved)}`;
  return isSuspect ? `${where}; if it fails there again, name an earlier checkpoint` : where;
}

/**
 * @param losses The loss of each micro-batch.
 * @param gradNorm Global norm of the step's gradient.
 * @param saved The newest state on the disk, for the advice.
 * @throws {DivergedError} If one of them is not finite. It names the sheets and every part of their loss.
 */
export function refuseNonFinite(
  losses: readonly LossParts[],
  batches: readonly MicroBatch[],
  gradNorm: number,
  moment: Moment,
  saved: SavedState | null,
): void {
  const where = placeOf(moment);
  const describe = (index: number) =>
    `${batches[index]!.sheets.map((sheet) => sheet.label).join(", ")}: ${describeParts(losses[index]!)}`;
  const bad = losses.flatMap((parts, index) => (Object.values(parts).every(Number.isFinite) ? [] : [index]));
  if (bad.length > 0) {
    const problem = {
      where,
      message: "Cannot go on: the loss is not finite",
      expected: "finite loss parts on every sheet",
      got: bad.map(describe).join("\n"),
    };
    throw new DivergedError(problem, moment, saved);
  }
  if (!Number.isFinite(gradNorm)) {
    const problem = {
      where,
      message: "Cannot go on: the gradient is not finite",
      expected: "a finite gradient norm",
      got: `norm ${gradNorm} over\n${losses.map((_, index) => describe(index)).join("\n")}`,
    };
    throw new DivergedError(problem, moment, saved);
  }
}

/** At most so many sheets are named. */
const NAMED_SHEETS = 5;

/**
 * @param sheets The loss of every validation sheet, by label.
 * @throws {DivergedError} If one of them is not finite.
 */
export function refuseNonFiniteValidation(
  sheets: readonly { readonly label: string; readonly loss: number }[],
  moment: Moment,
  saved: SavedState | null,
): void {
  const bad = sheets.filter(({ loss }) => !Number.isFinite(loss));
  if (bad.length === 0) return;
  const lines = bad.slice(0, NAMED_SHEETS).map(({ label, loss }) => `${label}: ${loss}`);
  if (bad.length > NAMED_SHEETS) lines.push(`and ${bad.length - NAMED_SHEETS} more sheets`);
  const problem = {
    where: placeOf(moment),
    message: "Cannot go on: the validation loss is not finite",
    expected: "a finite loss on every sheet",
    got: lines.join("\n"),
  };
  throw new DivergedError(problem, { ...moment, step: moment.step + 1 }, saved);
}

/** @throws {DivergedError} If a weight, its average or a moment of the optimiser is not finite. */
export function refuseNonFiniteState(
  { parameters, average, optimizer }: Learner,
  moment: Moment,
  saved: SavedState | null,
): void {
  const kinds = [
    ["weights", parameters.flat],
    ["averaged weights", average],
    ["first moments of the optimiser", optimizer.expAvg],
    ["second moments of the optimiser", optimizer.expAvgSq],
  ] as const;
  for (const [what, array] of kinds) {
    const found = array && findNonFinite(parameters.viewsOf(array));
    if (!found) continue;
    const problem = {
      where: `${placeOf(moment)}, ${found.name}`,
      message: `Cannot go on: the ${what} are not finite`,
      expected: "finite numbers",
      got: describeNonFinite(found),
    };
    throw new DivergedError(problem, { ...moment, step: moment.step + 1 }, saved);
  }
}

function placeOf({ step, epoch }: Moment): string {
  return `step ${step}, epoch ${epoch}`;
}
