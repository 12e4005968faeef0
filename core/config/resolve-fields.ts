/** Resolves the values of a group of fields: command line before environment before file before defaults. */

import { isRecord } from "../base/plain-object.ts";
import type { Problem } from "../base/problem.ts";
import { checkValue, settledValue } from "./check-value.ts";
import type { Field, GroupField } from "./field.ts";
import { fieldAt, leaves, valueAt } from "./field-path.ts";
import { expectedWords, gotWords } from "./field-words.ts";
import type { Override } from "./overrides.ts";
import { parseText } from "./parse-text.ts";
import { isSecret, misplacedSecret } from "./secret.ts";
import { dotted, type Path, placeOf, type Source } from "./source.ts";
import { unknownKeyProblem } from "./unknown-key.ts";

/** What the user gave for a group of fields. */
export interface Given {
  /** The group's own path: [] for the whole configuration, ["plugins", "wandb"] for a plugin's options. */
  readonly prefix: Path;
  /** The value of the group in the file; undefined if there is none. */
  readonly value: unknown;
  /** The place in the file of a path from the root. */
  locate(path: Path, part: "key" | "value"): Source;
  /** Overrides, each with its path below `prefix`. */
  readonly overrides: readonly { readonly path: readonly string[]; readonly override: Override }[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Names of the plugins that run: the variable of a field with `envOwner` counts only if the owner is among
   * them. Left out: no plugin runs.
   */
  readonly plugins?: ReadonlySet<string>;
  /** The folder at which relative paths start. */
  readonly cwd: string;
}

/** Every value, and all problems. */
export interface Resolved {
  /** All values; a key with a problem has its default. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** Dotted paths below `prefix` with a problem: do not conclude anything from their values. */
  readonly failed: ReadonlySet<string>;
  /** Where a key below `prefix` was given; null if it has its default. */
  sourceOf(path: Path): Source | null;
  /** One note per value from the environment: `experiment.notes is set by WANDB_NOTES`. */
  readonly notes: readonly string[];
}

/** Takes each value of a group from its strongest source and checks it. */
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
    if (isSecret(field) && inFile !== undefined && inFile !== null) {
      problems.push(misplacedSecret(field, whole, given.locate(whole, "key")));
      failed.add(dotted(path));
      return field.default;
    }
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
    // YAML reads a section without keys as null.
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

/**
 * The values from the environment and the command line, which is stronger, by dotted path below the prefix.
 */
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
    } else if (isSecret(field)) {
      problems.push(misplacedSecret(field, whole, source));
    } else {
      // `--data.cache` alone means true. For other fields no value was given, which the check reports.
      const bare = field.kind === "boolean" ? true : undefined;
      result.set(dotted(path), { path, value: text === null ? bare : parseText(field, text), source });
    }
  }
  return result;
}
