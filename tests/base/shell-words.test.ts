/** Tests how words are quoted for shells. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { shellWords } from "../../core/base/shell-words.ts";

/** Characters that mean something to a shell, or to one of them. */
const SPECIAL = [..." \t\n\"'`$\\!#&|;<>(){}[]*?~^=%@+-,:./0aé…"];

const words = fc.array(
  fc.oneof(
    fc.string({ unit: fc.constantFrom(...SPECIAL), maxLength: 12 }),
    fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => text.replaceAll("\0", "")),
  ),
  { minLength: 1, maxLength: 8 },
);

/** The arguments that a shell hands to a program. */
function argumentsOf(shell: string, text: string): string[] {
  const { stdout } = Bun.spawnSync([shell, "-c", `printf '%s\\0' ${text}`]);
  return stdout.toString().split("\0").slice(0, -1);
}

/** The arguments in a line for Windows, by the rules of its C library. */
function windowsArguments(line: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < line.length; at++) {
    let word = "";
    let isQuoted = false;
    for (; at < line.length && (isQuoted || line[at] !== " "); at++) {
      const [slashes] = /^\\*/.exec(line.slice(at)) as [string];
      if (slashes !== "" && line[at + slashes.length] === '"') {
        word += "\\".repeat(Math.floor(slashes.length / 2));
        if (slashes.length % 2 === 1) word += '"';
        at += slashes.length - (slashes.length % 2 === 1 ? 0 : 1);
      } else if (line[at] === '"') isQuoted = !isQuoted;
      else word += line[at];
    }
    found.push(word);
  }
  return found;
}

for (const shell of ["sh", "bash", "zsh"]) {
  test.skipIf(Bun.which(shell) === null)(`shellWords() gives ${shell} the words that went in`, () => {
    fc.assert(
      fc.property(words, (each) => {
        expect(argumentsOf(shell, shellWords(each, "linux"))).toEqual(each);
      }),
      { numRuns: 200 },
    );
  });
}

test("shellWords() for Windows gives a program the words that went in", () => {
  fc.assert(
    fc.property(words, (each) => {
      expect(windowsArguments(shellWords(each, "win32"))).toEqual(each);
    }),
    { numRuns: 500 },
  );
});

test("shellWords() quotes only where it must, as people write it", () => {
  expect(shellWords(["train", "--resume", "runs/mine 2026-11-23 12:00"], "linux")).toBe(
    'train --resume "runs/mine 2026-11-23 12:00"',
  );
  expect(shellWords(["--data.dataset_names=mine,synthetic", "größe.xlsx"], "linux")).toBe(
    "--data.dataset_names=mine,synthetic größe.xlsx",
  );
  expect(shellWords(["[mine]", "", "5 $", "it's", "=x", "~"], "linux")).toBe(
    `"[mine]" "" '5 $' "it's" "=x" "~"`,
  );
  expect(shellWords(["C:\\data\\mine", "C:\\my data\\"], "win32")).toBe('C:\\data\\mine "C:\\my data\\\\"');
});
