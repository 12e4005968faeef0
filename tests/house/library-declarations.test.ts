/** Tests how the types of the library are gathered into one file. */

import { expect, test } from "bun:test";
import { joinedDeclarations } from "./library-declarations.ts";

const FILES: Readonly<Record<string, string>> = {
  "a/entry.ts":
    '/** The entry. */\nexport { open, type Options } from "./open.ts";\nexport { Kind as Sort } from "../b/kinds.ts";\n',
  "a/open.ts":
    '/** Opens. */\nimport type { Kind } from "../b/kinds.ts";\ninterface Hidden {\n    readonly x: number;\n}\n' +
    "/** What open takes. */\nexport interface Options {\n    /** One { of } them. */\n    readonly kind: Kind;\n    readonly more: Hidden;\n}\n" +
    "/** Opens it. */\nexport declare function open(options: Options): void;\nexport {};\n",
  "b/kinds.ts":
    '/** The kinds. */\nexport type Kind = \n/** Small. */\n"s"\n/** Large. */\n | "l";\nexport declare const UNUSED = 1;\n',
};
const read = (path: string) => FILES[path]!;

test("the text has every name of the entry with its comment, and what these names use, and nothing else", () => {
  const text = joinedDeclarations("a/entry.ts", (path) =>
    path === "a/entry.ts" ? FILES[path]!.replace("Kind as Sort", "Kind") : read(path),
  );
  expect(text.slice(text.indexOf("*/") + 2).trim()).toBe(
    [
      "/** Opens it. */\nexport declare function open(options: Options): void;",
      "/** What open takes. */\nexport interface Options {\n  /** One { of } them. */\n  readonly kind: Kind;\n  readonly more: Hidden;\n}",
      '/** The kinds. */\nexport type Kind = \n/** Small. */\n"s"\n/** Large. */\n | "l";',
      "interface Hidden {\n  readonly x: number;\n}",
      "export {};",
    ].join("\n\n"),
  );
});

test("a name that leads nowhere, a name that two files declare, and a new name for an old one are errors", () => {
  const entry = 'export { open } from "./open.ts";\n';
  expect(() =>
    joinedDeclarations("a/entry.ts", (path) =>
      path === "b/kinds.ts" ? "" : path === "a/entry.ts" ? entry : read(path),
    ),
  ).toThrow("b/kinds.ts declares no Kind");
  expect(() => joinedDeclarations("a/entry.ts", read)).toThrow("../b/kinds.ts: Kind is handed on as Sort");
  const twice = (path: string) =>
    path === "b/kinds.ts"
      ? 'import type { Hidden } from "./hidden.ts";\nexport type Kind = Hidden;\n'
      : (FILES[path] ?? "export type Hidden = 4;\n");
  expect(() =>
    joinedDeclarations("a/open-entry.ts", (path) =>
      path === "a/open-entry.ts" ? 'export { Options } from "./open.ts";\n' : twice(path),
    ),
  ).toThrow("Two declarations have the name Hidden");
});
