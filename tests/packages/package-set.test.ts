/** Tests that what each command imports is in the set of packages that package.json installs for it. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, normalize } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { largerSet, PACKAGE_SETS } from "../../core/packages/package-set.ts";
import { projectFiles } from "../support/source-imports.ts";

const MANIFEST = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};
const TRANSPILER = new Bun.Transpiler({ loader: "ts" });

/** What a file imports when it runs; imports of types are gone. */
function importsOf(path: string): { path: string; kind: string }[] {
  return TRANSPILER.scanImports(readFileSync(join(PROJECT_ROOT, path), "utf8"));
}

const isPackage = ({ path }: { path: string }) => !path.startsWith(".") && path !== "bun" && !isBuiltin(path);

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

test("core/ and plugins/ import packages of the small set, and never need a tool of the tests", () => {
  const files = projectFiles().filter((path) => /^(?:core|plugins)\/.*\.ts$/.test(path));
  const found = files.flatMap((file) =>
    importsOf(file)
      .filter(isPackage)
      .map(({ path }) => ({ file, name: packageName(path) })),
  );
  expect(new Set(found.map(({ name }) => name)).size).toBeGreaterThan(7);
  expect(found.filter(({ name }) => !(name in MANIFEST.dependencies))).toEqual([]);
});

test("no package of the small set has parts among optional packages, which are not installed with it", () => {
  const withParts = Object.keys(MANIFEST.dependencies).filter((name) => {
    const manifest = readFileSync(join(PROJECT_ROOT, "node_modules", name, "package.json"), "utf8");
    return "optionalDependencies" in JSON.parse(manifest);
  });
  expect(withParts).toEqual([]);
});

test("setup, help and whatever installs packages later load none: they run where none is installed", () => {
  const seen = new Set([
    "core/commands/setup.ts",
    "core/commands/help.ts",
    "core/commands/run-tool.ts",
    "bench/main.ts",
  ]);
  const packages: string[] = [];
  for (const file of seen) {
    for (const found of importsOf(file)) {
      if (isPackage(found)) packages.push(`${file}: ${found.path}`);
      else if (found.path.startsWith(".")) seen.add(normalize(join(dirname(file), found.path)));
    }
  }
  expect(seen.size).toBeGreaterThan(10);
  expect(packages).toEqual([]);
});

test("every command installs the small set first; tools bring theirs once nobody asks for their help", () => {
  const { help, setup, ...scripts } = MANIFEST.scripts;
  expect([help, setup]).toEqual(["bun core/commands/help.ts", "bun core/commands/setup.ts"]);
  const tools = ["test", "check", "verify", "reference"];
  const names = Object.keys(scripts).filter((name) => !(name.startsWith("pre") && name.slice(3) in scripts));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    const isTool = tools.includes(name);
    if (isTool) expect(scripts[name]).toBe(`bun core/commands/run-tool.ts ${name}`);
    expect([name, scripts[`pre${name}`]]).toEqual([
      name,
      isTool ? undefined : "bun core/commands/setup.ts small",
    ]);
  }
});

test("largerSet() knows that each set holds the one before it", () => {
  expect(PACKAGE_SETS).toEqual(["small", "devices", "all"]);
  expect(largerSet("small", "devices")).toBe("devices");
  expect(largerSet("all", "devices")).toBe("all");
  expect(largerSet("small", "small")).toBe("small");
});
