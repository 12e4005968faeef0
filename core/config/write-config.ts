/** Writes a configuration as YAML: a run keeps it, and training with it again gives the same run. */

import { dirname, relative, resolve, sep } from "node:path";
import { Document, isScalar, isSeq, visit } from "yaml";
import type { Config } from "./config.ts";

/** The file with the JSON Schema for editors. */
export const SCHEMA_FILE = resolve(import.meta.dir, "../../configs/schema.json");

/**
 * The complete configuration as YAML text. Its paths are absolute, so it does not depend on
 * the current folder.
 *
 * @param path Where the text will be saved. With it, the text begins with a line that leads
 *   editors to the schema.
 */
export function configText(config: Config, path?: string): string {
  const document = new Document(config, { aliasDuplicateObjects: false });
  visit(document, {
    Seq(_, node) {
      if (isSeq(node) && node.items.every(isScalar)) node.flow = true; // depths: [2, 2, 4, 2]
    },
  });
  const body = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return path === undefined ? body : `${schemaLine(path)}\n${body}`;
}

function schemaLine(path: string): string {
  const way = relative(dirname(resolve(path)), SCHEMA_FILE)
    .split(sep)
    .join("/");
  return `# yaml-language-server: $schema=${way}`;
}
