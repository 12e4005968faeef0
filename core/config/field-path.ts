/** Finds fields and values by their path. */

import { isRecord } from "../base/plain-object.ts";
import type { Field, GroupField } from "./field.ts";
import type { Path } from "./source.ts";

/** The field at a path; null if there is none. */
export function fieldAt(group: GroupField, path: readonly string[]): Field | null {
  let field: Field = group;
  for (const key of path) {
    if (field.kind !== "group" || !Object.hasOwn(field.fields, key)) return null;
    field = field.fields[key]!;
  }
  return field;
}

/** Every field that is not a group, with its path, in the order of the schema. */
export function* leaves(
  group: GroupField,
  path: readonly string[] = [],
): Generator<[readonly string[], Exclude<Field, GroupField>]> {
  for (const [key, field] of Object.entries(group.fields)) {
    if (field.kind === "group") yield* leaves(field, [...path, key]);
    else yield [[...path, key], field];
  }
}

/** The value at a path of nested mappings; undefined if there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const key of path) {
    if (!isRecord(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}
