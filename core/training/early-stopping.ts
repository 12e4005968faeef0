/** Whether a run stops before its last epoch. */

import type { Config } from "../config/config.ts";
import type { ProgressState } from "./progress-state.ts";

type Settings = Pick<
  Config["training"],
  "early_stopping_metric" | "early_stopping_min_epochs" | "early_stopping_patience"
>;

/**
 * Why a run stops now: `early_stopping_patience` epochs have passed since the best one by
 * `early_stopping_metric`, and `early_stopping_min_epochs` are done. Null: it goes on. A run without a
 * validation split never stops early.
 */
export function earlyStop(
  { epoch, best, lowest, val }: Pick<ProgressState, "epoch" | "best" | "lowest" | "val">,
  { early_stopping_metric: metric, early_stopping_min_epochs: least, early_stopping_patience }: Settings,
): string | null {
  const since = metric === "f1" ? best?.epoch : lowest?.epoch;
  if (early_stopping_patience === null || since === undefined || val === null) return null;
  if (epoch < least || epoch - since < early_stopping_patience) return null;
  const epochs = epoch - since === 1 ? "1 epoch" : `${epoch - since} epochs`;
  if (metric === "loss") return `no lower validation loss for ${epochs}`;
  const isNothingFound = best?.metrics.f1 === 0;
  return `no better F1 for ${epochs}${isNothingFound ? ", and no lower loss while it is 0" : ""}`;
}
