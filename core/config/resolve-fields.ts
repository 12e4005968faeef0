/** The values of a group of fields from all sources: command line over environment over file over defaults. */

import { isRecord } from "../base/plain-object.ts";
import type { Problem } from "../base/problem.ts";
import { checkValue, settledValue } from "./check-value.ts";
import type { Field, GroupField } from "./field.ts";
import { fieldAt, leaves, valueAt } from "./field-path.ts";
import { expectedWords, gotWords } from "./field-words.ts";
import type { Override } from "./overrides.ts";
import { parseText } from "./parse-text.ts";
import { dotted, type Path, placeOf, type Source } from "./source.ts";
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
  /**
   * Names of the plugins that run: a variable of a field with `envOwner` counts only if its owner is among them.
   * Left out: none runs.
   */
  readonly plugins?: ReadonlySet<string>;
  /** What relative paths are relative to. */
  readonly cwd: string;
}

/** The outcome: every value, or all problems. */
export interface Resolved {
  /** Complete if there are no problems; keys with problems have their defaults. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** Paths below `prefix`, dotted, that have a problem: nothing can be concluded from their values. */
  readonly failed: ReadonlySet<string>;
  /** Where a key below `prefix` was given; null if it has its default. */
  sourceOf(path: Path): Source | null;
  /** `experiment.notes is set by WANDB_NOTES`. */
  readonly notes: readonly string[];
}

/** Puts the sources of a group's values together and checks every one of them. */
export function resolveFields(group: GroupField, given: Given): Resolved {
  const problems: Problem[] = [];
  const failed = new Set<string>();
  const outside = givenOutsideFile(group, given, problems);
  const notes = [...outside.values()].flatMap(({ path, source }) =>
    source.kind === "variable" ? [`${dotted([...given.prefix, ...path])} is set by ${source.name}`] : [],
  );

  const leaf = (field: Field, inFile: unknown, path: Path): unknown => {
    const whole = [...given.prefix, ...path];
    const over = outside.get(dotted(path));
    if (!over && inFile === undefined) return settledValue(field, field.default, given.cwd);
    const { value, source } = over ?? { value: inFile, source: given.locate(whole, "value") };
    const wrong = checkValue(field, value, { path: whole, source, locate: given.locate });
    if (wrong.length === 0) return settledValue(field, value, given.cwd);
    problems.push(...wrong);
    failed.add(dotted(path));
    return field.default;
  };

  const branch = (current: GroupField, value: unknown, path: Path): Record<string, unknown> => {
    const whole = [...given.prefix, ...path];
    const mapping = isRecord(value) ? value : {};
    // A section without keys is an empty one.
    if (!isRecord(value) && value !== undefined && value !== null) {
      const message = `Cannot use ${dotted(whole)}`;
      const place = placeOf(given.locate(whole, "value"));
      problems.push({ ...place, message, expected: expectedWords(current), got: gotWords(value) });
    }
    for (const key of Object.keys(mapping).filter((name) => !Object.hasOwn(current.fields, name))) {
      const at = [...whole, key];
      problems.push(unknownKeyProblem(group, at, given.locate(at, "key"), given.prefix.length));
    }
    return Object.fromEntries(
      Object.entries(current.fields).map(([key, field]) => {
        const inFile = Object.hasOwn(mapping, key) ? mapping[key] : undefined;
        const here = [...path, key];
        return [key, field.kind === "group" ? branch(field, inFile, here) : leaf(field, inFile, here)];
      }),
    );
  };

  const values = branch(group, given.value, []);
  const sourceOf = (path: Path): Source | null => {
    const over = outside.get(dotted(path));
    if (over) return over.source;
    const absent = valueAt(given.value, path) === undefined;
    return absent ? null : given.locate([...given.prefix, ...path], "value");
  };
  return { values, problems, failed, sourceOf, notes };
}

interface GivenOutsideFile {
  readonly path: Path;
  readonly value: unknown;
  readonly source: Source;
}

/** What the environment and, stronger, the command line give, by dotted path below the prefix. */
function givenOutsideFile(
  group: GroupField,
  { prefix, overrides, env, plugins }: Given,
  problems: Problem[],
): Map<string, GivenOutsideFile> {
  const result = new Map<string, GivenOutsideFile>();
  for (const [path, field] of leaves(group)) {
    const text = field.env === undefined ? undefined : env[field.env];
    if (!text || (field.envOwner !== undefined && !plugins?.has(field.envOwner))) continue;
    const source: Source = { kind: "variable", name: field.env! };
    result.set(dotted(path), { path, value: parseText(field, text), source });
  }
  for (const { path, override } of overrides) {
    const { source, text } = override;
    const field = fieldAt(group, path);
    const whole = [...prefix, ...path];
    if (!field) {
      problems.push(unknownKeyProblem(group, whole, source, prefix.length));
    } else if (field.kind === "group") {
      const keys = Object.keys(field.fields);
      const message = `Cannot use ${dotted(whole)}`;
      const expected = `one key of ${dotted(whole)} (${keys.join(", ")})`;
      problems.push({ ...placeOf(source), message, expected, fix: `--${dotted([...whole, keys[0]!])}=…` });
    } else {
      // `--data.cache` alone means true; for other fields nothing was given, and the check says so.
      const bare = field.kind === "boolean" ? true : undefined;
      result.set(dotted(path), { path, value: text === null ? bare : parseText(field, text), source });
    }
  }
  return result;
}
