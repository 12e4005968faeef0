/** Values as the JSON in W&B's records. */

/**
 * JSON. For numbers that are not finite it has the strings "NaN", "Infinity" and "-Infinity", which W&B
 * reads as numbers.
 */
export function valueJson(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : `"${value}"`;
  return (
    JSON.stringify(value, (_key, inner) =>
      typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner,
    ) ?? "null"
  );
}

/**
 * An item of a history, summary or config record. Its path has one label, so dots and slashes are part of
 * the name.
 */
export function item(name: string, value: unknown): { nestedKey: string[]; valueJson: string } {
  return { nestedKey: [name.toWellFormed()], valueJson: valueJson(value) };
}
