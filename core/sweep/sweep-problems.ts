/** Gathers the problems of a sweep's file, each with its line and column. */

import type { Json } from "../base/json.ts";
import { nearest } from "../base/nearest.ts";
import { isRecord } from "../base/plain-object.ts";
import type { Problem } from "../base/problem.ts";
import { dotted, type Path, placeOf } from "../config/source.ts";
import type { YamlFile } from "../config/yaml-file.ts";

type Details = Pick<Problem, "expected" | "got" | "fix">;

/** What a value of the file has to be. */
interface Kind<T> {
  readonly expected: string;
  readonly accepts: (value: unknown) => value is T;
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

export const TEXT: Kind<string> = {
  expected: "a text",
  accepts: (value): value is string => typeof value === "string" && value !== "",
};
export const FINITE: Kind<number> = { expected: "a number", accepts: isNumber };
export const WHOLE: Kind<number> = {
  expected: "a whole number",
  accepts: (value): value is number => Number.isSafeInteger(value),
};
export const COUNT: Kind<number> = {
  expected: "a whole number of at least 1",
  accepts: (value): value is number => Number.isSafeInteger(value) && (value as number) >= 1,
};
export const POSITIVE: Kind<number> = {
  expected: "a number above 0",
  accepts: (value): value is number => isNumber(value) && value > 0,
};
export const TRUTH: Kind<boolean> = {
  expected: "true or false",
  accepts: (value): value is boolean => typeof value === "boolean",
};
/** A name that is part of a folder's name too. */
export const NAME: Kind<string> = {
  expected: "a text without / and \\",
  accepts: (value): value is string => typeof value === "string" && /^[^/\\\0]+$/.test(value.trim()),
};
export const MAPPING: Kind<Record<string, unknown>> = {
  expected: "a mapping of keys to values",
  accepts: isRecord,
};
export const LIST: Kind<Json[]> = {
  expected: "a list with at least one value",
  accepts: (value): value is Json[] => Array.isArray(value) && value.length > 0,
};

/** @returns A kind of one of these words. */
export function oneOf<const T extends string>(words: readonly T[]): Kind<T> {
  return {
    expected: `one of ${words.join(", ")}`,
    accepts: (value): value is T => words.some((word) => word === value),
  };
}

/** The problems of one file, in the order in which they were found. */
export class SweepProblems {
  readonly problems: Problem[] = [];
  readonly #file: YamlFile;
  readonly #lines: readonly string[];

  /** @param text The file's text. */
  constructor(file: YamlFile, text: string) {
    this.#file = file;
    this.#lines = text.split("\n");
  }

  /** True for a number that is written as a whole one: `5`, but not `5.0` or `5e0`. */
  isWrittenWhole(path: Path): boolean {
    const place = this.#file.locate(path, "value");
    if (place.kind !== "file") return false;
    return /^[-+]?\d+(?![\d.eE_])/.test(this.#lines[place.line - 1]?.slice(place.column - 1) ?? "");
  }

  add(path: Path, details: Details, part: "key" | "value" = "value"): void {
    const place = placeOf(this.#file.locate(path, part));
    this.problems.push({ ...place, message: `Cannot use ${dotted(path) || "this file"}`, ...details });
  }

  /**
   * The value of a key of `section`.
   *
   * @param path The section's path.
   * @param fallback The value without the key; undefined: a missing key is a problem.
   * @returns null, with a problem noted, for a value of another kind.
   */
  value<T, F = never>(
    section: Readonly<Record<string, unknown>>,
    path: Path,
    key: string,
    kind: Kind<T>,
    fallback?: F,
  ): T | F | null {
    const value = section[key];
    if (value === undefined || value === null) {
      if (fallback !== undefined) return fallback;
      this.add(path, { expected: `the key ${key}, ${kind.expected}`, got: "no such key" }, "key");
      return null;
    }
    if (kind.accepts(value)) return value;
    this.add([...path, key], { expected: kind.expected, got: JSON.stringify(value) });
    return null;
  }

  /** Notes every key of a section that is none of `known`. */
  unknownKeys(section: Readonly<Record<string, unknown>>, path: Path, known: readonly string[]): void {
    for (const key of Object.keys(section)) {
      if (known.includes(key)) continue;
      const close = nearest(key, known);
      const details = { expected: `one of ${known.join(", ")}`, got: key };
      this.add([...path, key], close === null ? details : { ...details, fix: close }, "key");
    }
  }
}
