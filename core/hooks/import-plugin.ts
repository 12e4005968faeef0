/** Loads a plugin's file and checks that its default export has the shape of a plugin. */

import { pathToFileURL } from "node:url";
import { nearest } from "../base/nearest.ts";
import type { Problem } from "../base/problem.ts";
import { completeFields } from "../config/complete-fields.ts";
import { HOOK_NAMES } from "./check-hooks.ts";
import type { Plugin } from "./plugin.ts";
import { offerPublicModules } from "./public-modules.ts";
import { OLDEST_SURFACE, SURFACE_VERSION } from "./surface-version.ts";

/** A plugin, or the problems of its file. Their place in the configuration is for the caller to add. */
export type Imported =
  | { readonly plugin: Plugin; readonly problems?: undefined; readonly cause?: undefined }
  | { readonly plugin?: undefined; readonly problems: readonly Problem[]; readonly cause?: unknown };

const KEYS = ["name", "surface", "critical", "order", "options", "setup"];
const EXAMPLE =
  'export default { name: "my_plugin", setup(run, options) { return { onEpochEnd(event) { … } }; } }';

/**
 * Imports a plugin's file. What it throws while it loads becomes a problem.
 *
 * @param path Absolute.
 */
export async function importPlugin(path: string): Promise<Imported> {
  let loaded: { readonly default?: unknown };
  offerPublicModules();
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (cause) {
    const message = `Cannot load the plugin ${path}`;
    const expected = "a file that loads without an error";
    return { problems: [{ message, expected, got: importErrorWords(cause) }], cause };
  }
  const value = loaded.default;
  const message = `Cannot use ${path} as a plugin`;
  const expected = "a default export of the shape { name, setup(run, options) }";
  if (typeof value !== "object" || value === null) {
    const named = Object.keys(loaded).filter((key) => key !== "default");
    const none = named.length > 0 ? `no default export, only ${named.join(", ")}` : "no default export";
    const got = value === undefined ? none : value === null ? "null" : `a ${typeof value}`;
    return { problems: [{ message, expected, got, fix: EXAMPLE }] };
  }
  return checkShape(value as Record<string, unknown>, message);
}

function checkShape(value: Record<string, unknown>, message: string): Imported {
  const problems: Problem[] = [];
  const { name, surface, setup, order, critical, options } = value;
  const wrong = (key: string, expected: string, got: unknown, fix?: string) =>
    void problems.push({ message: `${message}: ${key}`, expected, got: kindWords(got), fix });

  for (const key of Object.keys(value).filter((key) => !KEYS.includes(key))) {
    const hook = nearest(key, HOOK_NAMES);
    if (/^on[A-Z]/.test(key) || HOOK_NAMES.some((known) => known === key)) {
      wrong(
        key,
        "hooks in what setup() returns, not beside it",
        value[key],
        `setup() { return { ${hook ?? key} … }; }`,
      );
    } else if (nearest(key, KEYS) !== null) {
      wrong(key, `one of ${KEYS.join(", ")}`, value[key], nearest(key, KEYS)!);
    }
  }
  if (typeof name !== "string" || name.trim() === "") wrong("name", "a text that is not empty", name);
  if (typeof setup !== "function") wrong("setup", "a function that returns the plugin's hooks", setup);
  if (surface !== undefined && !isKnownSurface(surface)) {
    const known = OLDEST_SURFACE === SURFACE_VERSION ? "" : `${OLDEST_SURFACE} to `;
    wrong(
      "surface",
      `${known}${SURFACE_VERSION}, the version of the public surface that this release of tablesense2 has`,
      surface,
      "use a release of the plugin, or of tablesense2, that fits the other one",
    );
  }
  if (order !== undefined && order !== "pre" && order !== "post") {
    wrong("order", '"pre" or "post"; leave it out for the order of the file', order);
  }
  if (critical !== undefined && typeof critical !== "boolean") wrong("critical", "true or false", critical);
  const fields = options === undefined ? undefined : completeFields(options);
  if (fields === null) {
    const expected = "fields made by integer, number, boolean, text, choice, list or group";
    wrong("options", expected, options, "options: { every: integer({ default: 1, help: … }) }");
  }
  if (problems.length > 0) return { problems };
  if (fields === undefined || fields === null) return { plugin: value as unknown as Plugin };
  // The plugin itself stays as it is: the completed fields lie over it, and everything else reaches through
  // to it.
  return { plugin: Object.create(value, { options: { value: fields, enumerable: true } }) as Plugin };
}

function isKnownSurface(version: unknown): boolean {
  return Number.isInteger(version) && OLDEST_SURFACE <= Number(version) && Number(version) <= SURFACE_VERSION;
}

/** More errors of one file than these are counted instead of named. */
const SHOWN_ERRORS = 5;

/**
 * The error of an import with its place. A file with several syntax errors has one error that holds them all.
 */
function importErrorWords(cause: unknown): string {
  const all = cause instanceof AggregateError && cause.errors.length > 0 ? cause.errors : [cause];
  const words = all.slice(0, SHOWN_ERRORS).map(oneErrorWords);
  const more = all.length - words.length;
  return [...words, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

/** One error with its place: `Unexpected end of file, at /plugins/mine.ts:3:14`. */
function oneErrorWords(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const position = (cause as { position?: { file: string; line: number; column: number } | null }).position;
  if (position) return `${cause.message}, at ${position.file}:${position.line}:${position.column}`;
  const frame = /\(?((?:\/|[A-Za-z]:\\)[^()\n]*:\d+:\d+)\)?/.exec(cause.stack ?? "")?.[1];
  const text =
    cause.name === "Error" || cause.name === "ResolveMessage"
      ? cause.message
      : `${cause.name}: ${cause.message}`;
  return frame ? `${text}, at ${frame}` : text;
}

function kindWords(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}
