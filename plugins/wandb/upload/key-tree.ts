/**
 * The nested values that config, summary and history items build up. An item is a path of labels and a value; an object
 * as a value is the same as one item for each of its leaves; one without leaves is nothing, as for W&B's own client.
 */

import { parseExtendedJson, stringifyExtendedJson } from "./extended-json.ts";

/** The shape of ConfigItem, SummaryItem and HistoryItem. */
export interface Item {
  readonly key: string;
  /** Wins over `key` where it has elements. */
  readonly nestedKey: readonly string[];
  readonly valueJson: string;
}

/** Labels to values or further trees. A Map, so that no label (`__proto__`) is special. */
export type KeyTree = Map<string, unknown>;

/** Applies items in order. One whose value is not JSON is left out, as W&B's client does. */
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

/** Removes what the items name, whatever their values. */
export function remove(tree: KeyTree, items: readonly Item[]): void {
  for (const item of items) {
    const path = pathOf(item);
    let at: unknown = tree;
    for (const label of path.slice(0, -1)) at = at instanceof Map ? at.get(label) : undefined;
    if (at instanceof Map) at.delete(path.at(-1)!);
  }
}

/** Merges an object into a tree, leaf by leaf. */
export function merge(tree: KeyTree, values: Readonly<Record<string, unknown>>): void {
  for (const [label, value] of Object.entries(values)) put(tree, [label], value);
}

/** The JSON line of one history row. */
export function lineOf(items: readonly Item[]): string {
  const tree: KeyTree = new Map();
  update(tree, items);
  return stringifyExtendedJson(tree);
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
