/** Checks and names plain values. */

import { type PtMap, PtTensor, type PtValue } from "./pt-value.ts";

/** The deepest nesting that is accepted. No checkpoint needs more, and recursion has to end. */
const MAX_DEPTH = 100;

/**
 * The most values in a tree. A container counts every time it is referenced: few bytes can mean billions of
 * values.
 */
const MAX_VALUES = 20_000_000;

/**
 * Checks that a decoded value is a tree of plain values that is safe to walk.
 *
 * @returns What is wrong (expected, got), or null.
 */
export function notPlain(value: unknown): { expected: string; got: string } | null {
  const sizes = new Map<object, number>(); // -1 while the container is being walked
  const measure = (item: unknown, depth: number): number => {
    if (!Array.isArray(item) && !(item instanceof Map)) {
      if (isLeaf(item)) return 1;
      throw new NotPlain("a value", "a class, function or storage by itself");
    }
    const known = sizes.get(item);
    if (known === -1) throw new NotPlain("values that end", "one that contains itself");
    if (known !== undefined) return known;
    if (depth === MAX_DEPTH) throw new NotPlain(`at most ${MAX_DEPTH} levels of nesting`, "more");
    sizes.set(item, -1);
    let size = 1;
    for (const child of item.values()) size += measure(child, depth + 1);
    if (size > MAX_VALUES) throw new NotPlain(`at most ${MAX_VALUES} values`, "more, by references");
    sizes.set(item, size);
    return size;
  };
  try {
    measure(value, 0);
    return null;
  } catch (error) {
    if (error instanceof NotPlain) return { expected: error.expected, got: error.got };
    throw error;
  }
}

/** The kind of a value for messages: "a dictionary", "text" … */
export function kindOf(value: unknown): string {
  if (value === null) return "None";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map) return "a dictionary";
  if (value instanceof PtTensor) return "a tensor";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "True or False";
  return typeof value === "number" || typeof value === "bigint"
    ? `the number ${value}`
    : "a class or function";
}

function isLeaf(item: unknown): item is Exclude<PtValue, PtValue[] | PtMap> {
  if (item === null || item instanceof PtTensor) return true;
  return ["boolean", "number", "bigint", "string"].includes(typeof item);
}

class NotPlain extends Error {
  readonly expected: string;
  readonly got: string;

  constructor(expected: string, got: string) {
    super(`expected ${expected}, got ${got}`);
    this.expected = expected;
    this.got = got;
  }
}
