/** Where the network of a file differs from the configured one, as what to write on the command line. */

import { isRecord } from "../base/plain-object.ts";
import { leaves, valueAt } from "../config/field-path.ts";
import { CONFIG } from "../config/schema.ts";

/** What shapes no weights. */
const NO_WEIGHTS = /^(type|init|init_partial|loss)$|dropout$|aux_loss$/;

/**
 * The settings of `model` that shape the network and are not those that the file's weights were trained with.
 *
 * @param model Section `model` of the file's configuration.
 * @param own The configured one.
 * @returns `--model.detr.hidden_dim=128`, in the schema's order; with settings of parts that the file's network does not
 *   have left out.
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
    const theirs = valueAt(model, path) ?? field.default; // a file from before there was such a key
    if (JSON.stringify(theirs) === JSON.stringify(valueAt(own, path))) return [];
    const text = typeof theirs === "string" ? theirs : JSON.stringify(theirs);
    return [`--model.${path.join(".")}=${text}`];
  });
}
