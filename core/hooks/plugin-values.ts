/**
 * Checks what plugins hand to a run while they hand it over: a wrong value is then the failure of the plugin
 * that gave it, and not of one that receives it.
 */

import type { Json } from "../base/json.ts";
import { isPlainObject } from "../base/plain-object.ts";
import { gotWords } from "../config/field-words.ts";
import type { Artifact } from "./lifecycle.ts";

/** An image that a plugin gave to a run. */
export interface Image {
  readonly name: string;
  readonly png: Uint8Array;
  readonly caption: string;
}

/** The axes, which the core sets in every row. */
const AXES = ["epoch", "global_step"];

/** Under it stands what plugins changed about a step: no plugin may claim a change that there was not. */
const CONTROL = "control/";

/**
 * Checks the numbers of `run.log`.
 *
 * @throws {TypeError} For a value that is no number.
 * @throws {RangeError} For the name of an axis, and for names under `control/`.
 */
export function checkLogged(values: Readonly<Record<string, unknown>>): void {
  checkNumbers("log", values);
  for (const name of Object.keys(values)) {
    if (AXES.includes(name)) {
      throw new RangeError(`Cannot log "${name}": it is an axis of every row, choose another name`);
    }
    if (name.startsWith(CONTROL)) {
      throw new RangeError(
        `Cannot log "${name}": the core logs under ${CONTROL} what plugins change, choose another name`,
      );
    }
  }
}

/**
 * Checks that all values are numbers.
 *
 * @param verb What is done with them, for the message.
 * @throws {TypeError} For a value that is no number.
 */
export function checkNumbers(verb: string, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "number") continue;
    throw new TypeError(`Cannot ${verb} "${name}": a number is expected, got ${gotWords(value)}`);
  }
}

/**
 * A copy of an artifact; without aliases it has none. @throws {TypeError} If it has not the shape of an
 * artifact.
 */
export function checkedArtifact(artifact: Artifact): Artifact {
  const { name, type, files, aliases = [] } = artifact;
  requireText("an artifact", "name", name);
  requireText(`the artifact "${name}"`, "type", type);
  requireTexts(`the artifact "${name}"`, "files", files);
  requireTexts(`the artifact "${name}"`, "aliases", aliases);
  return { name, type, files: [...files], aliases: [...aliases] };
}

/**
 * An image of the values; without a caption it has an empty one. @throws {TypeError} If one has the wrong
 * type.
 */
export function checkedImage(name: string, png: Uint8Array, caption = ""): Image {
  requireText("an image", "name", name);
  if (!(png instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot keep the image "${name}": a PNG's bytes (Uint8Array) are expected, got ${gotWords(png)}`,
    );
  }
  if (typeof caption !== "string") {
    throw new TypeError(
      `Cannot keep the image "${name}": a text is expected as caption, got ${gotWords(caption)}`,
    );
  }
  return { name, png, caption };
}

/** @throws {TypeError} If the aliases of a checkpoint are no list of texts: a text alone is none. */
export function checkAliases(fileName: string, aliases: unknown): void {
  if (isTexts(aliases)) return;
  throw new TypeError(
    `Cannot save "${fileName}": a list of texts is expected as aliases, got ${gotWords(aliases)}`,
  );
}

/**
 * The state of a plugin as it will come back after a resume.
 *
 * @throws {TypeError} If it holds something that JSON cannot hold; the message names it and its place.
 */
export function checkedJson(state: unknown, path = "state"): Json {
  if (state === null || typeof state === "boolean" || typeof state === "string") return state;
  if (typeof state === "number" && Number.isFinite(state)) return state;
  if (Array.isArray(state)) return state.map((item, index) => checkedJson(item, `${path}[${index}]`));
  if (isPlainObject(state)) {
    const entries = Object.entries(state).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries.map(([key, value]) => [key, checkedJson(value, `${path}.${key}`)]));
  }
  const got =
    typeof state === "object"
      ? `a ${state?.constructor?.name ?? "object of an unnamed class"}`
      : String(state);
  throw new TypeError(
    `Cannot keep ${path}: null, booleans, finite numbers, texts, lists and plain objects are expected, got ${got}`,
  );
}

function requireText(what: string, key: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new TypeError(`Cannot keep ${what}: a text is expected as ${key}, got ${gotWords(value)}`);
}

function requireTexts(what: string, key: string, value: unknown): void {
  if (isTexts(value)) return;
  throw new TypeError(`Cannot keep ${what}: a list of texts is expected as ${key}, got ${gotWords(value)}`);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
