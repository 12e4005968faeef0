/** Reads the arguments of a command, and refuses what it does not take. */

import { existsSync } from "node:fs";
import { type ArgDef, type ArgsDef, type ParsedArgs, parseArgs } from "citty";
import { nearest } from "../base/nearest.ts";
import { type Problem, UserError } from "../base/problem.ts";
import { shellWords } from "../base/shell-words.ts";
import { counted } from "../base/text-layout.ts";
import { isRequired, optionName, positionalName } from "./usage.ts";

const WHERE = "command line";

/** Names that options have besides their own, in every command: `--score-threshold` is `--threshold`. */
const SYNONYMS: Readonly<Record<string, string>> = { "score-threshold": "threshold" };

/** What the usual short options of other programs mean here. A command suggests the first that it has. */
const SHORT_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  c: ["checkpoint", "config"],
  d: ["device"],
  f: ["overwrite", "replace", "force", "format"],
  j: ["json"],
  m: ["mode"],
  n: ["count", "name"],
  o: ["output", "html"],
  t: ["threshold"],
  y: ["overwrite"],
};

/** The arguments with the names that the command documents in place of their synonyms. */
export function withKnownNames(rawArgs: readonly string[], definitions: ArgsDef): string[] {
  const end = rawArgs.indexOf("--");
  return rawArgs.map((argument, index) => {
    const [, key = "", value = ""] = /^--([^=]+)(=[\s\S]*)?$/.exec(argument) ?? [];
    const known = Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key]! : null;
    const isMeant = known !== null && optionOf(definitions, known) !== null && (end < 0 || index < end);
    return isMeant ? `--${known}${value}` : argument;
  });
}

/**
 * The values of a command's arguments.
 *
 * @param name As the user types it: `bun run checkpoint export`.
 * @throws {UserError} Exit code 2, with everything that is wrong: unknown options, options without their
 *   value, values that are no choice, missing arguments, and too many arguments.
 */
export function parseArguments<Args extends ArgsDef>(
  name: string,
  definitions: Args,
  givenArgs: readonly string[],
): ParsedArgs<Args> {
  const rawArgs = withKnownNames(givenArgs, definitions);
  const problems: Problem[] = [];
  const given = new Set<string>();
  const positionals: string[] = [];
  for (let i = 0; i < rawArgs.length; i++) {
    const argument = rawArgs[i]!;
    if (argument === "--") {
      positionals.push(...rawArgs.slice(i + 1));
      break;
    }
    if (!isOption(argument)) {
      positionals.push(argument);
      continue;
    }
    const [, key = "", inline] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(argument) ?? [];
    const definition = optionOf(definitions, key);
    if (definition === null) {
      if (!isNegation(definitions, argument)) problems.push(unknownOption(argument, name, definitions));
      continue;
    }
    given.add(key);
    const takesNext = definition.type !== "boolean" && inline === undefined;
    const value = takesNext ? nextValue(rawArgs[i + 1]) : inline;
    if (takesNext && value !== undefined) i++;
    problems.push(...wrongValue(key, definition, value));
  }
  problems.push(...wrongCount(name, definitions, positionals));
  for (const [key, definition] of Object.entries(definitions)) {
    if (definition.type === "positional" || !isRequired(definition) || given.has(key)) continue;
    problems.push(missing(name, optionName(key, definition), definition));
  }
  if (problems.length > 0) throw new UserError(problems, { exitCode: 2 });
  return parseArgs<Args>(rawArgs, definitions);
}

/**
 * The problem with an option that a command does not know.
 *
 * @param more Other options that it takes, in words: `--data.key=value`.
 */
export function unknownOption(
  argument: string,
  name: string,
  definitions: ArgsDef,
  more: readonly string[] = [],
): Problem {
  const [, key = "", value = ""] = /^--?([^=]*)(=[\s\S]*)?$/.exec(argument) ?? [];
  const options = Object.keys(definitions).filter((each) => optionOf(definitions, each) !== null);
  const short = Object.hasOwn(SHORT_OPTIONS, key) ? SHORT_OPTIONS[key]! : [];
  const close = short.find((each) => options.includes(each)) ?? nearest(key, [...options, "help"]);
  const known = [...options.map((each) => `--${each}`), ...more];
  const isFile = existsSync(argument);
  const likely = isFile ? `./${argument}` : close === null ? null : `--${close}${value}`;
  const takesData = more.some((each) => each.startsWith("--data."));
  const isNames = likely === null && /^datasets?$/.test(key) && takesData && !("datasets" in definitions);
  const fix = isNames
    ? shellWords([`--data.dataset_names${value || "=mine"}`])
    : likely === null
      ? meantOtherwise(key, value, name, definitions)
      : shellWords([likely]);
  return {
    where: WHERE,
    message: `Cannot use ${argument.replace(/=[\s\S]*/, "")}`,
    expected: known.length > 0 ? `an option of ${name}: ${known.join(", ")}` : `no options: ${name} has none`,
    got: argument,
    ...(fix === null ? {} : { fix }),
  };
}

/**
 * What was meant by an option that has no similar one: an argument that the command takes without an option
 * (`--dataset mine`), or a value that is an option of its own (`--format csv`). Null if nothing is likely.
 */
function meantOtherwise(key: string, value: string, name: string, definitions: ArgsDef): string | null {
  const given = value.slice(1);
  if (/^(format|output-format|type)$/.test(key) && optionOf(definitions, given) !== null) return `--${given}`;
  const positionals = Object.keys(definitions).filter((each) => definitions[each]!.type === "positional");
  const meant = nearest(key, positionals);
  if (meant === null) return null;
  return `${name} ${given === "" ? positionalName(meant, definitions[meant]!) : shellWords([given])}`;
}

/** A negative number is a value. */
function isOption(argument: string): boolean {
  return /^--?[^-]/.test(argument) && !/^-(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(argument);
}

function optionOf(definitions: ArgsDef, key: string): ArgDef | null {
  const definition = Object.hasOwn(definitions, key) ? definitions[key]! : null;
  return definition?.type === "positional" ? null : definition;
}

/** `--no-json` for `json`. */
function isNegation(definitions: ArgsDef, argument: string): boolean {
  const key = /^--no-([^=]+)$/.exec(argument)?.[1];
  return key !== undefined && optionOf(definitions, key)?.type === "boolean";
}

/** What follows an option, unless that is the next option. */
function nextValue(next: string | undefined): string | undefined {
  return next === undefined || isOption(next) ? undefined : next;
}

function wrongValue(key: string, definition: ArgDef, value: string | undefined): Problem[] {
  const message = `Cannot use --${key}`;
  if (definition.type === "boolean") {
    if (value === undefined || value === "true" || value === "false") return [];
    return [{ where: WHERE, message, expected: "no value", got: value, fix: `--${key}` }];
  }
  const choices = definition.type === "enum" ? (definition.options ?? []) : [];
  if (value === undefined || value === "") {
    const expected = `${optionName(key, definition)}: ${definition.description ?? ""}`;
    const fix = `a value behind it: ${optionName(key, definition)}`;
    return [{ where: WHERE, message, expected, got: "no value", fix }];
  }
  if (choices.length === 0 || choices.includes(value)) return [];
  const fix = `--${key}=${nearest(value, choices) ?? definition.default ?? choices[0]}`;
  return [{ where: WHERE, message, expected: `one of ${choices.join(", ")}`, got: value, fix }];
}

function wrongCount(name: string, definitions: ArgsDef, positionals: readonly string[]): Problem[] {
  const known = Object.entries(definitions).filter(([, { type }]) => type === "positional");
  const lacking = known.slice(positionals.length).filter(([, definition]) => isRequired(definition));
  if (lacking.length > 0) {
    return lacking.map(([key, definition]) => missing(name, positionalName(key, definition), definition));
  }
  const takesMany = known.at(-1)?.[1].valueHint?.includes("…") ?? false;
  if (takesMany || positionals.length <= known.length) return [];
  const names = known.map(([key, definition]) => positionalName(key, definition));
  const isCount = Object.hasOwn(definitions, "count") && /^\d+$/.test(positionals[0]!);
  const joined = shellWords([positionals.slice(Math.max(0, known.length - 1)).join(" ")]);
  return [
    {
      where: WHERE,
      message: `Cannot start ${name} with ${counted(positionals.length, "argument")}`,
      expected: names.length === 0 ? "options alone" : `${names.join(" and ")}, and no other argument`,
      got: positionals.map((each) => shellWords([each])).join(" and "),
      fix:
        names.length > 0
          ? `one of them; or in quotes, if it is one name: ${joined}`
          : isCount
            ? `--count=${positionals[0]}`
            : `${name} --help lists what it takes`,
    },
  ];
}

function missing(name: string, what: string, { description = "" }: ArgDef): Problem {
  return {
    where: WHERE,
    message: `Cannot start ${name} without ${what}`,
    expected: `${what}: ${description}`,
    got: "nothing",
    fix: `${name} --help lists what it takes`,
  };
}
