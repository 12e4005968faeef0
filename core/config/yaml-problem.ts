/** Turns errors of the YAML parser into problems, with better words for the most frequent mistakes. */

import type { YAMLError, YAMLWarning } from "yaml";
import type { Problem } from "../base/problem.ts";

/**
 * @param place The place of the error.
 * @param lines The lines of the file.
 */
export function yamlProblem(
  error: YAMLError | YAMLWarning,
  place: { readonly file: string; readonly line: number; readonly column: number },
  lines: readonly string[],
): Problem {
  const { file, line, column } = place;
  const at = { file, line, column };
  const whole = lines[line - 1] ?? "";
  const got = whole.trim() === "" ? undefined : whole.trim();
  const message = "Cannot read this line as YAML";
  switch (error.code) {
    case "DUPLICATE_KEY": {
      const key = /^["']?([^"':,}]+)/.exec(whole.slice(column - 1))?.[1]?.trim() ?? whole.trim();
      const expected = "each key once in its section";
      return {
        ...at,
        message: `Cannot use ${key} twice`,
        expected,
        got: `${key} again`,
        fix: "remove one of the two",
      };
    }
    case "TAB_AS_INDENT":
      return { ...at, message, expected: "blanks for indentation", got: "a tab", fix: "two blanks a level" };
    case "MULTIPLE_DOCS":
      return { ...at, message, expected: "one document in the file", got: "a second one, after ---" };
    case "TAG_RESOLVE_FAILED": {
      const tag = /^\S+/.exec(whole.slice(column - 1))?.[0] ?? "a tag";
      return { ...at, message: `Cannot use the tag ${tag}`, expected: "plain values, without tags", got };
    }
    case "MULTILINE_IMPLICIT_KEY":
    case "BLOCK_AS_IMPLICIT_KEY":
      if (got && /^[\w.]+:[^\s:]+$/.test(got)) {
        return { ...at, message, expected: "a blank after the colon", got, fix: got.replace(":", ": ") };
      }
      return {
        ...at,
        message,
        expected: "`key: value`, a text with a colon in quotes, the keys of a section equally indented",
        got,
      };
    default:
      return { ...at, message: `${message}: ${error.message.split("\n")[0]}`, got };
  }
}
