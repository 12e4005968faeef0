/**
 * `bun run test | check | verify | reference`: brings the packages of whoever works on the project, then runs
 * the tool. `--help` needs no package, so that it answers at once in a fresh clone.
 */

import { commandLine } from "../base/command-line.ts";
import { labelledRows, wrapped } from "../base/labelled-rows.ts";
import { formatProblems } from "../base/problem.ts";
import { PROJECT_ROOT } from "../base/project-root.ts";
import { helpColumns } from "../console/usage.ts";
import { setUpPackages } from "../packages/set-up-packages.ts";
import { isInstalled } from "../packages/stamp.ts";

interface Tool {
  readonly what: string;
  /** The programs, one after the other until one fails. The last one gets the arguments. */
  readonly programs: readonly (readonly string[])[];
  /** Its arguments as the help names them, each with its meaning. */
  readonly args: readonly (readonly [name: string, meaning: string])[];
}

const BUN = process.execPath;

/** Each is a script of package.json. */
const TOOLS: Readonly<Record<"test" | "check" | "verify" | "reference", Tool>> = {
  test: {
    what: "Run the tests; names of files run only these",
    programs: [[BUN, "test", "--timeout", "60000"]],
    args: [
      ["file…", "Run only the tests of files whose paths contain this (all)"],
      ["--only-failures", "Print only the tests that fail; other options of bun test work too"],
      ["-t <pattern>", "Run only the tests whose names match this"],
    ],
  },
  check: {
    what: "Check types, lint and format",
    programs: [
      [BUN, "node_modules/typescript/bin/tsc", "--noEmit"],
      [BUN, "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."],
    ],
    args: [["--write", "Format, and mend what can be mended safely; other options of biome work too"]],
  },
  verify: {
    what: "Run every check of the repository, what has to hold before a commit",
    programs: [[BUN, "tests/house/verify.ts"]],
    args: [["step…", "Run only these of types, lint, unused, unused-in-product, generated and tests (all)"]],
  },
  reference: {
    what: "Write the files of the repository that are made from others",
    programs: [[BUN, "tests/house/reference.ts"]],
    args: [["--check", "Write nothing; exit code 1 if a file is out of date"]],
  },
};

type ToolName = keyof typeof TOOLS;

const [name = "", ...args] = process.argv.slice(2);
if (!isTool(name)) {
  const expected = `one of ${Object.keys(TOOLS).join(", ")}`;
  const fix = commandLine("help");
  process.stderr.write(
    `${formatProblems([{ message: "Cannot run this tool", expected, got: name, fix }])}\n`,
  );
  process.exitCode = 2;
} else if (args.includes("--help") || args.includes("-h")) {
  process.stdout.write(`${helpText(name, helpColumns(process.stdout))}\n`);
} else {
  const isThere = await isInstalled("all", PROJECT_ROOT);
  process.exitCode = (isThere ? 0 : await setUpPackages(["all"])) || (await run(TOOLS[name], args));
}

function isTool(name: string): name is ToolName {
  return Object.hasOwn(TOOLS, name);
}

/** @param columns The length of a line in characters. */
function helpText(name: ToolName, columns: number): string {
  const { what, args } = TOOLS[name];
  const more = "The first call installs the packages of all commands.";
  return [
    ...wrapped(what, columns),
    "",
    `USAGE ${commandLine(name)} [ARGUMENTS]`,
    "",
    "ARGUMENTS",
    "",
    ...labelledRows(args, columns),
    "",
    ...wrapped(more, columns),
  ].join("\n");
}

/** @returns The exit code of the first program that fails, else 0. */
async function run({ programs }: Tool, args: readonly string[]): Promise<number> {
  for (const [index, program] of programs.entries()) {
    const isLast = index === programs.length - 1;
    const child = Bun.spawn([...program, ...(isLast ? args : [])], {
      cwd: PROJECT_ROOT,
      stdio: ["inherit", "inherit", "inherit"],
    });
    const code = await child.exited;
    if (code !== 0) return code;
  }
  return 0;
}
