/** A configuration as YAML: what a run keeps, and what gives the same run when it is trained again. */

import { dirname, relative, resolve, sep } from "node:path";
import { Document, isScalar, isSeq, visit } from "yaml";
import type { Config } from "./config.ts";

/** The JSON Schema for editors. */
export const SCHEMA_FILE = resolve(import.meta.dir, "../../configs/schema.json");

/**
 * The complete configuration as YAML text. Paths in it are absolute, so it means the same in any current folder.
 *
 * @param path Where the text will be saved; editors then find the schema from there.
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
