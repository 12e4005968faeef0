/** Gives a configured network the shape that the initial weights have. */

import { resolve } from "node:path";
import { isRecord } from "../base/plain-object.ts";
import { UserError } from "../base/problem.ts";
import { readCheckpoint } from "../checkpoint/detector-state.ts";
import { LATEST, locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import type { Config } from "../config/config.ts";
import { networkDifferences } from "./network-settings.ts";

/**
 * The configuration with the network of `model.init`, if `model.init_shape` asks for that. Dropout, the loss
 * and everything else that changes no weight stay as configured. `model.init: latest` becomes the file that
 * it means now in any case, because the run that begins, or the first of several folds, will be the latest
 * one itself.
 *
 * @param runs The folder of the runs that `latest` is one of.
 * @throws {UserError} If the weights cannot be read, or do not describe their network.
 */
export function withInitialShape(config: Config, runs: string): Config {
  const { model } = config;
  if (model.init === null || !(model.init_shape || model.init === LATEST)) return config;
  const file = locateCheckpoint(model.init, { runs });
  const init = model.init === LATEST ? resolve(file) : model.init;
  if (!model.init_shape) return { ...config, model: { ...model, init } };
  const theirs = readCheckpoint(file).extra?.config;
  if (!isRecord(theirs) || !isRecord(theirs.model)) {
    throw new UserError({
      file,
      message: "Cannot take the shape of the network from these weights",
      expected: "weights of this project, which hold the configuration of their network",
      got: "weights without a description of their network",
      fix: "--model.init_shape=false, and describe the network in section model",
    });
  }
  return { ...config, model: { ...shapedLike(theirs.model, model), init } };
}

/**
 * The configuration of a fork: with `model.init_shape` it has the network of its parent, which is that of the
 * initial weights. These are not needed any more.
 *
 * @param parent Section `model` of the parent.
 */
export function withParentShape(config: Config, parent: Config["model"]): Config {
  return config.model.init_shape ? { ...config, model: shapedLike(parent, config.model) } : config;
}

function shapedLike(theirs: unknown, model: Config["model"]): Config["model"] {
  const shaped = structuredClone(model) as unknown as Record<string, unknown>;
  for (const { path, value } of networkDifferences(theirs, model)) put(shaped, path, value);
  return shaped as unknown as Config["model"];
}

function put(target: Record<string, unknown>, [first, ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) put(target[first!] as Record<string, unknown>, rest, value);
  else target[first!] = value;
}
