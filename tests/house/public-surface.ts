/**
 * Writes down what plugin authors can import: every name of core/plugin.ts and of core/plugin-testing.ts with
 * its declaration, as text. The text is checked in as docs/public-surface.md, so that a change of the public
 * surface shows in the change itself.
 *
 * The declarations come from the compiler (`tsc --declaration`), without comments and without bodies of
 * functions.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { runProgram } from "../../core/base/run-program.ts";

/** A name and the text that declares it, as `tsc` writes it. */
interface Declaration {
  readonly name: string;
  /** `interface`, `type`, `function`, `const`, `class`, `enum`. */
  readonly kind: string;
  readonly text: string;
}

/** A declaration file: what it declares, and which names it takes from other files. */
export interface DeclarationFile {
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** Local name to its file (relative, as written) and its name there. */
  readonly imports: ReadonlyMap<string, ImportedName>;
  /** Exported name to the same, for `export … from`. */
  readonly reexports: ReadonlyMap<string, ImportedName>;
}

interface ImportedName {
  readonly file: string;
  readonly name: string;
}

const ENTRY = "core/plugin.ts";
const TESTING_ENTRY = "core/plugin-testing.ts";
const FOR_TESTS = "What the tests of plugins can import from `tablesense2/plugin-testing`.";
const NAMES = /^(import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"(\.[^"]+)";$/;
const DECLARED =
  /^(?:export )?(?:declare )?(?:abstract )?(interface|type|function|const|let|class|enum)\s+([\w$]+)/;

/** The page's full text. @throws {Error} If the compiler fails or a name of core/plugin.ts leads nowhere. */
export async function publicSurface(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "declarations-"));
  try {
    const options = ["--declaration", "--emitDeclarationOnly", "--noCheck", "--removeComments"];
    const output = ["--noEmit", "false", "--outDir", folder];
    const command = [process.execPath, "node_modules/typescript/bin/tsc", ...options, ...output];
    const result = await runProgram(command, { cwd: PROJECT_ROOT });
    if (result.code !== 0) throw new Error(`tsc --declaration failed:\n${result.output}`);
    const read = (path: string) => readFileSync(join(folder, path.replace(/\.ts$/, ".d.ts")), "utf8");
    return surfacePage(ENTRY, read, TESTING_ENTRY);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The page about what `entry` exports.
 *
 * @param read Gives a source file's declarations as text.
 * @param testing What the tests of plugins import; it has a part of its own. Left out: there is none.
 */
export function surfacePage(entry: string, read: (path: string) => string, testing?: string): string {
  const files = new Map<string, DeclarationFile>();
  const fileOf = (path: string): DeclarationFile => {
    if (!files.has(path)) files.set(path, readDeclarations(read(path)));
    return files.get(path)!;
  };
  const exportsOf = (path: string) => {
    const names = [...fileOf(path).reexports.keys()].sort((a, b) => (a < b ? -1 : 1));
    return names.map((name) => ({ name, place: resolve(path, name, fileOf) }));
  };
  const own = exportsOf(entry);
  const tests = testing === undefined ? [] : exportsOf(testing);
  const found = [...own, ...tests].map(({ place }) => place);
  const shown = new Set(found.map(({ path, declaration }) => `${path} ${declaration.name}`));
  const sectionsOf = (all: typeof own) => all.map(({ name, place }) => section(name, place.declaration));
  const used = reachable(found, fileOf).filter(
    ({ path, declaration }) => !shown.has(`${path} ${declaration.name}`),
  );
  const others = used.map(({ declaration }) => declaration.text).sort();
  return [
    "# Public surface",
    "",
    "What plugins can import from `tablesense2/plugin`, with full declarations. `bun run reference` writes this page, and",
    "`bun run verify` fails while it is out of date: a change here is a change for everybody who has written a plugin.",
    "[plugins.md](plugins.md) explains how to use it.",
    "",
    ...sectionsOf(own),
    ...(tests.length > 0 ? ["## For the tests of plugins", "", FOR_TESTS, "", ...sectionsOf(tests)] : []),
    "## Declarations that these refer to",
    "",
    "They cannot be imported by name. The configuration's own keys are in [configuration.md](configuration.md).",
    "",
    "```ts",
    others.join("\n\n"),
    "```",
    "",
  ].join("\n");
}

function section(name: string, { kind, text }: Declaration): string {
  return `## \`${name}\` (${kind})\n\n\`\`\`ts\n${text}\n\`\`\`\n`;
}

interface Place {
  readonly path: string;
  readonly declaration: Declaration;
}

/** Follows a name from the file that exports it to the file that declares it. */
function resolve(path: string, name: string, fileOf: (path: string) => DeclarationFile): Place {
  const file = fileOf(path);
  const declaration = file.declarations.get(name);
  if (declaration) return { path, declaration };
  const next = file.reexports.get(name) ?? file.imports.get(name);
  if (!next) throw new Error(`${path} declares no ${name}`);
  return resolve(normalize(join(dirname(path), next.file)), next.name, fileOf);
}

/**
 * Everything that the declarations name, and what that names in turn. Constants behind a `typeof` are left
 * out: the one there is, the schema of the configuration, has a page of its own.
 */
function reachable(from: readonly Place[], fileOf: (path: string) => DeclarationFile): Place[] {
  const seen = new Map<string, Place>();
  const open = [...from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const key = `${place.path} ${place.declaration.name}`;
    if (seen.has(key)) continue;
    seen.set(key, place);
    const { declarations, imports } = fileOf(place.path);
    for (const [word] of place.declaration.text.matchAll(/[\w$]+/g)) {
      if (!declarations.has(word) && !imports.has(word)) continue;
      const named = resolve(place.path, word, fileOf);
      if (named.declaration.kind !== "const") open.push(named);
    }
  }
  return [...seen.values()];
}

/** Splits a declaration file as `tsc` formats it: every statement begins in the first column. */
export function readDeclarations(text: string): DeclarationFile {
  const declarations = new Map<string, Declaration>();
  const imports = new Map<string, ImportedName>();
  const reexports = new Map<string, ImportedName>();
  for (const statement of text.split(/\n(?=(?:export|import|declare|interface|type|abstract)\b)/)) {
    const line = statement.trim();
    const names = NAMES.exec(line);
    if (names) {
      const target = names[1] === "import" ? imports : reexports;
      for (const [there, here] of namePairs(names[2]!)) {
        target.set(here, { file: names[3]!, name: there });
      }
      continue;
    }
    const [, kind, name] = DECLARED.exec(line) ?? [];
    if (kind === undefined || name === undefined) continue;
    const earlier = declarations.get(name);
    declarations.set(name, { name, kind, text: earlier ? `${earlier.text}\n${line}` : line });
  }
  return { declarations, imports, reexports };
}

/** `a, type b as c` as pairs of the name in the other file and the name here. */
function namePairs(list: string): [string, string][] {
  const items = list.split(",").map((item) => item.trim().replace(/^type\s+/, ""));
  return items.filter(Boolean).map((item) => {
    const [there, here = there] = item.split(/\s+as\s+/) as [string, string?];
    return [there, here];
  });
}
