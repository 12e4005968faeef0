/** The help of a command: what it does, how it is called, its arguments, options and subcommands. */

import type { ArgDef, ArgsDef } from "citty";
import { labelledRows, wrapped } from "../base/labelled-rows.ts";

/** What the help of a command is made of. */
export interface UsageFacts {
  /** As the user types it: `bun run data check`. */
  readonly name: string;
  readonly description: string;
  readonly args: ArgsDef;
  /** Names and descriptions of subcommands. */
  readonly subCommands: readonly (readonly [name: string, description: string])[];
  /** True if the command does something without a subcommand. @default false */
  readonly isCommandOptional?: boolean;
}

/** Wider lines are hard to read. */
const MOST_COLUMNS = 110;

/** The length of a line of help: the terminal's, or 80 where there is no terminal. */
export function helpColumns({ columns }: { readonly columns?: number }): number {
  return Math.min(columns || 80, MOST_COLUMNS);
}

/**
 * @param columns The length of a line in characters. Only a name that is longer makes a longer line.
 * @param isBold True: headings are bold, for terminals.
 * @returns Lines without a line end after the last one.
 */
export function usageText(facts: UsageFacts, columns: number, isBold: boolean): string {
  const { name, description, args, subCommands } = facts;
  const all = Object.entries(args);
  const positionals = all.filter(([, definition]) => definition.type === "positional");
  const options = all.filter(([, definition]) => definition.type !== "positional");
  const heading = (text: string) => (isBold ? `\u001b[1m${text}\u001b[22m` : text);
  const section = (title: string, rows: readonly (readonly [string, string])[]) =>
    rows.length === 0 ? [] : ["", heading(title), "", ...labelledRows(rows, columns)];
  const call = [
    name,
    ...(subCommands.length > 0 ? [facts.isCommandOptional ? "[command]" : "<command>"] : []),
    ...(options.length > 0 ? ["[OPTIONS]"] : []),
    ...positionals.map(([key, definition]) => inCall(key, definition)),
  ].join(" ");
  const indent = " ".repeat("USAGE ".length);
  const [first, ...rest] = wrapped(call, columns - indent.length);
  const more = `${name} <command> --help shows the options of a command.`;
  return [
    ...wrapped(description, columns),
    "",
    `${heading("USAGE")} ${first}`,
    ...rest.map((line) => indent + line),
    ...section(
      "ARGUMENTS",
      positionals.map(([key, definition]) => [positionalName(key, definition), meaning(definition)]),
    ),
    ...section(
      "OPTIONS",
      options.map(([key, definition]) => [optionName(key, definition), meaning(definition)]),
    ),
    ...section("COMMANDS", subCommands),
    ...(subCommands.length > 0 ? ["", ...wrapped(more, columns)] : []),
  ].join("\n");
}

/** How messages and the help name a positional argument: its hint (`run folder…`), or `CHECKPOINT`. */
export function positionalName(key: string, { valueHint }: ArgDef): string {
  return valueHint ?? key.toUpperCase();
}

/** `--json`, `--threads=<number>`, `--split=<test|train>`. */
export function optionName(key: string, definition: ArgDef): string {
  if (definition.type === "boolean") return `--${key}`;
  const choices = definition.type === "enum" ? definition.options : undefined;
  return `--${key}=<${choices?.join("|") ?? definition.valueHint ?? "value"}>`;
}

/** True if a command fails without this argument. */
export function isRequired(definition: ArgDef): boolean {
  if (definition.default !== undefined) return false;
  return definition.type === "positional" ? definition.required !== false : definition.required === true;
}

function inCall(key: string, definition: ArgDef): string {
  const name = positionalName(key, definition);
  if (name.startsWith("[")) return name; // the hint says what may be left out
  return isRequired(definition) ? `<${name}>` : `[${name}]`;
}

function meaning(definition: ArgDef): string {
  const { description = "", default: fallback } = definition;
  if (isRequired(definition)) return `${description} (required)`;
  return fallback === undefined || fallback === false ? description : `${description} (default: ${fallback})`;
}
