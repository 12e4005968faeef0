/** Finds the commands that pages print, with what the page says about running them. */

/** A fenced block of commands. */
export interface CommandBlock {
  /** The line of the page, from 1, on which it begins. */
  readonly line: number;
  /** One per command, as the reader copies it; continued lines are joined. */
  readonly commands: readonly string[];
  /** With the tests, or `by command` because it takes long, or `never` because it cannot. */
  readonly runs: "with the tests" | "by command" | "never";
  /** Why it does not run with the tests; empty if it does. */
  readonly reason: string;
  /** The lines of the block of output that follows directly; null if none does. */
  readonly output: readonly string[] | null;
}

const FENCE = "```";
/** `<!-- run by command: trains for some minutes -->` on the line above a block. */
const MARK = /^<!-- (run by command|not run): (\S.*) -->$/;

/** The blocks of `sh` on a page, in their order. */
export function commandBlocks(page: string): CommandBlock[] {
  const lines = page.split("\n");
  const blocks: CommandBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!lines[at]!.startsWith(FENCE)) continue;
    const end = lines.indexOf(FENCE, at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: the block has no end`);
    if (lines[at] === `${FENCE}sh`) {
      const mark = MARK.exec(lines[at - 1] ?? "");
      const runs = mark === null ? "with the tests" : mark[1] === "not run" ? "never" : "by command";
      const commands = joined(lines.slice(at + 1, end));
      blocks.push({ line: at + 1, commands, runs, reason: mark?.[2] ?? "", output: outputAfter(lines, end) });
    }
    at = end;
  }
  return blocks;
}

function joined(lines: readonly string[]): string[] {
  const text = lines.join("\n").replaceAll(/\\\n\s*/g, "");
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** @param end The index of the last line of a block of commands. */
function outputAfter(lines: readonly string[], end: number): string[] | null {
  let at = end + 1;
  while (lines[at] === "") at++;
  return lines[at] === FENCE ? lines.slice(at + 1, lines.indexOf(FENCE, at + 1)) : null;
}

/**
 * Whether a program printed what the page shows. A line `…` stands for any lines.
 *
 * @param printed What the program wrote to its standard output.
 */
export function matchesOutput(shown: readonly string[], printed: string): boolean {
  const escaped = (line: string) => line.trimEnd().replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const parts = shown.map((line) => (line === "…" ? "(?:.*\n)*?" : `${escaped(line)} *\n`));
  return new RegExp(`^${parts.join("")}$`).test(printed);
}
