/** Tests that the binding learns every attribute's name, and that its failures are not hidden. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";
import { ATTRIBUTE_NAMES, internAttributeNames } from "../../../core/tensor/native/attribute-names.ts";

/** Names in `{ name: 'T', type: …` and in `createTensorsTypeOpAttr('T', …`. */
const USES = [/name: ['"](\w+)['"],\s*type: /g, /create\w*OpAttr\)?\(['"](\w+)['"]/g];

async function namesIn(folder: string, pattern: string): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const file of new Glob(pattern).scan({ cwd: folder })) {
    if (file.includes("_test")) continue;
    const text = await Bun.file(join(folder, file)).text();
    for (const use of USES) for (const [, name] of text.matchAll(use)) found.add(name!);
  }
  return found;
}

test("ATTRIBUTE_NAMES has every name that TensorFlow.js and the project's kernels give to an operation", async () => {
  const library = await namesIn(
    join(PROJECT_ROOT, "node_modules", "@tensorflow", "tfjs-node-gpu", "dist"),
    "**/*.js",
  );
  const own = await namesIn(join(PROJECT_ROOT, "core", "tensor", "native"), "**/*.ts");
  expect(library.size).toBeGreaterThan(40);
  expect(own).toContain("N");
  const known = new Set(ATTRIBUTE_NAMES);
  expect([...library, ...own].filter((name) => !known.has(name))).toEqual([]);
  expect(known.size).toBe(ATTRIBUTE_NAMES.length);
});

test("internAttributeNames() gives the binding every name, whose refusals of the type are expected", () => {
  const seen: unknown[] = [];
  internAttributeNames({
    executeOp: (_, attributes) => {
      seen.push(...attributes.map((attribute) => (attribute as { name: string }).name));
      throw new Error("Unhandled TF_AttrType: 4294967295\n");
    },
  });
  expect(seen).toEqual([...ATTRIBUTE_NAMES]);
});

test("internAttributeNames() passes on any other failure of the binding", () => {
  const failure = new Error("Invalid number of args passed to executeOp()");
  const binding = {
    executeOp: () => {
      throw failure;
    },
  };
  expect(() => internAttributeNames(binding)).toThrow(failure);
});
