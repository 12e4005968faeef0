/** Where a setting was given, and how a corrected one is written there. */

import type { Problem } from "../base/problem.ts";

/** The keys from the root to a setting; numbers are items of a list. */
export type Path = readonly (string | number)[];

export type Source =
  | { readonly kind: "file"; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: "argument"; readonly argument: string }
  | { readonly kind: "variable"; readonly name: string };

/** The place of a problem with a setting from this source. */
export function placeOf(source: Source): Pick<Problem, "file" | "line" | "column" | "where"> {
  if (source.kind === "file") return { file: source.file, line: source.line, column: source.column };
  return {
    where:
      source.kind === "argument" ? `command line, ${source.argument}` : `environment variable ${source.name}`,
  };
}

/** A value in the words of its source: `lr: 0.0001`, `--training.lr=0.0001` or `WANDB_MODE=offline`. */
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

/** The place in words, for sentences that speak of a second setting: "line 16", "on the command line". */
export function sourceInWords(source: Source): string {
  if (source.kind === "file") return `line ${source.line}`;
  return source.kind === "argument" ? "command line" : source.name;
}

function unquoted(value: string): string {
  return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value;
}
