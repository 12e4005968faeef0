/** Holds the commands of the pages to what a shell takes, and runs them as they are printed. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { commandBlocks, matchesOutput } from "../support/page-commands.ts";
import { type PrintedProject, printedProject } from "../support/printed-project.ts";
import { skipped } from "../support/skipped.ts";
import { sharedFolder } from "../support/temporary-folder.ts";
import { printedBlocks, printedPages, runBlock } from "./printed-commands.ts";

const PAGES = filesOf("*.md", "docs/*.md", "bench/*.md", "core/**/*.md");
const BLOCKS = printedBlocks(printedPages());
const SHELLS = ["sh", "bash", "zsh"].filter((shell) => Bun.which(shell) !== null);
if (!SHELLS.includes("zsh")) skipped("commands of the pages in zsh", "zsh is not installed");

/** Paths from the project's folder on. */
function filesOf(...patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(PROJECT_ROOT)].sort());
}

/** The lines of a page that call a program, in blocks and elsewhere, without their comments. */
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

test("commands stand in blocks of sh alone, without comments: zsh takes those for arguments", () => {
  const inBlocks = new Set(BLOCKS.map(({ page, line }) => `${page}:${line}`));
  expect(inBlocks.size).toBeGreaterThan(20);
  const commented = BLOCKS.flatMap(({ page, commands: all }) =>
    all.filter((command) => /(?:^|\s)#|…/.test(command)).map((command) => `${page}: ${command}`),
  );
  expect(commented).toEqual([]);
  const indented = printedPages().flatMap((page) =>
    readFileSync(join(PROJECT_ROOT, page), "utf8")
      .split("\n")
      .filter((line) => /^ {4}(?:bun|npx|npm|pip) /.test(line))
      .map((line) => `${page}: ${line}`),
  );
  expect(indented).toEqual([]);
});

test("every shell takes the commands of the pages for the same words", () => {
  const folder = sharedFolder("stubs");
  const log = folder.join("words");
  mkdirSync(folder.join("bin"));
  const programs = [
    "bun",
    "bunx",
    "npx",
    "pip",
    "find",
    "wandb",
    "optuna-dashboard",
    "curl",
    "mpirun",
    "srun",
  ];
  for (const name of programs) {
    const stub = folder.join("bin", name);
    writeFileSync(stub, `#!/bin/sh\nprintf '%s\\n' "$0" "$@" "" >> "${log}"\n`);
    chmodSync(stub, 0o755);
  }
  const env = { PATH: `${folder.join("bin")}:${process.env.PATH}`, HOME: folder.path };
  for (const { page, line, commands: all } of BLOCKS) {
    for (const command of all) {
      const words = SHELLS.map((shell) => {
        writeFileSync(log, "");
        const { exitCode, stderr } = Bun.spawnSync([shell, "-c", command], { cwd: PROJECT_ROOT, env });
        return {
          place: `${page}:${line}`,
          exitCode,
          stderr: String(stderr),
          // The programs of a pipeline may start in any order.
          words: readFileSync(log, "utf8").split("\n\n").sort().join("\n\n"),
        };
      });
      expect(words[0]!.words).not.toBe("");
      for (const one of words) expect(one).toEqual({ ...words[0]!, exitCode: 0, stderr: "" });
    }
  }
}, 120_000);

describe("a page's commands run as they are printed:", () => {
  let project: PrintedProject;
  const done = new Set<string>();
  beforeAll(async () => {
    project = await printedProject({ isInstalled: true });
  });
  afterAll(() => project[Symbol.dispose]());

  for (const [index, block] of BLOCKS.filter(({ runs }) => runs === "with the tests").entries()) {
    const shell = SHELLS[index % SHELLS.length]!;
    test(`${block.page}, line ${block.line}`, async () => {
      expect(await runBlock(block, project, shell, done)).toEqual([]);
    }, 120_000);
  }

  test("the README's example of a dataset passes its check without a doubt", async () => {
    const { code, stdout } = await project.run(SHELLS[0]!, "bun run data check mine --strict");
    expect([code, stdout]).toEqual([0, expect.stringContaining("every label fits its workbook\n")]);
  }, 120_000);
});

test("a block is left out for a written reason alone", () => {
  const page = [
    ..."<!-- run by command: takes minutes -->|```sh|bun run a \\|  --b|bun run c|```||```|out|```".split(
      "|",
    ),
    ..."<!-- not run:  -->|```sh|bun run d|```|text|```|no output|```|```ts|bun run e|```".split("|"),
  ].join("\n");
  expect(commandBlocks(page)).toEqual([
    {
      line: 2,
      commands: ["bun run a --b", "bun run c"],
      runs: "by command",
      reason: "takes minutes",
      output: ["out"],
    },
    { line: 12, commands: ["bun run d"], runs: "with the tests", reason: "", output: null },
  ]);
});

test("matchesOutput() takes a line of dots for any lines, and nothing else for another", () => {
  expect(matchesOutput(["a  1.5", "…", "z"], "a  1.5\nb\nc\nz\n")).toBe(true);
  expect(matchesOutput(["a", "…"], "a\n")).toBe(true);
  expect(matchesOutput(["a"], "a  \n")).toBe(true);
  expect(matchesOutput(["a"], "a\nb\n")).toBe(false);
  expect(matchesOutput(["a  1.5"], "a  1x5\n")).toBe(false);
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
