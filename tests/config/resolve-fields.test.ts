/** Tests from where the value of a field is taken. */

import { expect, test } from "bun:test";
import { parse } from "yaml";
import { group, integer, text } from "../../core/config/field.ts";
import { parseOverride } from "../../core/config/overrides.ts";
import { type Given, resolveFields } from "../../core/config/resolve-fields.ts";
import { dotted } from "../../core/config/source.ts";

const FIELDS = group(
  {
    project: text({ default: "mine", env: "LOGGER_PROJECT", envOwner: "logger", help: "Project" }),
    limit: integer({ default: 3, min: 1, env: "LOGGER_LIMIT", envOwner: "logger", help: "Limit" }),
    folder: text({ default: "runs", env: "RUN_FOLDER", help: "Folder" }),
  },
  "Fields of a test",
);

/** Resolves a YAML text; every key of it stands at line 1. */
function resolve(yaml: string, given: Partial<Given>, args: readonly string[] = []) {
  return resolveFields(FIELDS, {
    prefix: [],
    value: parse(yaml),
    locate: (path) => ({ kind: "file", file: "run.yaml", line: 1, column: dotted(path).length }),
    overrides: args.map(parseOverride).map((override) => ({ path: override.key.split("."), override })),
    env: {},
    cwd: "/",
    ...given,
  });
}

const VARIABLES = { LOGGER_PROJECT: "theirs", LOGGER_LIMIT: "7", RUN_FOLDER: "elsewhere" };

test("a variable with an owner counts while that plugin runs", () => {
  const { values, notes, problems } = resolve("project: ours", {
    env: VARIABLES,
    plugins: new Set(["progress", "logger"]),
  });
  expect(values).toEqual({ project: "theirs", limit: 7, folder: "elsewhere" });
  expect(notes).toEqual([
    "project is set by LOGGER_PROJECT",
    "limit is set by LOGGER_LIMIT",
    "folder is set by RUN_FOLDER",
  ]);
  expect(problems).toEqual([]);
});

for (const [what, plugins] of [
  ["another plugin runs", { plugins: new Set(["progress"]) }],
  ["no plugin runs", { plugins: new Set<string>() }],
  ["nothing is known of plugins", {}],
] as const) {
  test(`a variable with an owner does not count where ${what}; one without an owner does`, () => {
    const { values, notes, sourceOf } = resolve("project: ours", { env: VARIABLES, ...plugins });
    expect(values).toEqual({ project: "ours", limit: 3, folder: "elsewhere" });
    expect(notes).toEqual(["folder is set by RUN_FOLDER"]);
    expect(sourceOf(["project"])).toMatchObject({ kind: "file", line: 1 });
    expect(sourceOf(["limit"])).toBeNull();
  });
}

test("an invalid value of a variable with an owner is a problem only while that plugin runs", () => {
  const env = { LOGGER_LIMIT: "many" };
  const { problems, failed, values } = resolve("{}", { env, plugins: new Set(["logger"]) });
  expect(problems).toEqual([
    expect.objectContaining({ where: "environment variable LOGGER_LIMIT", message: "Cannot use limit" }),
  ]);
  expect([...failed]).toEqual(["limit"]);
  expect(values.limit).toBe(3);
  expect(resolve("{}", { env, plugins: new Set(["progress"]) }).problems).toEqual([]);
});

test("the command line is stronger than a variable with an owner, and hides that it is invalid", () => {
  const given = { env: { LOGGER_LIMIT: "many" }, plugins: new Set(["logger"]) };
  const { values, problems, notes } = resolve("{}", given, ["--limit=9"]);
  expect(values.limit).toBe(9);
  expect([problems, notes]).toEqual([[], []]);
});
