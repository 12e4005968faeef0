/**
 * Runs the commands that README.md and docs/ print, as printed, in a copy of the project without packages:
 *
 *     bun tests/house/printed-commands.ts                       what runs with the tests too, a minute or two
 *     bun tests/house/printed-commands.ts --all                 also the long ones, half an hour
 *     bun tests/house/printed-commands.ts --all --shell zsh     in another shell
 *
 * A block runs unless the line above it says why not. Exit code 1 if a command failed, or printed anything
 * else than the block of output below it.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { type CommandBlock, commandBlocks, matchesOutput } from "../support/page-commands.ts";
import { type PrintedProject, printedProject } from "../support/printed-project.ts";

/** The pages for users, in the order in which their commands run: the README's make the first run. */
export function printedPages(): string[] {
  return ["README.md", "CONTRIBUTING.md", ...[...new Bun.Glob("docs/*.md").scanSync(PROJECT_ROOT)].sort()];
}

export interface PrintedBlock extends CommandBlock {
  readonly page: string;
}

/** The blocks of commands on some pages. */
export function printedBlocks(pages: readonly string[]): PrintedBlock[] {
  return pages.flatMap((page) =>
    commandBlocks(readFileSync(join(PROJECT_ROOT, page), "utf8")).map((block) => ({ ...block, page })),
  );
}

/**
 * Runs the commands of a block, and compares what the last of them printed with the page.
 *
 * @param done Commands that ran before: they are not run again. Those of this block are added.
 * @returns A text for each command that failed; empty if all is well.
 */
export async function runBlock(
  block: PrintedBlock,
  project: PrintedProject,
  shell: string,
  done: Set<string>,
): Promise<string[]> {
  const problems: string[] = [];
  for (const command of block.commands) {
    const isShown = block.output !== null && command === block.commands.at(-1);
    if (done.has(command) && !isShown) continue;
    done.add(command);
    const { code, stdout, stderr } = await project.run(shell, command);
    const place = `${block.page}:${block.line}: ${command} (${shell})`;
    if (code !== 0)
      problems.push(`${place}\nended with ${code}\n${stdout.slice(-2000)}${stderr.slice(-2000)}`);
    else if (isShown && !matchesOutput(block.output!, stdout)) {
      problems.push(`${place}\nthe page shows\n${block.output!.join("\n")}\nbut it printed\n${stdout}`);
    }
  }
  return problems;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { all: { type: "boolean", default: false }, shell: { type: "string", default: "bash" } },
  });
  using project = await printedProject({ isInstalled: false });
  const done = new Set<string>();
  let failed = 0;
  for (const block of printedBlocks(printedPages())) {
    const place = `${block.page}:${block.line}`;
    if (block.runs === "never" || (block.runs === "by command" && !values.all)) {
      console.log(`${place}  left out: ${block.reason}`);
      continue;
    }
    const start = Bun.nanoseconds();
    const problems = await runBlock(block, project, values.shell, done);
    const seconds = ((Bun.nanoseconds() - start) / 1e9).toFixed(1);
    console.log(`${place}  ${problems.length === 0 ? "ok" : "FAILED"}, ${seconds} s`);
    for (const problem of problems) console.log(problem);
    failed += problems.length;
  }
  return failed === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
