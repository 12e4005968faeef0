/** Holds the commands of the pages to what a shell takes: they are copied as they stand. */

import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";

const PAGES = filesOf("*.md", "docs/*.md", "bench/*.md", "core/**/*.md");

/** Paths from the project's folder on. */
function filesOf(...patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(PROJECT_ROOT)].sort());
}

/** The commands in the code blocks of a page, fenced or indented, without their comments. */
function commands(text: string): string[] {
  const joined = text.replaceAll("\\\n", " ");
  return joined
    .split("\n")
    .filter((line) => /^\s*(bun|npx|npm) /.test(line))
    .map((line) => line.trim().replace(/\s+#\s.*$/, ""));
}

/** A command without what stands in quotes. */
function unquoted(command: string): string {
  return command.replaceAll(/'[^']*'|"[^"]*"/g, "");
}

const COMMANDS = PAGES.flatMap((page) =>
  commands(readFileSync(join(PROJECT_ROOT, page), "utf8")).map((command) => `${page}: ${command}`),
);

test("commands on the pages have quotes where a shell would take a word apart", () => {
  expect(COMMANDS.length).toBeGreaterThan(30);
  // Brackets are patterns of file names for zsh, < and > name files, runs have blanks in their names.
  expect(COMMANDS.filter((command) => /[[\]<>(){}$`]/.test(unquoted(command)))).toEqual([]);
});

test("no page, message or help writes a list for the command line in bare brackets", () => {
  const files = [...PAGES, ...filesOf("core/**/*.ts", "plugins/**/*.ts", "bench/*.ts", "configs/*")];
  const wrong = files.flatMap((file) =>
    readFileSync(join(PROJECT_ROOT, file), "utf8")
      .split("\n")
      .filter((line) => /(?<!')--[\w.<>]+=\[/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(wrong).toEqual([]);
});

test("no message writes a command by hand: commandLine() knows how it was started, and quotes", () => {
  const wrong = filesOf("core/**/*.ts", "plugins/**/*.ts", "bench/*.ts")
    .filter((file) => file !== "core/base/command-line.ts")
    .flatMap((file) =>
      readFileSync(join(PROJECT_ROOT, file), "utf8")
        .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
        .split("\n")
        .filter((line) => /\b(bun|npm) (run|install)\b|\bnpx /.test(line) && !line.includes("<!--"))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(wrong).toEqual([]);
});
