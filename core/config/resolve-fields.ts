/** The values of a group of fields from all sources: command line over environment over file over defaults. */

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Problem } from "../problem.ts";
import type { Field, GroupField } from "./field.ts";
import { fieldAt, isMapping, leaves, valueAt } from "./field-path.ts";
import { zodOf } from "./field-schema.ts";
import { expectedWords, flow, gotWords, mended } from "./field-words.ts";
import type { Override } from "./overrides.ts";
import { parseText } from "./parse-text.ts";
import { dotted, type Path, placeOf, type Source, written } from "./source.ts";
import { unknownKeyProblem } from "./unknown-key.ts";

/** What was given for a group of fields. */
export interface Given {
  /** The group's own path: [] for the whole configuration, ["plugins", "wandb"] for a plugin's options. */
  readonly prefix: Path;
  /** The value that the file holds there; undefined where it holds none. */
  readonly value: unknown;
  /** Where a path, from the root on, stands in the file. */
  locate(path: Path, part: "key" | "value"): Source;
  /** Overrides with their path below `prefix`. */
  readonly overrides: readonly { readonly path: readonly string[]; readonly override: Override }[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly cwd: string;
}

/** The outcome: every value, or all problems. */
export interface Resolved {
  /** Complete if there are no problems; keys with problems have their defaults. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** Paths, dotted, that have a problem; nothing can be concluded from their values. */
  readonly failed: ReadonlySet<string>;
  /** Where a key was given; null if it has its default. */
  sourceOf(path: Path): Source | null;
  /** `experiment.notes is set by WANDB_NOTES`. */
  readonly notes: readonly string[];
}

/** Puts the sources of a group's values together and checks every one of them. */
export function resolveFields(group: GroupField, given: Given): Resolved {
  const problems: Problem[] = [];
  const failed = new Set<string>();
  const notes: string[] = [];
  const replaced = new Map<string, { value: unknown; source: Source }>();

  for (const [path, field] of leaves(group)) {
    const text = field.env === undefined ? undefined : given.env[field.env];
    if (!text) continue;
    const source: Source = { kind: "variable", name: field.env! };
    replaced.set(dotted(path), { value: parseText(field, text), source });
  }
  for (const { path, override } of given.overrides) {
    const field = fieldAt(group, path);
    const { source } = override;
    if (!field) {
      problems.push(unknownKeyProblem(group, [...given.prefix, ...path], source, given.prefix.length));
    } else if (field.kind === "group") {
      const key = dotted([...given.prefix, ...path]);
      const example = Object.keys(field.fields)[0];
      problems.push({
        ...placeOf(source),
        message: `Cannot use ${key}`,
        expected: `one key of ${key} (${Object.keys(field.fields).join(", ")})`,
        fix: `--${key}.${example}=…`,
      });
    } else {
      const value = override.text === null ? bareValue(field) : parseText(field, override.text);
      replaced.set(dotted(path), { value, source });
    }
  }
  for (const [key, { source }] of replaced) {
    if (source.kind === "variable") {
      notes.push(`${dotted([...given.prefix, ...key.split(".")])} is set by ${source.name}`);
    }
  }

  const sourceOf = (path: Path): Source | null => {
    const over = replaced.get(dotted(path));
    if (over) return over.source;
    return valueAt(given.value, path) === undefined
      ? null
      : given.locate([...given.prefix, ...path], "value");
  };

  const check = (field: Field, value: unknown, path: Path, source: Source): unknown => {
    const aliased = withAlias(field, value);
    const result = zodOf(field).safeParse(aliased);
    if (result.success) return settled(field, aliased, given.cwd);
    failed.add(dotted(path));
    const whole = [...given.prefix, ...path];
    // One problem a place: a list's item if only items are wrong, else the value.
    const items = new Set(result.error.issues.map((issue) => issue.path[0]));
    for (const item of items.has(undefined) ? [undefined] : items) {
      const inList = field.kind === "list" && typeof item === "number";
      const got = inList ? (aliased as unknown[])[item] : aliased;
      const at = inList && source.kind === "file" ? given.locate([...whole, item], "value") : source;
      const twice = inList && field.unique && (aliased as unknown[]).indexOf(got) < item;
      problems.push({
        ...placeOf(at),
        message: `Cannot use ${dotted(inList ? [...whole, item] : whole)}`,
        expected: inList && !twice ? expectedWords(field.of) : expectedWords(field),
        got: twice ? `${gotWords(got)} again` : gotWords(got),
        fix: written(source, whole, flow(mended(field, aliased))),
      });
    }
    return field.default;
  };

  const walk = (current: GroupField, value: unknown, path: Path): Record<string, unknown> => {
    const whole = [...given.prefix, ...path];
    let mapping: Record<string, unknown> = {};
    if (isMapping(value)) {
      mapping = value;
    } else if (value !== undefined && value !== null) {
      failed.add(dotted(path));
      problems.push({
        ...placeOf(given.locate(whole, "value")),
        message: `Cannot use ${dotted(whole)}`,
        expected: expectedWords(current),
        got: gotWords(value),
      });
    }
    for (const key of Object.keys(mapping)) {
      if (Object.hasOwn(current.fields, key)) continue;
      const at = [...whole, key];
      problems.push(unknownKeyProblem(group, at, given.locate(at, "key"), given.prefix.length));
    }
    return Object.fromEntries(
      Object.entries(current.fields).map(([key, field]) => {
        const here = [...path, key];
        const inFile = Object.hasOwn(mapping, key) ? mapping[key] : undefined;
        if (field.kind === "group") return [key, walk(field, inFile, here)];
        const over = replaced.get(dotted(here));
        if (over) return [key, check(field, over.value, here, over.source)];
        if (inFile === undefined) return [key, settled(field, field.default, given.cwd)];
        return [key, check(field, inFile, here, given.locate([...whole, key], "value"))];
      }),
    );
  };

  const values = walk(group, given.value, []);
  return { values, problems, failed, sourceOf, notes };
}

/** A value that was checked, in its final form. */
function settled(field: Field, value: unknown, cwd: string): unknown {
  if (field.kind !== "text" || !field.path || typeof value !== "string") return value;
  return /^~(?=$|[/\\])/.test(value) ? join(homedir(), value.slice(1)) : resolve(cwd, value);
}

/** What `--data.cache` alone means; other fields need a value, and null lets the check say so. */
function bareValue(field: Field): unknown {
  return field.kind === "boolean" ? true : undefined;
}

function withAlias(field: Field, value: unknown): unknown {
  if (field.kind !== "choice" || (typeof value !== "string" && typeof value !== "boolean")) return value;
  return Object.hasOwn(field.aliases, String(value)) ? field.aliases[String(value)] : value;
}
