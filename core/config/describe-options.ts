/** Every key with its default and its help: for `--help` and for the tables of docs/configuration.md. */

import { labelledRows, wrapped } from "../base/labelled-rows.ts";
import type { DescribedPlugin } from "./described-plugin.ts";
import { type Field, type GroupField, group } from "./field.ts";
import { leaves } from "./field-path.ts";
import { flow, limitWords } from "./field-words.ts";
import { SECTIONS } from "./schema.ts";
import { isSecret } from "./secret.ts";
import { dotted, type Source, written } from "./source.ts";

interface Section {
  readonly name: string;
  readonly group: GroupField;
}

/** The form in which `--help` writes a default: as the user can copy it. */
const ON_COMMAND_LINE: Source = { kind: "argument", argument: "--help" };

/**
 * The overrides that a command accepts, in two columns.
 *
 * @param plugins Plugins whose options are listed too.
 * @param columns The length of a line in characters.
 */
export function describeOptions(plugins: readonly DescribedPlugin[] = [], columns = 110): string {
  return sectionsOf(plugins.filter(({ options }) => options && Object.keys(options).length > 0))
    .map(({ name, group }) => {
      const rows = [...leaves(group)].map(([path, field]) => {
        const label = isSecret(field)
          ? `${field.env}=…`
          : written(ON_COMMAND_LINE, [name, ...path], flow(field.default));
        return [label, `${field.help}${inBrackets(details(field))}`] as const;
      });
      return [...wrapped(`${name}: ${group.help}`, columns), ...labelledRows(rows, columns)].join("\n");
    })
    .join("\n\n");
}

/** One Markdown table per section: key, default, valid values, help. */
export function referenceTables(plugins: readonly DescribedPlugin[]): string {
  return sectionsOf(plugins)
    .map(({ name, group }) => {
      const rows = [...leaves(group)].map(([path, field]) => {
        const owner = field.envOwner ? `, while the plugin \`${field.envOwner}\` runs` : "";
        const variable = field.env ? ` Environment: \`${field.env}\`${owner}.` : "";
        const cells = [
          `\`${dotted(path)}\``,
          `\`${flow(field.default)}\``,
          takes(field),
          `${field.help}.${variable}`,
        ];
        return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
      });
      const head = ["| key | default | takes | what it does |", "|---|---|---|---|"];
      const table = rows.length > 0 ? `\n\n${[...head, ...rows].join("\n")}` : "";
      return `### \`${name}\`\n\n${group.help}.${table}`;
    })
    .join("\n\n");
}

function sectionsOf(plugins: readonly DescribedPlugin[]): Section[] {
  return [
    ...Object.entries(SECTIONS).map(([name, group]) => ({ name, group })),
    ...plugins.map(({ name, options = {} }) => ({
      name: `plugins.${name}`,
      group: group(
        options,
        Object.keys(options).length > 0 ? `Options of the built-in plugin ${name}` : `${name} has no options`,
      ),
    })),
  ];
}

/** The valid values in words: `` `auto` or integer, at least 1 (workers), or null ``. */
function takes(field: Field): string {
  const unit = field.unit ? ` (${field.unit})` : "";
  const orNull = field.nullable ? ", or null" : "";
  switch (field.kind) {
    case "integer":
    case "number": {
      return `${wordsOr(field.words)}${[field.kind, limitWords(field)].filter(Boolean).join(", ")}${unit}${orNull}`;
    }
    case "choice":
      return `${field.choices.map((choice) => `\`${choice}\``).join(", ")}${orNull}`;
    case "list":
      return `list of ${field.of.kind === "text" ? "texts" : `${field.of.kind}s`}${unit}${orNull}`;
    case "boolean":
      return `true, false${orNull}`;
    case "text":
      if (isSecret(field)) return "secret text, from the environment alone";
      return `${wordsOr(field.words ?? [])}${field.path ? "path" : "text"}${orNull}`;
    default:
      return `${field.kind}${orNull}`;
  }
}

function wordsOr(words: readonly string[]): string {
  return words.map((word) => `\`${word}\` or `).join("");
}

/** What the default does not show: choices, unit, limits, environment variable. */
function details(field: Field): string[] {
  const choices = field.kind === "choice" && field.choices.length > 1 ? [field.choices.join(" | ")] : [];
  const limits = field.kind === "integer" || field.kind === "number" ? [limitWords(field)] : [];
  const owner = field.envOwner ? ` while ${field.envOwner} runs` : "";
  const variable = field.env ? [`${field.env}${owner}`] : [];
  return [...choices, ...(field.unit ? [field.unit] : []), ...limits, ...variable].filter(Boolean);
}

function inBrackets(words: readonly string[]): string {
  return words.length > 0 ? ` (${words.join(", ")})` : "";
}
