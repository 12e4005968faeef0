/** What plugins change about one optimiser step: checked, joined, and each change with its giver. */

import { isPlainObject } from "../base/plain-object.ts";
import { UserError } from "../base/problem.ts";
import { gotWords } from "../config/field-words.ts";
import type { Moment, StepControl } from "./lifecycle.ts";
import { CONTROL_METRICS } from "./metric-names.ts";

/** One key that a plugin returned from `onBeforeUpdate`. */
interface Choice<Key extends keyof StepControl = keyof StepControl> {
  readonly plugin: string;
  readonly key: Key;
  readonly value: Required<StepControl>[Key];
}

/** How an optimiser step is made. */
export interface StepSettings {
  readonly lr: number;
  /** The largest global norm of the gradient; null: it is not clipped. */
  readonly clip: number | null;
  /** True: weights, optimiser and average stay as they are. */
  readonly skip: boolean;
}

/** A step as plugins want it. */
export interface SteeredStep extends StepSettings {
  /** What differs from the configuration, in words, with the plugins' names; empty if nothing does. */
  readonly changes: readonly string[];
  /** The same for the row of the step. */
  readonly metrics: Readonly<Record<string, number>>;
}

const KEYS = {
  lr: "a number of at least 0",
  skip: "true or false",
  clip: "a number above 0, or null for no clipping",
} as const satisfies Record<keyof StepControl, string>;

/** True for an object with a key that only `onBeforeUpdate` may return. */
export function isStepControl(value: unknown): boolean {
  return isPlainObject(value) && Object.keys(KEYS).some((key) => Object.hasOwn(value, key));
}

/**
 * What a plugin returned from `onBeforeUpdate`, key by key. Nothing and `{}` change nothing.
 *
 * @throws {TypeError} If it is something else than an object with the three keys.
 * @throws {RangeError} If a value is out of range.
 */
export function checkedControl(plugin: string, returned: unknown): Choice[] {
  if (returned === undefined || returned === null) return [];
  const expected = "nothing or an object with the keys lr, skip and clip is expected";
  if (!isPlainObject(returned)) {
    throw new TypeError(`Cannot use what it returned: ${expected}, got ${gotWords(returned)}`);
  }
  const given = Object.entries(returned).filter(([, value]) => value !== undefined);
  return given.map(([key, value]) => {
    if (!Object.hasOwn(KEYS, key)) {
      throw new TypeError(`Cannot use what it returned: ${expected}, got the key ${key}`);
    }
    if (!isInRange(key as keyof StepControl, value)) {
      const range = KEYS[key as keyof StepControl];
      throw new RangeError(
        `Cannot use the ${key} that it returned: ${range} is expected, got ${words(value)}`,
      );
    }
    return { plugin, key, value } as Choice;
  });
}

function words(value: unknown): string {
  return typeof value === "number" ? String(value) : gotWords(value);
}

function isInRange(key: keyof StepControl, value: unknown): boolean {
  if (key === "skip") return typeof value === "boolean";
  if (key === "clip" && value === null) return true;
  return Number.isFinite(value) && (key === "lr" ? (value as number) >= 0 : (value as number) > 0);
}

/**
 * Joins the choices of all plugins.
 *
 * @param own What the configuration has for this step.
 * @throws {UserError} If two plugins want different values for one key; it names both.
 */
export function steeredStep(choices: readonly Choice[], own: StepSettings, moment: Moment): SteeredStep {
  const chosen = new Map<string, Choice>();
  for (const choice of choices) {
    const before = chosen.get(choice.key);
    if (before && before.value !== choice.value) throw disagreement(before, choice, moment);
    if (!before) chosen.set(choice.key, choice);
  }
  const changed = [...chosen.values()].filter(({ key, value }) => own[key] !== value);
  const settings = { ...own, ...Object.fromEntries(changed.map(({ key, value }) => [key, value])) };
  const metrics = Object.fromEntries(
    changed.map(({ key, value }) => [CONTROL_METRICS[key], Number(value ?? 0)]),
  );
  return { ...settings, changes: changed.map((change) => changeWords(change, own)), metrics };
}

/** `plateau sets lr to 0.0005, instead of 0.001`. */
function changeWords({ plugin, key, value }: Choice, own: StepSettings): string {
  if (key === "skip") return `${plugin} skips the update`;
  const before = own[key] === null ? "null" : Number(own[key].toPrecision(6));
  return `${plugin} sets ${key} to ${value}, instead of ${before}`;
}

function disagreement(a: Choice, b: Choice, { step, epoch }: Moment): UserError {
  return new UserError({
    where: `step ${step}, epoch ${epoch}`,
    message: "Cannot update the weights: two plugins disagree in onBeforeUpdate",
    expected: `one value for ${a.key}`,
    got: `${a.value} of ${a.plugin} and ${b.value} of ${b.plugin}`,
    fix: "switch one of them off, or change its options; then resume the run",
  });
}
