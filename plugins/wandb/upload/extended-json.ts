/** JSON in which numbers may also be NaN, Infinity and -Infinity, as W&B's clients write it. */

const SENTINEL = "\u0000number:";

/** @throws {SyntaxError} If the text is no such JSON. */
export function parseExtendedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
  }
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify(SENTINEL + token),
  );
  return JSON.parse(plain, (_key, value) =>
    typeof value === "string" && value.startsWith(SENTINEL) ? Number(value.slice(SENTINEL.length)) : value,
  );
}

/** Writes maps as objects. */
export function stringifyExtendedJson(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? JSON.stringify(value) : String(value);
  if (Array.isArray(value)) return `[${value.map(stringifyExtendedJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${stringifyExtendedJson(item)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
