/** Overrides of the configuration on the command line: `--section.key=value`. */

import { fieldAt } from "./field-path.ts";
import { CONFIG } from "./schema.ts";
import type { Source } from "./source.ts";
import { nestedOverrides, overridesWithoutDashes } from "./sweep-arguments.ts";

/** One `--section.key=value`. */
export interface Override {
  /** The key as it was given: `training.lr`, `plugins.wandb.mode`. */
  readonly key: string;
  /** The value; null if none follows: `--plugins.wandb`. */
  readonly text: string | null;
  readonly source: Source & { readonly kind: "argument" };
}

/** The flags of a command itself: without a value (`--help`) or with one (`--resume runs/x`). */
export type OwnFlags = Readonly<Record<string, "switch" | "value">>;

/**
 * Separates a command's own arguments from the overrides of the configuration. Everything that begins with
 * `--` and is not one of the command's own flags is an override: a misspelt one is then reported with the
 * nearest key, and so is one with a single dash. Values follow after `=` or as the next argument. Keys with
 * true or false and plugins may stand alone, which means `true`. The forms of W&B's sweeps are overrides too.
 *
 * @returns The command's own arguments in their order, and each override as one text (`--key=value`).
 */
export function splitArguments(
  args: readonly string[],
  own: OwnFlags = {},
): { own: string[]; overrides: string[] } {
  const result: { own: string[]; overrides: string[] } = { own: [], overrides: [] };
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    if (argument === "--") {
      result.own.push(...args.slice(i)); // with it, so that what follows is no option later either
      break;
    }
    const name = /^--([^=]*)/.exec(argument)?.[1];
    if (name === undefined) {
      const isMisspelt = /^-[^-\d.]/.test(argument) && argument !== "-h";
      const found = isMisspelt ? [argument] : overridesWithoutDashes(argument);
      if (found) result.overrides.push(...found);
      else result.own.push(argument);
    } else if (Object.hasOwn(own, name)) {
      result.own.push(argument);
      if (own[name] === "value" && !argument.includes("=") && i + 1 < args.length)
        result.own.push(args[++i]!);
    } else if (!argument.includes("=") && takesNext(name, args[i + 1])) {
      result.overrides.push(...nestedOverrides(`${argument}=${args[++i]}`));
    } else {
      result.overrides.push(...nestedOverrides(argument));
    }
  }
  return result;
}

/**
 * @param argument `--key=value` or `--key`. The dash of `-key=value` is part of the key, which nobody knows.
 */
export function parseOverride(argument: string): Override {
  const [, key = "", text] = /^(?:--)?([^=]*)(?:=([\s\S]*))?$/.exec(argument) ?? [];
  return { key, text: text ?? null, source: { kind: "argument", argument } };
}

/**
 * Splits the part of a key after `plugins.` into the plugin and the path of its option: `wandb.mode`,
 * `./my/plugin.ts.limit`.
 *
 * @param listed The plugins that the file lists, whose names may contain dots.
 */
export function splitPluginKey(key: string, listed: Iterable<string>): { plugin: string; option: string[] } {
  const known = [...listed]
    .filter((name) => key === name || key.startsWith(`${name}.`))
    .sort((a, b) => b.length - a.length)[0];
  const plugin = known ?? /^.*?\.(?:[cm]?[jt]s|[jt]sx)(?=\.|$)/.exec(key)?.[0] ?? /^[^.]*/.exec(key)![0];
  return { plugin, option: key === plugin ? [] : key.slice(plugin.length + 1).split(".") };
}

function takesNext(key: string, next: string | undefined): boolean {
  if (next === undefined || (next.startsWith("-") && !/^-[\d.]/.test(next))) return false;
  const alone = key.startsWith("plugins.")
    ? splitPluginKey(key.slice("plugins.".length), []).option.length === 0
    : fieldAt(CONFIG, key.split("."))?.kind === "boolean";
  return !alone || /^(true|false)$/i.test(next);
}
