/** Where a setting was given, and how a corrected value is written there. */

import type { Problem } from "../base/problem.ts";
import { shellWords } from "../base/shell-words.ts";

/** The keys from the root to a setting; a number is an index of a list. */
export type Path = readonly (string | number)[];

export type Source =
  | { readonly kind: "file"; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: "argument"; readonly argument: string }
  | { readonly kind: "variable"; readonly name: string };

/** The place of a problem with a setting. */
export function placeOf(source: Source): Pick<Problem, "file" | "line" | "column" | "where"> {
  if (source.kind === "file") return { file: source.file, line: source.line, column: source.column };
  return {
    where:
      source.kind === "argument" ? `command line, ${source.argument}` : `environment variable ${source.name}`,
  };
}

/**
 * A value as its source writes it: `lr: 0.0001`, `--training.lr=0.0001` or `WANDB_MODE=offline`. Lists have
 * no brackets on the command line, because zsh would look for files that match them.
 *
 * @param value As YAML writes it on one line.
 */
export function written(source: Source, path: Path, value: string): string {
  if (source.kind === "file") {
    const last = path.at(-1);
    return typeof last === "number" ? value : `${last}: ${value}`;
  }
  const name = source.kind === "variable" ? source.name : `--${dotted(path)}`;
  return shellWords([`${name}=${asText(value)}`]);
}

/** `training.lr`, `model.backbone.depths[2]`. */
export function dotted(path: Path): string {
  return path.map((key, at) => (typeof key === "number" ? `[${key}]` : at === 0 ? key : `.${key}`)).join("");
}

/** The place of a second setting, for the middle of a sentence: "line 16", "command line", "WANDB_MODE". */
export function sourceInWords(source: Source): string {
  if (source.kind === "file") return `line ${source.line}`;
  return source.kind === "argument" ? "command line" : source.name;
}

/** The text that stands for a value of YAML: `"1e5"` → `1e5`, `[a, b]` → `a,b`. */
function asText(value: string): string {
  if (value.startsWith('"') && value.endsWith('"') && value.length > 1) return value.slice(1, -1);
  const list = /^\[([^[\]{}"']*)\]$/.exec(value)?.[1];
  return list === undefined ? value : list.replaceAll(", ", ",");
}
