/** Fields and values in words for messages: what was expected and what was found. */

import { stringify } from "yaml";
import type { Field, NumberField, NumberLimits } from "./field.ts";

/** The valid values of a field: "an integer of at least 1 (epochs), or null". */
export function expectedWords(field: Field): string {
  return field.nullable ? `${withoutNull(field)}, or null` : withoutNull(field);
}

function withoutNull(field: Field): string {
  switch (field.kind) {
    case "boolean":
      return "true or false";
    case "integer":
    case "number": {
      const noun = numberWords(field);
      const measured = field.unit ? `${noun} (${field.unit})` : noun;
      return [...field.words, measured].join(" or ");
    }
    case "text": {
      const { format, minLength = 0, maxLength } = field;
      if (format) return format;
      if (maxLength !== undefined) return `a text of ${minLength} to ${maxLength} characters`;
      return minLength > 0 ? "a text that is not empty" : "a text";
    }
    case "choice":
      return field.choices.length === 1 ? field.choices[0]! : `one of ${field.choices.join(", ")}`;
    case "list": {
      const { of, minItems, maxItems } = field;
      const count =
        minItems === undefined ? "" : minItems === maxItems ? ` of ${minItems}` : ` of at least ${minItems}`;
      const unique = field.unique ? ", none twice" : "";
      return `a list${count}, each ${withoutNull(of)}${unique}`;
    }
    case "group":
      return `a mapping of ${Object.keys(field.fields).join(", ")}`;
  }
}

/** "at least 1", "0 to 1", "above 0", "0 to below 1"; empty without limits. */
export function limitWords({ min, max, above, below }: NumberLimits): string {
  const low = min !== undefined ? `${min}` : above !== undefined ? `above ${above}` : "";
  const high = max !== undefined ? `${max}` : below !== undefined ? `below ${below}` : "";
  if (low !== "" && high !== "") return `${low} to ${high}`;
  if (min !== undefined) return `at least ${min}`;
  return max !== undefined ? `at most ${max}` : low || high;
}

/** "an integer of at least 1", "a number from 0 to 1", "a number above 0". */
function numberWords(field: NumberField): string {
  const noun = field.kind === "integer" ? "an integer" : "a number";
  const limits = limitWords(field);
  if (limits === "") return noun;
  const joined = /^at /.test(limits) ? "of " : /^-?\d/.test(limits) ? "from " : "";
  return `${noun} ${joined}${limits}`;
}

/** A value that was found: `6`, `"abc"`, `nothing`, `[1, 2]`, `a mapping`. */
export function gotWords(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return shortened(flow(value));
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? shortened(JSON.stringify(value)) : String(value);
}

/** A value in YAML on one line: `[synthetic, real]`, `0.0001` for 1e-4, `"123"` with quotes for a text. */
export function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false }).trim();
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
