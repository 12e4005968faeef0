/**
 * Completes the fields of plugins: they may be written as plain data, without the builders, and a name may
 * tell that an option is a secret.
 */

import { isRecord } from "../base/plain-object.ts";
import { boolean, choice, type Field, type Fields, group, integer, list, number, text } from "./field.ts";
import { isSecret, withSecretByName } from "./secret.ts";

/**
 * The fields as the builders make them, so that a plugin may write `{ kind: "integer", default: 1 }`.
 *
 * @returns null if one of them is not a field.
 */
export function completeFields(options: unknown): Fields | null {
  if (!isRecord(options)) return null;
  const fields = Object.entries(options).map(([key, value]) => {
    const field = completeField(value);
    return [key, field && withSecretByName(key, field)] as const;
  });
  return fields.some(([, field]) => field === null) ? null : (Object.fromEntries(fields) as Fields);
}

function completeField(value: unknown): Field | null {
  if (!isRecord(value) || !("kind" in value)) return null;
  const field = { help: "", ...value } as Field;
  if (field.kind === "group") {
    const fields = completeFields(field.fields);
    return fields && group(fields, field.help);
  }
  if (!("default" in value)) return null;
  switch (field.kind) {
    case "integer":
      return integer(field as Parameters<typeof integer>[0]);
    case "number":
      return number(field as Parameters<typeof number>[0]);
    case "boolean":
      return boolean(field as Parameters<typeof boolean>[0]);
    case "text":
      if (field.secret && field.env === undefined) return null;
      return text(field as Parameters<typeof text>[0]);
    case "choice":
      return Array.isArray(field.choices) ? choice(field as Parameters<typeof choice>[0]) : null;
    case "list": {
      const of = completeField({ ...field.of, default: null });
      // The items of a list would be kept: a secret stands by itself.
      return of && !isSecret(of) ? list({ ...field, of } as Parameters<typeof list>[0]) : null;
    }
    default:
      return null;
  }
}
