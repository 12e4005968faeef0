/** Where a setting was given, and how a corrected value is written there. */

import type { Problem } from "../base/problem.ts";

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

/** A value as its source writes it: `lr: 0.0001`, `--training.lr=0.0001` or `WANDB_MODE=offline`. */
export function written(source: Source, path: Path, value: string): string {
  if (source.kind === "file") {
    const last = path.at(-1);
    return typeof last === "number" ? value : `${last}: ${value}`;
  }
  if (source.kind === "variable") return `${source.name}=${unquoted(value)}`;
  return `--${dotted(path)}=${unquoted(value)}`;
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

function unquoted(value: string): string {
  return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
}
