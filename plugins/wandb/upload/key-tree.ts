/**
 * The tree of values that the items of config, summary and history records build. An item is a path of
 * labels and a value. An object as the value means the same as one item for each of its leaves; an empty
 * object means nothing. W&B's own client does the same.
 */

import { parseExtendedJson, stringifyExtendedJson } from "./extended-json.ts";

/** An item of a config, summary or history record. */
export interface Item {
  readonly key: string;
  /** The path. If it is empty, `key` is the path's only label. */
  readonly nestedKey: readonly string[];
  readonly valueJson: string;
}

/**
 * From labels to values or further trees. It is a Map so that no label is special: `__proto__` may be one.
 */
export type KeyTree = Map<string, unknown>;

/**
 * Sets the values of the items, in order. An item whose value is not JSON is ignored, as by W&B's client.
 */
export function update(tree: KeyTree, items: readonly Item[]): void {
  for (const item of items) {
    let value: unknown;
    try {
      value = parseExtendedJson(item.valueJson);
    } catch {
      continue;
    }
    put(tree, pathOf(item), value);
  }
}

/** Removes the values that the items name. The items' own values do not matter. */
export function remove(tree: KeyTree, items: readonly Item[]): void {
  for (const item of items) {
    const path = pathOf(item);
    let at: unknown = tree;
    for (const label of path.slice(0, -1)) at = at instanceof Map ? at.get(label) : undefined;
    if (at instanceof Map) at.delete(path.at(-1)!);
  }
}

/** Sets the leaves of an object. */
export function merge(tree: KeyTree, values: Readonly<Record<string, unknown>>): void {
  for (const [label, value] of Object.entries(values)) put(tree, [label], value);
}

/** The JSON of the items of one record, in one line. */
export function lineOf(items: readonly Item[]): string {
  return stringifyExtendedJson(treeOf(items));
}

/** The tree of the items of one record. */
export function treeOf(items: readonly Item[]): KeyTree {
  const tree: KeyTree = new Map();
  update(tree, items);
  return tree;
}

function pathOf({ key, nestedKey }: Item): readonly string[] {
  return nestedKey.length > 0 ? nestedKey : [key];
}

function put(tree: KeyTree, path: readonly string[], value: unknown): void {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    for (const [label, child] of Object.entries(value)) put(tree, [...path, label], child);
    return;
  }
  let at = tree;
  for (const label of path.slice(0, -1)) {
    let next = at.get(label);
    if (!(next instanceof Map)) {
      next = new Map();
      at.set(label, next);
    }
    at = next as KeyTree;
  }
  at.set(path.at(-1)!, value);
}
