/** Fields and values in words for messages: what was expected, what was found, and how to mend it. */

import { stringify } from "yaml";
import { nearest } from "../base/nearest.ts";
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

/** A valid value near the given one; the default of the field if there is none. */
export function mended(field: Field, value: unknown): unknown {
  switch (field.kind) {
    case "boolean": {
      const word = String(value).toLowerCase();
      if (/^(yes|on|y|1|true)$/.test(word)) return true;
      return /^(no|off|n|0|false)$/.test(word) ? false : field.default;
    }
    case "integer":
    case "number": {
      const word = typeof value === "string" && nearest(value, field.words);
      if (word) return word;
      const plain = typeof value === "string" ? value.trim().replaceAll(/[_,](?=\d{3})/g, "") : value;
      const found =
        typeof plain === "number" || (typeof plain === "string" && plain !== "") ? Number(plain) : NaN;
      if (!Number.isFinite(found)) return field.default;
      return withinLimits(field, field.kind === "integer" ? Math.round(found) : found);
    }
    case "text": {
      const plain = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
      if (typeof plain !== "string" || (field.minLength ?? 0) > plain.length) return field.default;
      if (!field.pattern || field.pattern.test(plain)) return plain.slice(0, field.maxLength);
      const cleaned = plain.replaceAll(/[^\p{L}\p{N}]+/gu, "_").replaceAll(/^_+|_+$/g, "");
      return cleaned.length >= (field.minLength ?? 0) && field.pattern.test(cleaned)
        ? cleaned
        : field.default;
    }
    case "choice":
      return (typeof value === "string" && nearest(value, field.choices)) || field.default;
    case "list": {
      const { of, unique, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = field;
      const given = Array.isArray(value) ? value : [value ?? ""];
      const least = of.kind === "text" ? (of.minLength ?? 0) : 0;
      const each = given
        .map((item) => mended(of, item))
        .filter((item) => typeof item !== "string" || item.length >= least);
      const items = unique ? [...new Set(each)] : each;
      const fits = items.length >= minItems && items.length <= maxItems && items.length > 0;
      return fits ? items : field.default;
    }
    case "group":
      return field.default;
  }
}

function withinLimits(field: NumberField, value: number): unknown {
  const { min, max, above, below } = field;
  if (min !== undefined && value < min) return min;
  if (max !== undefined && value > max) return max;
  const outside = (above !== undefined && value <= above) || (below !== undefined && value >= below);
  return outside ? field.default : value;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
