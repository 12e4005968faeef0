/** Checks one value against its field. */

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Problem } from "../base/problem.ts";
import type { Field } from "./field.ts";
import { zodOf } from "./field-schema.ts";
import { expectedWords, flow, gotWords } from "./field-words.ts";
import { mended } from "./mended-value.ts";
import { isSecret } from "./secret.ts";
import { dotted, type Path, placeOf, type Source, written } from "./source.ts";

/** Where the user gave a value. */
export interface ValuePlace {
  /** From the configuration's root on. */
  readonly path: Path;
  readonly source: Source;
  /** Where an item of a list stands in the file. */
  locate(path: Path, part: "key" | "value"): Source;
}

/**
 * What is wrong with a value: nothing, one problem with the value, or one problem per wrong item of a list.
 */
export function checkValue(field: Field, given: unknown, { path, source, locate }: ValuePlace): Problem[] {
  const value = withAlias(field, given);
  const result = zodOf(field).safeParse(value);
  if (result.success) return [];
  if (isSecret(field)) {
    const got = `a text of ${String(value).length} characters`;
    return [
      { ...placeOf(source), message: `Cannot use ${dotted(path)}`, expected: expectedWords(field), got },
    ];
  }
  const fix = fixFor(field, value, source, path);
  const wrong = new Set(result.error.issues.map((issue) => issue.path[0]));
  const items = [...wrong].filter((index) => typeof index === "number");
  if (field.kind !== "list" || items.length < wrong.size) {
    const message = `Cannot use ${dotted(path)}`;
    return [{ ...placeOf(source), message, expected: expectedWords(field), got: gotWords(value), fix }];
  }
  const list = value as readonly unknown[];
  return items.map((index) => {
    const item = list[index];
    const twice = field.unique && list.indexOf(item) < index;
    const place = source.kind === "file" ? locate([...path, index], "value") : source;
    return {
      ...placeOf(place),
      message: `Cannot use ${dotted([...path, index])}`,
      expected: expectedWords(twice ? field : field.of),
      got: twice ? `${gotWords(item)} again` : gotWords(item),
      fix,
    };
  });
}

/** Stands for the default of a field, to see whether a mended value is made of the given one. */
const NOTHING_ALIKE = Symbol("nothing alike");

/**
 * A valid value as the source writes it. Where nothing valid is like what the command line or the environment
 * gives, the default is no better guess than the value of the configuration file, which holds without it.
 */
function fixFor(field: Field, value: unknown, source: Source, path: Path): string {
  const guess = mended({ ...field, default: NOTHING_ALIKE } as unknown as Field, value);
  if (guess !== NOTHING_ALIKE || source.kind === "file") {
    return written(source, path, flow(mended(field, value)));
  }
  const what = source.kind === "argument" ? "the argument" : `the variable ${source.name}`;
  return `give such a value, or leave ${what} out: the configuration's value holds then`;
}

/** The final form of a checked value: aliases are replaced by their choices, paths are absolute. */
export function settledValue(field: Field, given: unknown, cwd: string): unknown {
  const value = withAlias(field, given);
  if (field.kind !== "text" || !field.path || typeof value !== "string") return value;
  if (field.words?.includes(value)) return value;
  return /^~(?=$|[/\\])/.test(value) ? join(homedir(), value.slice(1)) : resolve(cwd, value);
}

function withAlias(field: Field, value: unknown): unknown {
  if (field.kind !== "choice" || (typeof value !== "string" && typeof value !== "boolean")) return value;
  return Object.hasOwn(field.aliases, String(value)) ? field.aliases[String(value)] : value;
}
