/** Section `data` by itself, for commands that work without a whole configuration. */

import type { DataOptions } from "../data/data-options.ts";
import { UserError } from "../problem.ts";
import { checkConstraints } from "./constraints.ts";
import { parseOverride } from "./overrides.ts";
import { resolveFields } from "./resolve-fields.ts";
import { CONFIG, type Settings } from "./schema.ts";
import type { Source } from "./source.ts";

/**
 * @param given Values of the section; keys that are not there have their defaults.
 * @param origin Where they come from, for messages.
 * @param overrides `--data.key=value`.
 * @throws {UserError} Exit code 2, with everything that is wrong.
 */
export function resolveDataSection(
  given: Readonly<Record<string, unknown>>,
  origin: string,
  overrides: readonly string[],
): DataOptions {
  const nowhere: Source = { kind: "argument", argument: origin };
  const { values, problems, failed, sourceOf } = resolveFields(CONFIG, {
    prefix: [],
    value: { data: given },
    locate: () => nowhere,
    overrides: overrides.map(parseOverride).map((override) => ({ path: override.key.split("."), override })),
    env: {},
    cwd: process.cwd(),
  });
  const settings = values as Settings;
  const impossible = checkConstraints({ settings, failed, sourceOf, fallback: nowhere });
  if (problems.length + impossible.length > 0) {
    throw new UserError([...problems, ...impossible], { exitCode: 2 });
  }
  return settings.data;
}
