/** Values as W&B's records hold them. */

/**
 * JSON in which numbers that are not finite stand as the strings "NaN", "Infinity" and "-Infinity", which W&B reads as
 * those numbers.
 */
export function valueJson(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : `"${value}"`;
  return (
    JSON.stringify(value, (_key, inner) =>
      typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner,
    ) ?? "null"
  );
}

/** An item of a history, summary or config record: a path of one label, so that dots and slashes are part of the name. */
export function item(name: string, value: unknown): { nestedKey: string[]; valueJson: string } {
  return { nestedKey: [name.toWellFormed()], valueJson: valueJson(value) };
}
