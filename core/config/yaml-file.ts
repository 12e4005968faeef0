/** Reads a YAML file as plain values, and finds the line and column of each. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from "yaml";
import { type Problem, UserError } from "../base/problem.ts";
import { readConfigText } from "./read-config-text.ts";
import type { Path, Source } from "./source.ts";
import { yamlProblem } from "./yaml-problem.ts";

export interface YamlFile {
  /** The path as the user named it. */
  readonly file: string;
  readonly root: Readonly<Record<string, unknown>>;
  /**
   * The place of the key or the value at a path. If the file lacks the path, it is the place of the nearest
   * key above; if there is none either, the beginning of the file.
   */
  locate(path: Path, part: "key" | "value"): Source;
}

/**
 * Reads a configuration file.
 *
 * @param path As the user gave it, relative to `cwd`.
 * @throws {UserError} Exit code 2: the file is missing, a folder, not text, empty, not a mapping or not YAML
 *   (with all errors).
 */
export function readYamlFile(path: string, cwd: string): YamlFile {
  const text = readConfigText(path, cwd);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    logLevel: "error", // odd keys are reported later as unknown keys, not by the parser on standard error
  });
  const at = (offset: number): Source & { kind: "file" } => {
    const { line, col } = lines.linePos(offset);
    return { kind: "file", file: path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const fail = (problems: Problem | Problem[]) => new UserError(problems, { exitCode: 2 });

  // One mistake often breaks the rest of its line too, so only the first error of each line is reported.
  // Warnings count as errors: the parser would drop an unknown tag (!env) without a word.
  const errors = [...document.errors, ...document.warnings].filter(
    (error, i, all) => all.findIndex((other) => at(other.pos[0]).line === at(error.pos[0]).line) === i,
  );
  if (errors.length > 0) {
    const seen = text.split("\n");
    throw fail(errors.map((error) => yamlProblem(error, at(error.pos[0]), seen)));
  }
  const { contents } = document;
  const start = { file: path, line: 1, column: 1 };
  const expected = "a mapping with the sections experiment, data, model, training, evaluation and plugins";
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    const got = text.trim() === "" ? "an empty file" : "a file without any key";
    const fix = "start from configs/minimal.yaml";
    throw fail({ ...start, message: "Cannot use this file as a configuration", expected, got, fix });
  }
  if (!isMap(contents)) {
    const place = at(contents.range?.[0] ?? 0);
    const got = isSeq(contents) ? "a list" : "a single value";
    throw fail({
      file: path,
      line: place.line,
      column: place.column,
      message: "Cannot use this file as a configuration",
      expected,
      got,
    });
  }
  let root: Record<string, unknown>;
  try {
    root = document.toJS() as Record<string, unknown>;
    JSON.stringify(root); // throws on an alias inside its own anchor
  } catch (cause) {
    const expectation = "aliases (*name) that point at an anchor (&name) before them, none inside its own";
    const got = cause instanceof Error ? cause.message : String(cause);
    throw fail({ ...start, message: "Cannot resolve the aliases of this file", expected: expectation, got });
  }
  return { file: path, root, locate: (place, part) => locate(document, place, part, at) };
}

function locate(
  document: Document.Parsed,
  path: Path,
  part: "key" | "value",
  at: (offset: number) => Source,
): Source {
  let node: Node | null | undefined = document.contents;
  let found = 0;
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node) && typeof key === "number") {
      node = node.items[key] as Node | undefined;
      if (!node?.range) break;
      found = node.range[0];
      continue;
    }
    const pair: Pair | undefined = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      : undefined;
    if (!pair) break;
    found = (pair.key as Node).range?.[0] ?? found;
    node = pair.value as Node | null;
    const empty = !node?.range || (isScalar(node) && node.value === null && node.source === "");
    if (depth === path.length - 1 && part === "value" && !empty) found = node?.range?.[0] ?? found;
  }
  return at(found);
}
