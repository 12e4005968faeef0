/** The zod schema of a field, which checks values and from which the JSON Schema is made. */

import { z } from "zod";
import type { Field, Fields, NumberField, TextField } from "./field.ts";
import { isSecret } from "./secret.ts";

/** The schema of a given value. The default is an annotation: the schema does not fill it in. */
export function zodOf(field: Field): z.ZodType {
  const schema = field.nullable ? bare(field).nullable() : bare(field);
  const description = field.unit ? `${field.help} (${field.unit})` : field.help;
  return schema.meta({ description, ...(field.kind === "group" ? {} : { default: field.default }) });
}

/**
 * The schema of a mapping with these keys and no others; each key may be left out. No file holds a secret.
 */
export function zodOfGroup(fields: Fields): z.ZodType {
  const kept = Object.entries(fields).filter(([, field]) => !isSecret(field));
  return z.strictObject(Object.fromEntries(kept.map(([key, field]) => [key, zodOf(field).optional()])));
}

function bare(field: Field): z.ZodType {
  switch (field.kind) {
    case "boolean":
      return z.boolean();
    case "integer":
    case "number": {
      const limited = numeric(field);
      return field.words.length > 0 ? z.union([z.enum(field.words), limited]) : limited;
    }
    case "text":
      return textual(field);
    case "choice":
      return z.enum(field.choices);
    case "list": {
      // Without the annotations of `zodOf`: an item of a list has no default.
      let items = z.array(bare(field.of));
      if (field.minItems !== undefined) items = items.min(field.minItems);
      if (field.maxItems !== undefined) items = items.max(field.maxItems);
      return field.unique ? items.check(refuseDoubles).meta({ uniqueItems: true }) : items;
    }
    case "group":
      return zodOfGroup(field.fields);
  }
}

function numeric({ kind, min, max, above, below }: NumberField): z.ZodNumber {
  let schema = kind === "integer" ? z.int() : z.number();
  if (min !== undefined) schema = schema.min(min);
  if (max !== undefined) schema = schema.max(max);
  if (above !== undefined) schema = schema.gt(above);
  if (below !== undefined) schema = schema.lt(below);
  return schema as z.ZodNumber;
}

function textual({ minLength, maxLength, pattern }: TextField): z.ZodString {
  let schema = z.string();
  if (minLength !== undefined) schema = schema.min(minLength);
  if (maxLength !== undefined) schema = schema.max(maxLength);
  if (pattern !== undefined) schema = schema.regex(pattern);
  return schema;
}

function refuseDoubles({ value, issues }: z.core.ParsePayload<unknown[]>): void {
  for (const [i, item] of value.entries()) {
    if (value.indexOf(item) < i) {
      issues.push({ code: "custom", path: [i], input: item, message: "stands twice" });
    }
  }
}
