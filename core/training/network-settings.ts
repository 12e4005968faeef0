/** The differences between a file's network and the configured one, as overrides for the command line. */

import { isRecord } from "../base/plain-object.ts";
import { leaves, valueAt } from "../config/field-path.ts";
import { CONFIG } from "../config/schema.ts";

/** Settings that do not change which weights a network has. */
const NO_WEIGHTS = /^(type|init|init_partial|init_shape|loss)$|dropout$|aux_loss$/;

/** A setting of the network, and the value that a file's network has. */
export interface NetworkDifference {
  /** Within section `model`: `["detr", "hidden_dim"]`. */
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * The settings that turn the configured network into that of a file, in the order of the schema. Settings
 * that do not change the weights are left out, and so are the settings of parts that the file's network does
 * not have.
 *
 * @param model Section `model` of the file's configuration.
 * @param own Section `model` as it is configured.
 */
export function networkDifferences(model: unknown, own: unknown): NetworkDifference[] {
  if (!isRecord(model)) return [];
  const head = valueAt(model, ["dense_head"]);
  const hasHead = isRecord(head) && head.enabled === true;
  const isHeadAlone = hasHead && head.only === true;
  return [...leaves(CONFIG.fields.model)].flatMap(([path, field]) => {
    const [section, key] = [path[0]!, path.at(-1)!];
    if (NO_WEIGHTS.test(section) || NO_WEIGHTS.test(key)) return [];
    if (section === "dense_head" && key !== "enabled" && !hasHead) return [];
    if (section !== "dense_head" && isHeadAlone) return [];
    const value = valueAt(model, path) ?? field.default; // older files lack newer keys
    return JSON.stringify(value) === JSON.stringify(valueAt(own, path)) ? [] : [{ path, value }];
  });
}

/** The same as overrides, such as `--model.detr.hidden_dim=128`. */
export function networkSettings(model: unknown, own: unknown): string[] {
  return networkDifferences(model, own).map(({ path, value }) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `--model.${path.join(".")}=${text}`;
  });
}
