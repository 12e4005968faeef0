/** What counts as an object of keys and values, when the type of a value is not known. */

/** True for an object that is neither null nor a list: a JSON object, a mapping of YAML. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for an object that no class made: it is all in its keys, and a copy of them is a copy of it. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
