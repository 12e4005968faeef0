/** What finds the tables of a sheet, and which weights that takes. */

import { locatePretrained } from "../pretrained/locate-pretrained.ts";

/** `model`: the network alone; `excel`: Excel's own objects alone; `hybrid`: both, see `mergeObjects`. */
export const MODES = ["model", "excel", "hybrid"] as const;
export type Mode = (typeof MODES)[number];

export function usesNetwork(mode: Mode): boolean {
  return mode !== "excel";
}

export function usesExcelObjects(mode: Mode): boolean {
  return mode !== "model";
}

/**
 * The weights that a mode takes: a checkpoint's file if one is named, else those that come with the
 * project.
 *
 * @returns Null where no network is used.
 */
export function weightsFor(mode: Mode, named: string | null): string | null {
  return usesNetwork(mode) ? (named ?? locatePretrained()) : null;
}
