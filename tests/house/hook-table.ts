/**
 * Writes the table of hooks in docs/plugins.md: names, doc comments and payloads of `HookEvents`, as
 * core/hooks/lifecycle.ts declares them.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";

const BEGIN = "<!-- begin: hooks, written by bun run reference -->";
const END = "<!-- end: hooks -->";
const SOURCE = join(PROJECT_ROOT, "core/hooks/lifecycle.ts");
const PAGE = join(PROJECT_ROOT, "docs/plugins.md");

/** A hook: its comment, its name, the type of its event. */
const HOOK = /^ {2}\/\*\*([\s\S]*?)\*\/\n {2}(on\w+): ([\s\S]*?);\n(?= {2}\/\*\*|\}|$)/gm;
/** A value of an event: its comment, if it has one, then `readonly name:` or `name():`. */
const VALUE = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?(?:readonly (\w+)\??:|\b(\w+)\(\):)/g;

/** docs/plugins.md with the table that belongs into it, by its absolute path. */
export function pageWithHooks(): Map<string, string> {
  const [before, rest] = readFileSync(PAGE, "utf8").split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${PAGE} lacks the lines ${BEGIN} and ${END}`);
  const table = hookTable(readFileSync(SOURCE, "utf8"));
  return new Map([[PAGE, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`]]);
}

/** @param source The text of a file that declares `HookEvents`, and the interfaces that it names. */
export function hookTable(source: string): string {
  const events = bodyOf("HookEvents", source);
  const rows = [...events.matchAll(HOOK)].map(([, comment, name, type]) => {
    const values = [...type!.matchAll(/&\s*(\w+)/g)].map(([, named]) => bodyOf(named!, source));
    return `| \`${name}\` | ${sentences(comment!)} | ${valuesOf([...values, type!].join("\n"))} |`;
  });
  return ["| hook | when | values, besides `step` and `epoch` |", "|---|---|---|", ...rows].join("\n");
}

/** The members of an interface, as text. */
function bodyOf(name: string, source: string): string {
  const body = new RegExp(`interface ${name}(?: extends [^{]+)? \\{\\n([\\s\\S]*?\\n)\\}`).exec(source)?.[1];
  if (body === undefined) throw new Error(`${SOURCE} declares no interface ${name}`);
  return body;
}

function valuesOf(members: string): string {
  const values = [...members.matchAll(VALUE)].map(([, comment, value, call]) => {
    const name = value === undefined ? `\`${call}()\`` : `\`${value}\``;
    return comment === undefined ? name : `${name}: ${sentences(comment).replace(/\.$/, "")}`;
  });
  return values.join("<br>");
}

/** The text of a doc comment in one line. */
function sentences(comment: string): string {
  const text = comment
    .replaceAll(/\n\s*\*/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return text.replaceAll("|", "\\|");
}
