/** The weights that a fresh run starts from: `model.init`. */

import { evaluationWeights, readCheckpoint } from "../checkpoint/detector-state.ts";
import { loadPartialStateDict, loadStateDict } from "../checkpoint/state-dict.ts";
import type { Config } from "../config/config.ts";
import type { ParameterSet } from "../model/parameters.ts";
import { locatePretrained } from "../pretrained/locate.ts";
import { UserError } from "../problem.ts";

/**
 * Copies them into `parameters`, which hold fresh values.
 *
 * @returns What to tell the user.
 * @throws {UserError} If the file cannot be read, or holds another network's weights.
 */
export function loadInitialWeights(
  { init, init_partial }: Config["model"],
  parameters: ParameterSet,
): string {
  const file = init === "pretrained" ? locatePretrained() : init!;
  const weights = evaluationWeights(readCheckpoint(file));
  if (init_partial) {
    const { taken, fresh } = loadPartialStateDict(weights, parameters, file);
    const rest = fresh.length === 0 ? "all" : `fresh: ${fresh.join(", ")}`;
    return `weights: ${file}, ${taken} of ${parameters.names.length} parameters taken; ${rest}`;
  }
  try {
    loadStateDict(weights, parameters, file);
  } catch (error) {
    if (init !== "pretrained" || !(error instanceof UserError)) throw error;
    throw new UserError(
      error.problems.map((problem) => ({
        ...problem,
        fix: "the model section of configs/pretrained.yaml is theirs; or model.init_partial: true",
      })),
      { cause: error },
    );
  }
  return `weights: ${file}`;
}
