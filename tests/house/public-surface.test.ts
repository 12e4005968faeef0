/** Tests that the public surface is as its report says. */

import { expect, test } from "bun:test";
import { readDeclarations, surfacePage } from "./public-surface.ts";

const FILES: Record<string, string> = {
  "core/plugin.ts": `export { type Shape as Form, area } from "./base/shapes.ts";\nexport type { Limits } from "./limits.ts";\n`,
  "core/base/shapes.ts": `import type { Unit } from "./unit.ts";
export declare const SIDES = 4;
interface Base {
    readonly unit: Unit;
}
export interface Shape extends Base {
    readonly sides: typeof SIDES;
}
export interface Unrelated {
    readonly of: Unit;
}
export declare function area(shape: Shape): number;
export {};
`,
  "core/base/unit.ts": `export type Unit = "cell" | "row";\n`,
  "core/limits.ts": `export { type Bounds as Limits } from "./base/bounds.ts";\n`,
  "core/base/bounds.ts": `export type Bounds = {\n    readonly most: number;\n};\n`,
};

test("surfacePage() has every exported name with its kind and declaration, through re-exports and renamings", () => {
  const page = surfacePage("core/plugin.ts", (path) => FILES[path]!);
  const [exported, others] = page.split("## Declarations that these refer to") as [string, string];
  expect([...exported.matchAll(/^## .*$/gm)].map(String)).toEqual([
    "## `Form` (interface)",
    "## `Limits` (type)",
    "## `area` (function)",
  ]);
  expect(exported).toContain("```ts\nexport type Bounds = {\n    readonly most: number;\n};\n```");
  expect(exported).toContain("```ts\nexport declare function area(shape: Shape): number;\n```");
  expect(others).toContain(
    '```ts\nexport type Unit = "cell" | "row";\n\ninterface Base {\n    readonly unit: Unit;\n}\n```',
  );
});

test("surfacePage() refuses a name that nothing declares", () => {
  const files = { ...FILES, "core/base/bounds.ts": "export {};\n" };
  expect(() => surfacePage("core/plugin.ts", (path) => files[path as keyof typeof files])).toThrow(
    "core/base/bounds.ts declares no Bounds",
  );
});

test("readDeclarations() keeps the overloads of a function together", () => {
  const { declarations } = readDeclarations(
    "export declare function read(path: string): string;\nexport declare function read(path: string, raw: true): Buffer;\n",
  );
  expect(declarations.get("read")?.text.split("\n")).toHaveLength(2);
});
