/** Reads which files of the project import which, for the tests that hold the arrangement of the code. */

import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";

/**
 * `import … from`, `export … from` (types too), `import "…"`, `import("…")` and `new URL("….ts")`, by which
 * workers are started. The alternatives are tried at every position, so that a specifier is found wherever
 * the statement begins.
 */
const SPECIFIER =
  /(?:^|\n)\s*(?:import|export)\b[^;'"]*?\bfrom\s*"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"\s*\)|(?:^|\n)import\s*"(\.[^"]+)"|new URL\(\s*"(\.[^"]+\.ts)"/g;

/** The project's files that git tracks or would track, by path from the project's root. */
export function projectFiles(): string[] {
  const listed = Bun.spawnSync(["git", "ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: PROJECT_ROOT,
  });
  if (listed.exitCode !== 0) throw new Error(`git ls-files: ${listed.stderr}`);
  const glob = new Bun.Glob("**/*");
  const onDisk = new Set(glob.scanSync({ cwd: PROJECT_ROOT, dot: true, onlyFiles: true }));
  return listed.stdout
    .toString()
    .split("\n")
    .filter((path) => path !== "" && onDisk.has(path));
}

/** Of each TypeScript file the project's own files that it imports, all as paths from the project's root. */
export function readImports(files: readonly string[]): Map<string, string[]> {
  const sources = files.filter((path) => /\.tsx?$/.test(path));
  return new Map(sources.map((path) => [path, importsOf(path)]));
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(PROJECT_ROOT, path), "utf8");
  const specifiers = [...text.matchAll(SPECIFIER)].map((match) => match.slice(1).find(Boolean)!);
  return [...new Set(specifiers.map((specifier) => normalize(join(dirname(path), specifier))))];
}

/** The groups of nodes that reach each other: each is a circle. (Tarjan 1972) */
export function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const numbers = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string) => {
    numbers.set(node, numbers.size);
    lowest.set(node, numbers.get(node)!);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!numbers.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(node, Math.min(lowest.get(node)!, lowest.get(next)!));
    }
    if (lowest.get(node) !== numbers.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) found.push(group.sort());
  };
  for (const node of graph.keys()) if (!numbers.has(node)) visit(node);
  return found;
}
