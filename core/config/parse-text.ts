/** Reads values that are given as text, on the command line or in an environment variable. */

import { parse } from "yaml";
import type { Field } from "./field.ts";

/**
 * The value that a text stands for. A text that does not fit the field is returned as it is; validation
 * refuses it later. Lists are written `[a, b]` or `a,b`. `null`, and Python's `None`, mean null if the field
 * is nullable.
 *
 * @param field null for a key without a declared type: the text is then read as YAML.
 */
export function parseText(field: Field | null, text: string): unknown {
  const trimmed = text.trim();
  if (field === null) return parsed(trimmed, "core") ?? text;
  if (field.nullable && (/^(null|~)$/i.test(trimmed) || trimmed === "None")) return null;
  switch (field.kind) {
    case "boolean":
      if (/^(true|1|yes|on)$/i.test(trimmed)) return true;
      return /^(false|0|no|off)$/i.test(trimmed) ? false : text;
    case "integer":
    case "number": {
      const number = parsed(trimmed, "core");
      return typeof number === "number" ? number : trimmed;
    }
    case "list": {
      const items = trimmed.startsWith("[") ? parsed(trimmed, "failsafe") : split(trimmed);
      return Array.isArray(items) ? items.map((item) => parseText(field.of, String(item))) : text;
    }
    case "text":
      return text;
    case "choice":
    case "group":
      return trimmed;
  }
}

function split(text: string): string[] {
  return text === "" ? [] : text.split(",").map((item) => item.trim());
}

/** The value of a YAML text; undefined if it is not YAML. */
function parsed(text: string, schema: "core" | "failsafe"): unknown {
  try {
    return parse(text, { schema, logLevel: "error" });
  } catch {
    return undefined;
  }
}
