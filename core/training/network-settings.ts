/** The differences between a file's network and the configured one, as overrides for the command line. */

import { isRecord } from "../base/plain-object.ts";
import { leaves, valueAt } from "../config/field-path.ts";
import { CONFIG } from "../config/schema.ts";

/** Settings that do not change which weights a network has. */
const NO_WEIGHTS = /^(type|init|init_partial|loss)$|dropout$|aux_loss$/;

/**
 * The overrides that turn the configured network into that of a file. Settings that do not change the
 * weights are left out, and so are the settings of parts that the file's network does not have.
 *
 * @param model Section `model` of the file's configuration.
 * @param own Section `model` as it is configured.
 * @returns Overrides such as `--model.detr.hidden_dim=128`, in the order of the schema.
 */
export function networkSettings(model: unknown, own: unknown): string[] {
  if (!isRecord(model)) return [];
  const head = valueAt(model, ["dense_head"]);
  const hasHead = isRecord(head) && head.enabled === true;
  const isHeadAlone = hasHead && head.only === true;
  return [...leaves(CONFIG.fields.model)].flatMap(([path, field]) => {
    const [section, key] = [path[0]!, path.at(-1)!];
    if (NO_WEIGHTS.test(section) || NO_WEIGHTS.test(key)) return [];
    if (section === "dense_head" && key !== "enabled" && !hasHead) return [];
    if (section !== "dense_head" && isHeadAlone) return [];
    const theirs = valueAt(model, path) ?? field.default; // older files lack newer keys
    if (JSON.stringify(theirs) === JSON.stringify(valueAt(own, path))) return [];
    const text = typeof theirs === "string" ? theirs : JSON.stringify(theirs);
    return [`--model.${path.join(".")}=${text}`];
  });
}
