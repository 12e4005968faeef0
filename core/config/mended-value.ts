/** What a value was probably meant to be, for the "fix" of a message. */

import { nearest } from "../base/nearest.ts";
import type { Field, ListField, NumberField, TextField } from "./field.ts";

/** A valid value near the given one; the default of the field if there is none. */
export function mended(field: Field, value: unknown): unknown {
  switch (field.kind) {
    case "boolean":
      return mendedBoolean(value) ?? field.default;
    case "integer":
    case "number":
      return mendedNumber(field, value);
    case "text":
      return mendedText(field, value) ?? field.default;
    case "choice":
      return (typeof value === "string" && nearest(value, field.choices)) || field.default;
    case "list":
      return mendedList(field, value);
    case "group":
      return field.default;
  }
}

function mendedBoolean(value: unknown): boolean | null {
  const word = String(value).toLowerCase();
  if (/^(yes|on|y|1|true)$/.test(word)) return true;
  return /^(no|off|n|0|false)$/.test(word) ? false : null;
}

function mendedNumber(field: NumberField, value: unknown): unknown {
  const word = typeof value === "string" && nearest(value, field.words);
  if (word) return word;
  const found = asNumber(value);
  if (!Number.isFinite(found)) return field.default;
  return withinLimits(field, field.kind === "integer" ? Math.round(found) : found);
}

/**
 * The number, or the one that a text spells, with thousands separated by `_` or `,` or with a decimal comma;
 * NaN for anything else. A comma separates thousands only where these are whole: `1,500`, but not `0,001`.
 */
function asNumber(value: unknown): number {
  if (typeof value !== "string") return typeof value === "number" ? value : Number.NaN;
  const text = value.trim();
  const hasThousands = /^[+-]?[1-9]\d{0,2}([_,]\d{3})+(\.\d+)?$/.test(text);
  const plain = hasThousands ? text.replaceAll(/[_,]/g, "") : text.replace(/^([+-]?\d+),(\d+)/, "$1.$2");
  return plain === "" ? Number.NaN : Number(plain.replaceAll(/(?<=\d)_(?=\d)/g, ""));
}

function withinLimits(field: NumberField, value: number): unknown {
  const { min, max, above, below } = field;
  if (min !== undefined && value < min) return min;
  if (max !== undefined && value > max) return max;
  const outside = (above !== undefined && value <= above) || (below !== undefined && value >= below);
  return outside ? field.default : value;
}

function mendedText(field: TextField, value: unknown): string | null {
  const { minLength = 0, maxLength, pattern } = field;
  const plain = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof plain !== "string" || minLength > plain.length) return null;
  if (!pattern || pattern.test(plain)) return plain.slice(0, maxLength);
  const cleaned = plain.replaceAll(/[^\p{L}\p{N}]+/gu, "_").replaceAll(/^_+|_+$/g, "");
  return cleaned.length >= minLength && pattern.test(cleaned) ? cleaned : null;
}

function mendedList(field: ListField, value: unknown): unknown {
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
