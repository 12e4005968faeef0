/**
 * The forms in which a sweep of W&B puts parameters on a command line, beside `--section.key=value`: without
 * dashes (`${args_no_hyphens}`), as one JSON object (`${args_json}`), and nested parameters as a Python
 * dictionary (`--training={'lr': 0.1}`).
 */

import { parse } from "yaml";
import { isRecord } from "../base/plain-object.ts";
import { CONFIG } from "./schema.ts";

/** The overrides that an argument without dashes stands for; null if it is something else, such as a file. */
export function overridesWithoutDashes(argument: string): string[] | null {
  if (/^\s*\{[\s\S]*\}\s*$/.test(argument)) {
    const values = mappingOf(argument);
    return values && flattened("", values);
  }
  const section = /^([A-Za-z_]+)(\.[^=\s]+)=/.exec(argument)?.[1];
  if (section === undefined) return null;
  return section === "plugins" || Object.hasOwn(CONFIG.fields, section)
    ? nestedOverrides(`--${argument}`)
    : null;
}

/** An override whose value is a mapping as one override for each value in it; any other one as it is. */
export function nestedOverrides(argument: string): string[] {
  const [, key = "", text = ""] = /^--([^=]+)=(\s*\{[\s\S]*\}\s*)$/.exec(argument) ?? [];
  const values = text === "" ? null : mappingOf(text);
  return (values && flattened(key, values)) ?? [argument];
}

/** The mapping that a text in JSON, Python or YAML spells; null if it spells none, or an empty one. */
function mappingOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = parse(text, { logLevel: "error" });
    return isRecord(value) && Object.keys(value).length > 0 ? value : null;
  } catch {
    return null;
  }
}

function flattened(prefix: string, values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const key = prefix === "" ? name : `${prefix}.${name}`;
    if (isRecord(value) && Object.keys(value).length > 0) return flattened(key, value);
    return [`--${key}=${typeof value === "string" ? value : JSON.stringify(value)}`];
  });
}
