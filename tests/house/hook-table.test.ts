/** Tests the table of hooks that is written from the types. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { HOOK_NAMES } from "../../core/hooks/check-hooks.ts";
import { hookTable, pageWithHooks } from "./hook-table.ts";

test("docs/plugins.md has the table that core/hooks/lifecycle.ts declares", () => {
  const [[path, text]] = [...pageWithHooks()] as [[string, string]];
  expect(readFileSync(path, "utf8")).toBe(text);
  const names = [...text.matchAll(/^\| `(on\w+)` \|/gm)].map(([, name]) => name);
  expect(names).toEqual(HOOK_NAMES.filter((name) => name !== "saveState"));
});

test("hookTable() takes the comments of hooks and of their values, those of named types too", () => {
  const source = `
export interface Facts {
  readonly sheets: number;
  /** The device
   * that trains. */
  readonly device: string;
}

export interface HookEvents {
  /**
   * Once, before
   * the first step.
   */
  onStart: Moment & Facts;
  /** After each step. */
  onStep: Moment & {
    /** The mean | loss/sheet. */
    readonly loss: number;
    gradients(): ReadonlyMap<string, Float32Array>;
  };
}
`;
  expect(hookTable(source).split("\n").slice(2)).toEqual([
    "| `onStart` | Once, before the first step. | `sheets`<br>`device`: The device that trains |",
    "| `onStep` | After each step. | `loss`: The mean \\| loss/sheet<br>`gradients()` |",
  ]);
});
