/** Holds what comments and pages refer to: every file, folder, page and heading that they name exists. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { commentLines } from "../support/source-comments.ts";
import { projectFiles } from "../support/source-imports.ts";

const FILES = projectFiles();
const PATHS = new Set(FILES.flatMap(withFolders));
const NAMES = new Set(FILES.map((path) => basename(path)));

/** A path from the project's root, and the name of a source or a page without its folder. */
const PATH = /(?<![\w./{}<>*@-])(?:core|plugins|docs|tests|bench|configs|\.ci|\.vscode)\/[\w./{}<>*-]*/g;
const NAME = /(?<![\w/{}<>*@$-])(?:\.{0,2}\/)?[\w-][\w./-]*\.(?:ts|as|py|proto|wasm|md)(?![\w*{}<>-])/g;
/** A link of Markdown to something in the project. */
const LINK = /\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g;

/** What is meant to be elsewhere: files that a reader or a run makes, and the reference's own scripts. */
const ELSEWHERE = new Set([
  "bench_openpyxl.py",
  "bench_torch.py",
  "configs/config.yaml",
  "configs/mine.yaml",
  "docs/images/small.svg",
  "gradient-guard.ts",
  "gradient-watch.ts",
  "patience.test.ts",
  "./best-only.ts",
  "./my/plugin.ts",
  "my/plugin.ts",
  "plugins/my-plugin/plugin.ts",
  "/plugins/mine.ts",
  "/x.ts",
]);

interface Mention {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

/** The path itself and every folder above it. */
function withFolders(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

interface Line {
  readonly line: number;
  readonly text: string;
}

const toLines = (text: string): Line[] => text.split("\n").map((each, i) => ({ line: i + 1, text: each }));

/** The prose of a file by line: comments of sources, everything in pages and configurations. */
function proseOf(file: string, text: string): Line[] {
  if (!/\.(?:ts|as|proto)$/.test(file)) return toLines(text);
  return commentLines(text).map(({ number, comment }) => ({ line: number, text: comment }));
}

/** As `proseOf()`, with the messages of the product, which name files to their users; no imports. */
function proseAndMessages(file: string, text: string): Line[] {
  if (!/^(?:core|plugins)\/.*\.ts$/.test(file)) return proseOf(file, text);
  return toLines(text).filter((each) => !/\bfrom "\.|import\(|new URL\(/.test(each.text));
}

function mentions(pattern: RegExp, linesOf: (file: string, text: string) => Line[]): Mention[] {
  const files = FILES.filter((file) => PROSE.test(file) && !file.startsWith("tests/golden/"));
  return files.flatMap((file) =>
    linesOf(file, readFileSync(join(PROJECT_ROOT, file), "utf8")).flatMap(({ line, text }) =>
      [...text.matchAll(pattern)].map(([name]) => ({ file, line, name: name.replace(/[./]+$/, "") })),
    ),
  );
}

const PROSE = /\.(?:ts|md|yaml|as|proto)$|^\.ci\/run$/;
const isShared = (name: string) => /^(?:\.\.\/)+shared\//.test(name);
const isPattern = (name: string) => /[{}<>*]/.test(name);
const words = ({ file, line, name }: Mention) => `${file}:${line}: ${name}`;

/** True if the name is a path from the root or from the file's own folder. */
function isPath({ file, name }: Mention): boolean {
  return PATHS.has(normalize(name)) || PATHS.has(normalize(join(dirname(file), name)));
}

test("every path that a comment, a page or a message names exists", () => {
  const named = mentions(PATH, proseAndMessages).filter(
    ({ name }) => !isPattern(name) && !ELSEWHERE.has(name),
  );
  expect(named.length).toBeGreaterThan(150);
  expect(named.filter((each) => !isPath(each)).map(words)).toEqual([]);
});

test("every source and page that a comment or a page names without its folder exists", () => {
  const named = mentions(NAME, proseOf).filter(
    ({ name }) => !ELSEWHERE.has(name) && !name.startsWith("--") && !isShared(name),
  );
  const isKnown = (each: Mention) => isPath(each) || (!each.name.includes("/") && NAMES.has(each.name));
  expect(named.length).toBeGreaterThan(250);
  expect(named.filter((each) => !isKnown(each)).map(words)).toEqual([]);
});

/** The anchors of a page, as GitHub makes them from its headings. */
function anchorsOf(page: string): Set<string> {
  const text = readFileSync(join(PROJECT_ROOT, page), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
  const headings = [...text.matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(/\s/g, "-"),
    ),
  );
}

test("every link of a page leads to a file of the project and to one of its headings", () => {
  const pages = FILES.filter((file) => file.endsWith(".md"));
  const wrong: string[] = [];
  let checked = 0;
  for (const page of pages) {
    const text = readFileSync(join(PROJECT_ROOT, page), "utf8");
    for (const [link, path = "", anchor] of text.matchAll(LINK)) {
      checked++;
      const target = path === "" ? page : normalize(join(dirname(page), path)).replace(/\/$/, "");
      if (!PATHS.has(target)) wrong.push(`${page}: ${link}`);
      else if (anchor !== undefined && !anchorsOf(target).has(anchor)) wrong.push(`${page}: ${link}`);
    }
  }
  expect(checked).toBeGreaterThan(60);
  expect(wrong).toEqual([]);
});
