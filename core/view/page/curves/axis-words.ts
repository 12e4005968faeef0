/** The words and the labels of the axes. */

import type { CurveAxis } from "../../api.ts";
import { duration, figure } from "../parts/figures.ts";

export const AXIS_WORDS: Readonly<Record<CurveAxis, string>> = {
  step: "step",
  epoch: "epoch",
  time: "time",
  sheets: "sheets",
};

/** "step 1,200", "time 3 min 5 s". */
export function placeText(axis: CurveAxis, x: number): string {
  if (axis === "time") return `time ${duration(x)}`;
  const value = axis === "epoch" ? x : Math.round(x);
  return `${AXIS_WORDS[axis]} ${figure(value)}`;
}

/** The label of a tick, as short as it can be. */
export function tickText(axis: CurveAxis, value: number): string {
  if (axis === "time") return shortTime(value);
  return shortNumber(value);
}

function shortTime(seconds: number): string {
  if (seconds >= 7200) return `${trim(seconds / 3600)} h`;
  return seconds >= 120 ? `${trim(seconds / 60)} min` : `${trim(seconds)} s`;
}

function shortNumber(value: number): string {
  if (Math.abs(value) >= 1e6) return `${trim(value / 1e6)}M`;
  return Math.abs(value) >= 1e4 ? `${trim(value / 1e3)}k` : figure(value);
}

function trim(value: number): string {
  return String(Number(value.toPrecision(4)));
}
