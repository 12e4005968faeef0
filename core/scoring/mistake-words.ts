/** What the kinds of mistakes are called in texts and pages. */

import type { PredictedKind, TruthKind } from "./table-errors.ts";

export const TRUTH_WORDS: Readonly<Record<TruthKind, string>> = {
  exact: "exact",
  near: "off by 1–2",
  edge: "off by more",
  joined: "joined",
  split: "split",
  missed: "missed",
};

export const PREDICTED_WORDS: Readonly<Record<PredictedKind, string>> = {
  exact: "exact",
  near: "off by 1–2",
  edge: "off by more",
  joined: "joining several",
  split: "pieces",
  duplicate: "found twice",
  false: "false",
};
