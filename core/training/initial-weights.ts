/** The weights that a fresh run starts from, as `model.init` says. */

import { isRecord } from "../base/plain-object.ts";
import { UserError } from "../base/problem.ts";
import { evaluationWeights, readCheckpoint } from "../checkpoint/detector-state.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { compareStateDict, loadPartialStateDict, loadStateDict } from "../checkpoint/state-dict.ts";
import { wholePrefixes } from "../checkpoint/whole-prefixes.ts";
import type { Config } from "../config/config.ts";
import type { ParameterSet } from "../model/parameters.ts";
import { networkSettings } from "./network-settings.ts";

/**
 * Copies the weights into `parameters`, which hold random values before.
 *
 * @param locate Finds the file that `model.init` names.
 * @returns A line for the user.
 * @throws {UserError} If the file cannot be read or holds the weights of another network. If the file
 *   describes its network, the error names the `model` settings for it.
 */
export function loadInitialWeights(
  model: Config["model"],
  parameters: ParameterSet,
  locate: (named: string) => string = locateCheckpoint,
): string {
  const file = locate(model.init!);
  const checkpoint = readCheckpoint(file);
  const weights = evaluationWeights(checkpoint);
  try {
    if (!model.init_partial) {
      loadStateDict(weights, parameters, file);
      return `weights: ${file}`;
    }
    const { names } = parameters;
    const { taken, fresh, left } = loadPartialStateDict(weights, parameters, file);
    const facts = [
      `weights: ${file}, ${taken} of ${names.length} parameters`,
      ...(fresh.length > 0 ? [`fresh: ${wholePrefixes(fresh, names).join(", ")}`] : []),
      ...(left.length > 0 ? [`not taken: ${wholePrefixes(left, [...weights.keys()]).join(", ")}`] : []),
    ];
    return facts.join("; ");
  } catch (error) {
    const config = checkpoint.extra?.config;
    const settings = isRecord(config) ? networkSettings(config.model, model) : [];
    if (!(error instanceof UserError) || settings.length === 0) throw error;
    const { missing, misshaped } = compareStateDict(parameters, weights);
    const isPartlyIts = misshaped.length === 0 && missing.length < parameters.names.length;
    const partial = isPartlyIts && !model.init_partial ? ["--model.init_partial=true"] : [];
    const fix = [settings.join(" "), ...partial].join("\nor, for the parameters that both have: ");
    throw new UserError(
      error.problems.map((problem) => ({ ...problem, fix })),
      { cause: error },
    );
  }
}
