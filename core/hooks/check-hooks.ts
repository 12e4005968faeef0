/** Checks what a plugin's `setup` returned: a misspelt hook would never be called, without a word. */

import { nearest } from "../base/nearest.ts";
import { isRecord } from "../base/plain-object.ts";
import { type Problem, UserError } from "../base/problem.ts";
import type { HookName, Hooks } from "./lifecycle.ts";
import { FORMER_HOOKS, SURFACE_VERSION } from "./surface-version.ts";

/**
 * What `setup` may return, in the order of `HookEvents`. The type makes sure that no hook is missing here.
 */
const KNOWN: Readonly<Record<keyof Hooks, true>> = {
  onSheetsLoaded: true,
  onRunStart: true,
  onEpochStart: true,
  onBeforeUpdate: true,
  onGradStep: true,
  onBeforeValidation: true,
  onValidationEnd: true,
  onEpochEnd: true,
  onProgress: true,
  onArtifact: true,
  onImage: true,
  onLog: true,
  onCheckpoint: true,
  onRunEnd: true,
  saveState: true,
};

/** The names of all hooks in the order of `HookEvents`, and `saveState` last. */
export const HOOK_NAMES = Object.keys(KNOWN) as readonly (keyof Hooks)[];

/**
 * Checks what a plugin's `setup` returned: an object, names of hooks alone, functions alone.
 *
 * @param former The former names of hooks.
 * @throws {UserError} Exit code 2. A name that is no hook is reported with the nearest one.
 */
export function checkHooks(
  plugin: { readonly name: string },
  hooks: unknown,
  former: Readonly<Record<string, HookName>> = FORMER_HOOKS,
): asserts hooks is Hooks {
  const where = `plugin ${plugin.name}`;
  if (!isRecord(hooks)) {
    const got =
      hooks === undefined || hooks === null ? "nothing" : Array.isArray(hooks) ? "a list" : typeof hooks;
    const expected = "an object with hooks, such as { onEpochEnd({ epoch }) { … } }";
    const message = "Cannot use what its setup() returned";
    throw new UserError(
      { where, message, expected, got, fix: "return {} if it needs no hook" },
      { exitCode: 2 },
    );
  }
  const problems: Problem[] = [];
  for (const name of namesOf(hooks)) {
    if (Object.hasOwn(former, name)) continue; // a method of a class, which `underTodaysNames` hides
    const hook = hooks[name];
    const message = `Cannot use the hook ${name}`;
    if (!Object.hasOwn(KNOWN, name)) {
      const near = nearest(name, HOOK_NAMES);
      const expected = near ? "the name of a hook" : `one of ${HOOK_NAMES.join(", ")}`;
      problems.push({ where, message, expected, got: name, fix: near ?? undefined });
    } else if (typeof hook !== "function" && hook !== undefined) {
      problems.push({ where, message, expected: "a function", got: hook === null ? "null" : typeof hook });
    }
  }
  if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
}

/**
 * The hooks under the names that they have now.
 *
 * @param warn Gets a line for each hook with a former name.
 * @param former The former names of hooks, each with its name now.
 */
export function underTodaysNames(
  plugin: { readonly name: string },
  hooks: unknown,
  warn: (line: string) => void,
  former: Readonly<Record<string, HookName>> = FORMER_HOOKS,
): unknown {
  if (!isRecord(hooks)) return hooks;
  const renamed = Object.entries(former).filter(([name]) => typeof hooks[name] === "function");
  if (renamed.length === 0) return hooks;
  const descriptors: PropertyDescriptorMap = {};
  for (const [name, now] of renamed) {
    warn(
      `plugin ${plugin.name}: the hook ${name} is called ${now} now. The former name works up to version ` +
        `${SURFACE_VERSION} of the public surface`,
    );
    descriptors[now] = { value: hooks[name], enumerable: true };
  }
  const others = Object.entries(Object.getOwnPropertyDescriptors(hooks)).filter(
    ([name]) => !(name in former),
  );
  return Object.create(Object.getPrototypeOf(hooks), { ...Object.fromEntries(others), ...descriptors });
}

/**
 * The names to check: all keys of a plain object. An instance of a class has fields and methods of its own,
 * so only the names that look like a hook count there.
 */
function namesOf(hooks: object): Set<string> {
  if (isPlain(hooks) || isPlain(Object.getPrototypeOf(hooks))) return new Set(Object.keys(hooks));
  const names = new Set<string>();
  for (let type = hooks; !isPlain(type); type = Object.getPrototypeOf(type)) {
    for (const name of Object.getOwnPropertyNames(type)) if (/^on[A-Z_]/i.test(name)) names.add(name);
  }
  return names;
}

function isPlain(object: object | null): boolean {
  return object === null || object === Object.prototype;
}
