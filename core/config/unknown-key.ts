/** The problem of an unknown key, with the key that was probably meant and the section that it belongs to. */

import { nearest } from "../base/nearest.ts";
import type { Problem } from "../base/problem.ts";
import type { Field, GroupField } from "./field.ts";
import { leaves } from "./field-path.ts";
import { dotted, type Path, placeOf, type Source } from "./source.ts";

/**
 * @param root The group whose keys are known.
 * @param path The unknown key, from the root of the configuration.
 * @param depth How many keys of `path` lead to `root`: 2 for the options of a plugin.
 */
export function unknownKeyProblem(root: GroupField, path: Path, source: Source, depth: number): Problem {
  const prefix = path.slice(0, depth);
  const keys = path.slice(depth).map(String);
  // Finds the deepest group of the path that exists: the key after it is the unknown one.
  let group = root;
  let known = 0;
  while (known < keys.length - 1) {
    const next: Field | undefined = Object.hasOwn(group.fields, keys[known]!)
      ? group.fields[keys[known]!]
      : undefined;
    if (next?.kind !== "group") break;
    group = next;
    known++;
  }
  const wrong = keys[known]!;
  const within = [...prefix, ...keys.slice(0, known)];
  const siblings =
    within.length === 0 ? [...Object.keys(group.fields), "plugins"] : Object.keys(group.fields);
  const meant = nearest(wrong, siblings);
  const elsewhere = elsewhereIn(root, keys.at(-1)!);

  let fix: string | undefined;
  const isLeaf = known === keys.length - 1;
  if (elsewhere && isLeaf && (!meant || elsewhere.exact)) {
    const place = dotted([...prefix, ...elsewhere.path]);
    fix =
      source.kind === "file"
        ? `${elsewhere.path.at(-1)}, in ${dotted([...prefix, ...elsewhere.path.slice(0, -1)])}`
        : `--${place}`;
  } else if (meant) {
    fix = source.kind === "file" ? meant : `--${dotted([...within, meant, ...keys.slice(known + 1)])}`;
  }
  const container = within.length === 0 ? "a known section" : `a known key of ${dotted(within)}`;
  return {
    ...placeOf(source),
    message: `Cannot use ${dotted(path)}`,
    expected: fix === undefined ? `${container}: ${siblings.join(", ")}` : container,
    got: wrong,
    fix,
  };
}

/** A key of the same or nearly the same name in another section. */
function elsewhereIn(root: GroupField, name: string): { path: readonly string[]; exact: boolean } | null {
  const all = [...leaves(root)].map(([path]) => path).filter((path) => path.length > 1);
  const exact = all.find((path) => path.at(-1) === name);
  if (exact) return { path: exact, exact: true };
  const near = nearest(
    name,
    all.map((path) => path.at(-1)!),
  );
  const found = near === null ? undefined : all.find((path) => path.at(-1) === near);
  return found ? { path: found, exact: false } : null;
}
