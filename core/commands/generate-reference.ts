/** What is made from the schema: `configs/schema.json` and the tables of `docs/configuration.md`. */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { referenceTables } from "../config/describe-options.ts";
import { jsonSchema } from "../config/json-schema.ts";
import { SCHEMA_FILE } from "../config/write-config.ts";
import { loadBuiltInPlugins } from "../hooks/load-plugins.ts";

const BEGIN = "<!-- begin: written by bun run reference -->";
const END = "<!-- end -->";

/** The generated files' full contents by absolute path. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const plugins = await loadBuiltInPlugins();
  const guide = join(resolve(import.meta.dir, "../.."), "docs/configuration.md");
  const [before, rest] = readFileSync(guide, "utf8").split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${guide} lacks the lines ${BEGIN} and ${END}`);
  return new Map([
    [SCHEMA_FILE, `${JSON.stringify(jsonSchema(plugins), null, 2)}\n`],
    [guide, `${before}${BEGIN}\n\n${referenceTables(plugins)}\n\n${END}${after}`],
  ]);
}
