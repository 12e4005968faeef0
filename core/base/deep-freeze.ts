/** Values that nobody can change: what is handed to plugins. */

import { isPlainObject } from "./plain-object.ts";

/**
 * Freezes a value made of plain objects and lists, down to the innermost. Objects of classes in it are left
 * as they are: errors, and typed arrays, whose elements cannot be frozen.
 */
export function deepFreeze<T>(value: T): T {
  if (!(Array.isArray(value) || isPlainObject(value)) || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
