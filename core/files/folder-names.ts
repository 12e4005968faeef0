/** Names in folders, also those that are not UTF-8. */

import { readdirSync } from "node:fs";
import { pathText, systemPath } from "../base/system-path.ts";
import { tryStat } from "./file-state.ts";

/**
 * The names in a folder, sorted; bytes that are no UTF-8 as `pathText` has them.
 *
 * @throws The system's error.
 */
export function namesIn(folder: string): string[] {
  return readdirSync(systemPath(folder), { encoding: "buffer" }).map(pathText).sort();
}

/**
 * The path that a command was given. The names of arguments that are no UTF-8 come with U+FFFD in the place
 * of each wrong byte: if nothing has that name, the only file that it can stand for is meant.
 */
export function givenPath(named: string): string {
  if (!named.includes("\ufffd") || tryStat(named) !== null) return named;
  const parts = named.split("/");
  let path = "";
  for (const [index, part] of parts.entries()) {
    const prefix = index === 0 ? "" : `${path}/`;
    path = `${prefix}${part.includes("\ufffd") ? meantName(prefix || ".", part) : part}`;
  }
  return path;
}

/** The only name in the folder that reads like this; the name as it is if there is none, or several. */
function meantName(folder: string, name: string): string {
  try {
    const alike = namesIn(folder).filter((each) => Buffer.from(systemPath(each)).toString("utf8") === name);
    return alike.length === 1 ? alike[0]! : name;
  } catch {
    return name; // there is no such folder
  }
}
