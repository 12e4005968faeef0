/** The words of a trial's command: those of the sweep's file, with the trial's parameters in W&B's forms. */

import type { Json } from "../base/json.ts";
import type { Sweep } from "./sweep.ts";

/** What `${…}` may name in a command, beside `${envvar:NAME}`. */
const PLACEHOLDERS = [
  "env",
  "interpreter",
  "program",
  "args",
  "args_no_hyphens",
  "args_no_equals",
  "args_no_boolean_flags",
  "args_json",
  "args_json_file",
  "args_append_hydra",
  "args_override_hydra",
] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

/** A placeholder as a word of the command: `${args}`. */
export function placeholder(name: Placeholder): string {
  return `\${${name}}`;
}

/** W&B's command where a file has only a program. */
export const DEFAULT_COMMAND: readonly string[] = (["env", "interpreter", "program", "args"] as const).map(
  placeholder,
);

const VARIABLE = /\$\{envvar:([A-Za-z0-9_]*)\}/g;

/** The placeholder that a word consists of, if W&B has none of that name. */
export function unknownPlaceholder(word: string): string | null {
  const name = /^\$\{(.*)\}$/.exec(word.replaceAll(VARIABLE, ""))?.[1];
  return name === undefined || PLACEHOLDERS.some((known) => known === name) ? null : name;
}

/** What a command is filled with. */
export interface CommandValues {
  /** The values of the parameters, by their names. */
  readonly values: Readonly<Record<string, Json>>;
  /** The path of the file that `${args_json_file}` stands for; the caller writes it. */
  readonly jsonFile: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The words that start a trial. */
export function commandWords(sweep: Sweep, { values, jsonFile, env }: CommandValues): string[] {
  const args = Object.entries(nestedValues(sweep, values));
  const json = JSON.stringify(Object.fromEntries(args));
  const flags = args.map(([name, value]) => `${name}=${pythonText(value)}`);
  const program = sweep.program ?? "";
  const filled: Record<Placeholder, readonly string[]> = {
    env: process.platform === "win32" ? [] : ["/usr/bin/env"],
    interpreter: [/\.[cm]?[jt]s$/.test(program) ? process.execPath : "python"],
    program: [program],
    args: flags.map((flag) => `--${flag}`),
    args_no_hyphens: flags,
    args_no_equals: args.flatMap(([name, value]) => [`--${name}`, pythonText(value)]),
    args_no_boolean_flags: args.flatMap(([name, value]) => {
      if (typeof value !== "boolean") return [`--${name}=${pythonText(value)}`];
      return value ? [`--${name}`] : [];
    }),
    args_json: [json],
    args_json_file: [jsonFile],
    args_append_hydra: flags.map((flag) => `+${flag}`),
    args_override_hydra: flags.map((flag) => `++${flag}`),
  };
  const words = sweep.command.flatMap((word) => {
    const name = PLACEHOLDERS.find((each) => word === placeholder(each));
    if (name !== undefined) return filled[name];
    return [word.replaceAll(VARIABLE, (_, variable: string) => env[variable] ?? variable)];
  });
  // Bun may have come with npx, and not be on the path.
  return words[0] === "bun" ? [process.execPath, ...words.slice(1)] : words;
}

/** The parameters as the file nests them: one with keys of its own is an object. */
export function nestedValues(sweep: Sweep, values: Readonly<Record<string, Json>>): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const { path, name } of sweep.parameters) {
    let within = result;
    for (const key of path.slice(0, -1)) {
      within[key] ??= {};
      within = within[key] as Record<string, Json>;
    }
    within[path.at(-1)!] = values[name]!;
  }
  return result;
}

/** A value as Python's `str` writes it, which is what W&B's agent puts on command lines. */
function pythonText(value: Json): string {
  return typeof value === "string" ? value : pythonLiteral(value);
}

function pythonLiteral(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    return `${quote}${value.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`)}${quote}`;
  }
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  const entries = Object.entries(value).map(([key, each]) => `${pythonLiteral(key)}: ${pythonLiteral(each)}`);
  return `{${entries.join(", ")}}`;
}
